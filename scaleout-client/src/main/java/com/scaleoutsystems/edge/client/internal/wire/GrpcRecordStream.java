package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.AttributeRecord;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiFunction;

/** One of the combiner's record streams. */
final class GrpcRecordStream<M> implements WatchedStream.Breakable {

    private final StreamObserver<M> requests;
    private final BiFunction<String, RecordBody, M> render;

    private GrpcRecordStream(StreamObserver<M> requests, BiFunction<String, RecordBody, M> render) {
        this.requests = requests;
        this.render = render;
    }

    static GrpcRecordStream<?> open(
            CombinerClientGrpc.CombinerClientStub calls, RecordKind kind, String clientId, RecordStream.Events events) {
        StreamObserver<RecordAck> acks = new Acks(kind, events);
        return switch (kind) {
            case TELEMETRY_RECORD ->
                new GrpcRecordStream<TelemetryRecord>(
                        calls.streamTelemetryRecord(acks),
                        (id, record) -> Messages.telemetry(clientId, id, (RecordBody.Telemetry) record));
            case ATTRIBUTE_RECORD ->
                new GrpcRecordStream<AttributeRecord>(
                        calls.streamAttributeRecord(acks),
                        (id, record) -> Messages.attribute(clientId, id, (RecordBody.Attribute) record));
            case INFERENCE_RESULT ->
                new GrpcRecordStream<InferenceResult>(
                        calls.streamInferenceResult(acks),
                        (id, record) -> Messages.inference(clientId, id, (RecordBody.Inference) record));
            case MODEL_UPDATE, MODEL_VALIDATION, MODEL_PREDICTION, MODEL_METRIC, STATUS ->
                throw new IllegalArgumentException("records of the kind " + kind + " have no stream");
        };
    }

    @Override
    public void send(String recordId, RecordBody record) {
        requests.onNext(render.apply(recordId, record));
    }

    @Override
    public void close() {
        requests.onCompleted();
    }

    @Override
    public void cancel() {
        if (requests instanceof ClientCallStreamObserver<M> call) {
            call.cancel("the combiner acknowledges nothing", null);
        }
    }

    private record Acks(RecordKind kind, RecordStream.Events events) implements StreamObserver<RecordAck> {

        @Override
        public void onNext(RecordAck ack) {
            events.acknowledged(ack.getRecordIdsList());
        }

        @Override
        public void onError(Throwable failure) {
            events.ended(GrpcErrors.of("the stream of " + kind, failure));
        }

        @Override
        public void onCompleted() {
            Status ended = Status.UNAVAILABLE.withDescription("the combiner ended the stream");
            events.ended(GrpcErrors.of("the stream of " + kind, ended.asRuntimeException()));
        }
    }
}
