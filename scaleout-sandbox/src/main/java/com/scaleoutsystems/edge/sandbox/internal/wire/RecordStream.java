package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.proto.RecordAck;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream of records. Records are acknowledged when a batch is full, when its first record has waited for the
 * settings' delay, and at the end of the stream. State and acknowledgements are guarded by this object's monitor, since
 * the timer runs on a thread of its own. It takes the next record only while the client reads its acknowledgements, which would pile up
 * here otherwise.
 */
final class RecordStream<R> implements StreamObserver<R> {
    private final Function<R, Status> recorder;
    private final Function<R, String> id;
    private final ServerCallStreamObserver<RecordAck> acks;
    private final int batch;
    private final Duration delay;
    private final ScheduledExecutorService timer;
    private final List<String> unacknowledged = new ArrayList<>();
    private @Nullable Future<?> flush;
    private boolean waitsForRoom;
    private boolean ended;

    RecordStream(
            Function<R, Status> recorder,
            Function<R, String> id,
            ServerCallStreamObserver<RecordAck> acks,
            int batch,
            Duration delay,
            ScheduledExecutorService timer) {
        this.recorder = recorder;
        this.id = id;
        this.acks = acks;
        this.batch = batch;
        this.delay = delay;
        this.timer = timer;
        acks.setOnCancelHandler(this::abandon);
        acks.disableAutoRequest();
        acks.setOnReadyHandler(this::requestNext);
        acks.request(1);
    }

    private synchronized void requestNext() {
        if (waitsForRoom && acks.isReady()) {
            waitsForRoom = false;
            acks.request(1);
        }
    }

    @Override
    public synchronized void onNext(R record) {
        if (ended) {
            return;
        }
        Status status = recorder.apply(record);
        if (!status.isOk()) {
            abandon();
            acks.onError(status.asRuntimeException());
            return;
        }
        unacknowledged.add(id.apply(record));
        if (unacknowledged.size() >= batch) {
            acknowledge();
        } else if (flush == null) {
            flush = timer.schedule(this::acknowledge, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
        waitsForRoom = true;
        requestNext();
    }

    @Override
    public synchronized void onCompleted() {
        if (!ended) {
            acknowledge();
            abandon();
            acks.onCompleted();
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        abandon();
    }

    private synchronized void acknowledge() {
        stopTimer();
        if (!ended && !unacknowledged.isEmpty()) {
            acks.onNext(RecordAck.newBuilder().addAllRecordIds(unacknowledged).build());
            unacknowledged.clear();
        }
    }

    private synchronized void abandon() {
        ended = true;
        stopTimer();
    }

    private void stopTimer() {
        if (flush != null) {
            flush.cancel(false);
            flush = null;
        }
    }
}
