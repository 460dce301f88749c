package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.LogLevel;
import io.grpc.stub.ClientCallStreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GrpcRecordStreamTest {

    private final Requests requests = new Requests();
    private final GrpcRecordStream<String> stream = new GrpcRecordStream<>(requests, (id, record) -> id);

    private void send(String id) {
        stream.send(id, new RecordBody.StatusLine("line", LogLevel.INFO, "", Instant.EPOCH));
    }

    @Test
    void whatComesAfterTheClientHasCancelledTheStreamHarmsNoRecordAndNoClosing() {
        send("before");
        stream.cancel();

        assertThatCode(() -> send("after")).doesNotThrowAnyException();
        assertThatCode(stream::close).doesNotThrowAnyException();

        assertThat(requests.sent).containsExactly("before");
    }

    /** As gRPC's own: a call that was cancelled takes nothing more. */
    private static final class Requests extends ClientCallStreamObserver<String> {

        private final List<String> sent = new ArrayList<>();
        private boolean cancelled;

        private void requireOpen() {
            if (cancelled) {
                throw new IllegalStateException("call was cancelled");
            }
        }

        @Override
        public void onNext(String message) {
            requireOpen();
            sent.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            requireOpen();
        }

        @Override
        public void onCompleted() {
            requireOpen();
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            cancelled = true;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
