package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.RecordAck;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiFunction;

/** One of the combiner's record streams. */
final class GrpcRecordStream<M> implements WatchedStream.Breakable {

    private final StreamObserver<M> requests;
    private final BiFunction<String, RecordBody, M> render;
    private boolean cancelled;

    /**
     * A stream that is open.
     *
     * @param requests where messages go
     * @param render makes a record's message, which names the record
     */
    GrpcRecordStream(StreamObserver<M> requests, BiFunction<String, RecordBody, M> render) {
        this.requests = requests;
        this.render = render;
    }

    @Override
    public void send(String recordId, RecordBody record) {
        M message = render.apply(recordId, record);
        synchronized (this) {
            // Whoever sends may not have heard yet that the stream was cancelled; gRPC would blame the record.
            if (!cancelled) {
                requests.onNext(message);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!cancelled) {
            requests.onCompleted();
        }
    }

    @Override
    public synchronized void cancel() {
        cancelled = true;
        if (requests instanceof ClientCallStreamObserver<M> call) {
            call.cancel("the combiner acknowledges nothing", null);
        }
    }

    /** What the combiner says on the stream of a kind. */
    record Acknowledgements(RecordKind kind, RecordStream.Receiver receiver) implements StreamObserver<RecordAck> {

        @Override
        public void onNext(RecordAck ack) {
            receiver.acknowledged(ack.getRecordIdsList());
        }

        @Override
        public void onError(Throwable failure) {
            receiver.ended(GrpcErrors.of("the stream of " + kind, failure));
        }

        @Override
        public void onCompleted() {
            Status ended = Status.UNAVAILABLE.withDescription("the combiner ended the stream");
            receiver.ended(GrpcErrors.of("the stream of " + kind, ended.asRuntimeException()));
        }
    }
}
