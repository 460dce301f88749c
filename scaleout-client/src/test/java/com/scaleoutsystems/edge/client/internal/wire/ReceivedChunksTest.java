package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Bandwidth;
import com.scaleoutsystems.edge.model.BufferSource;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import io.grpc.ClientCall;
import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a download, the network has all of its buffers back. */
class ReceivedChunksTest {

    private int lent;

    /** A message in the network's buffers. */
    private final class Lent extends ByteArrayInputStream implements Detachable, HasByteBuffer {

        private boolean closed;

        Lent(byte[] message) {
            super(message);
            lent++;
        }

        @Override
        public InputStream detach() {
            return this;
        }

        @Override
        public boolean byteBufferSupported() {
            return true;
        }

        @Override
        public @Nullable ByteBuffer getByteBuffer() {
            return available() == 0 ? null : ByteBuffer.wrap(buf, pos, Math.min(5, available()));
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                lent--;
            }
        }
    }

    /** Lets the test play the server. */
    private static final class Call extends ClientCall<ModelRequest, ReceivedChunk> {

        private Listener<ReceivedChunk> listener = new Listener<>() {};
        private int requested;

        @Override
        public void start(Listener<ReceivedChunk> responses, Metadata headers) {
            listener = responses;
        }

        @Override
        public void request(int messages) {
            requested += messages;
        }

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(ModelRequest message) {}
    }

    private final Call call = new Call();

    private ReceivedChunks started(LongConsumer progress) {
        return ReceivedChunks.start(
                call,
                ModelRequest.getDefaultInstance(),
                new ReceivedChunks.Patience(
                        Duration.ofSeconds(5),
                        new ArrivingBytes(),
                        new Bandwidth(OptionalLong.empty(), new SystemEnv())),
                progress);
    }

    private void arrive(String data) throws IOException {
        byte[] message = FileChunk.newBuilder()
                .setData(ByteString.copyFromUtf8(data))
                .build()
                .toByteArray();
        call.listener.onMessage(ReceivedChunk.parse(new Lent(message)));
    }

    @Test
    void chunksComeInOrderAndMoreAreAskedForAsTheyAreTaken() throws IOException {
        StringBuilder text = new StringBuilder();
        try (ReceivedChunks chunks =
                started(bytes -> text.append('(').append(bytes).append(')'))) {
            assertThat(call.requested).isEqualTo(4);
            arrive("a long chunk ");
            arrive("and another");
            call.listener.onClose(Status.OK, new Metadata());
            for (BufferSource.Piece piece = chunks.next(); piece != null; piece = chunks.next()) {
                try (BufferSource.Piece taken = piece) {
                    ByteBuffer whole = ByteBuffer.allocate((int) taken.size());
                    taken.buffers().forEach(whole::put);
                    text.append(new String(whole.array(), StandardCharsets.UTF_8));
                }
            }
        }
        assertThat(text).hasToString("(13)a long chunk (24)and another");
        assertThat(call.requested).isEqualTo(6);
        assertThat(lent).isZero();
    }

    @Test
    void whatNobodyTookIsGivenBackAlsoWhatComesLater() throws IOException {
        ReceivedChunks chunks = started(bytes -> {});
        arrive("one");
        arrive("two");
        assertThat(lent).isEqualTo(2);
        chunks.close();
        assertThat(lent).isZero();
        arrive("too late");
        assertThat(lent).isZero();
    }

    @Test
    void aChunkWhoseProgressCannotBeToldIsGivenBack() throws IOException {
        try (ReceivedChunks chunks = started(bytes -> {
            throw new RejectedExecutionException("no thread");
        })) {
            arrive("one");
            assertThatThrownBy(chunks::next).hasMessage("no thread");
        }
        assertThat(lent).isZero();
    }

    @Test
    void aMessageThatIsNoChunkIsGivenBack() {
        assertThatThrownBy(() -> ReceivedChunk.parse(new Lent(new byte[] {10, 100, 1})))
                .isInstanceOf(IOException.class);
        assertThat(lent).isZero();
    }

    @Test
    void theErrorOfTheServerIsThrownOnceItsChunksWereTaken() throws IOException {
        try (ReceivedChunks chunks = started(bytes -> {})) {
            arrive("one");
            call.listener.onClose(Status.UNAVAILABLE.withDescription("going away"), new Metadata());
            BufferSource.Piece piece = chunks.next();
            assertThat(piece).isNotNull();
            piece.close();
            assertThatThrownBy(chunks::next).hasMessageContaining("going away");
        }
        assertThat(lent).isZero();
    }
}
