package com.scaleoutsystems.edge.sandbox.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.proto.RecordAck;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordStreamTest {
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final Acks acks = new Acks();
    private final RecordStream<String> records =
            new RecordStream<>(record -> Status.OK, id -> id, acks, 1, Duration.ZERO, timer);

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    @Test
    void clientThatReadsNoAcknowledgementsIsNotReadEither() {
        assertThat(acks.requested).isEqualTo(1);
        records.onNext("r-1");
        assertThat(acks.requested).isEqualTo(2);
        acks.ready = false;
        records.onNext("r-2");
        assertThat(acks.sent).containsExactly("r-1", "r-2");
        assertThat(acks.requested).isEqualTo(2);
        acks.ready = true;
        acks.onReady.run();
        assertThat(acks.requested).isEqualTo(3);
        acks.onReady.run();
        assertThat(acks.requested).as("one request a record").isEqualTo(3);
    }

    private static final class Acks extends ServerCallStreamObserver<RecordAck> {
        private final List<String> sent = new ArrayList<>();
        private int requested;
        private boolean ready = true;
        private Runnable onReady = () -> {};

        @Override
        public void onNext(RecordAck ack) {
            sent.addAll(ack.getRecordIdsList());
        }

        @Override
        public void request(int count) {
            requested += count;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void disableAutoRequest() {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
