package com.scaleoutsystems.edge.client.internal.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import io.grpc.Detachable;
import io.grpc.Drainable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model service's two streams with chunks that are not copied: what comes is read out of the network's buffers, what goes is
 * read out of the model straight into them. On the wire both are {@link FileChunk}.
 */
final class ChunkStreams {

    /** Downloading, with chunks that the receiver closes. */
    static final MethodDescriptor<ModelRequest, ReceivedChunk> DOWNLOAD =
            ModelServiceGrpc.getDownloadMethod().toBuilder(
                            ModelServiceGrpc.getDownloadMethod().getRequestMarshaller(), new ReceivedMarshaller())
                    .build();

    /** Uploading, with chunks that are read when they are sent. */
    static final MethodDescriptor<SentChunk, ModelResponse> UPLOAD = ModelServiceGrpc.getUploadMethod().toBuilder(
                    new SentMarshaller(), ModelServiceGrpc.getUploadMethod().getResponseMarshaller())
            .build();

    private static final int COPY_BLOCK = 64 << 10;
    private static final int LONGEST_HEAD = 16;
    private static final int DATA_TAG = FileChunk.DATA_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private ChunkStreams() {}

    /**
     * A chunk that came.
     *
     * @param data its bytes, good until it is closed
     * @param owner holds the network's buffers
     */
    record ReceivedChunk(ByteString data, InputStream owner) implements AutoCloseable {

        @Override
        public void close() {
            try {
                owner.close();
            } catch (IOException impossible) {
                throw new IllegalStateException("the network's buffers cannot be given back", impossible);
            }
        }
    }

    /**
     * A chunk that is to be sent.
     *
     * @param source gives the chunk's bytes next; read once, when the chunk is sent
     * @param size how many they are
     */
    record SentChunk(InputStream source, int size) {}

    private static final class ReceivedMarshaller implements MethodDescriptor.Marshaller<ReceivedChunk> {

        @Override
        public InputStream stream(ReceivedChunk chunk) {
            return FileChunk.newBuilder()
                    .setData(chunk.data())
                    .build()
                    .toByteString()
                    .newInput();
        }

        @Override
        public ReceivedChunk parse(InputStream message) {
            try {
                // The buffers can only be walked through, and kept, where the stream can be wound back.
                if (message instanceof Detachable detachable
                        && message instanceof HasByteBuffer buffers
                        && buffers.byteBufferSupported()
                        && message.markSupported()) {
                    return owning(detachable.detach());
                }
                return new ReceivedChunk(parsed(ByteString.readFrom(message)), InputStream.nullInputStream());
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("the combiner sent something else than a chunk")
                        .withCause(e)
                        .asRuntimeException();
            }
        }

        private static ReceivedChunk owning(InputStream owner) throws IOException {
            try {
                return new ReceivedChunk(parsed(view(owner)), owner);
            } catch (IOException | RuntimeException | Error failure) {
                owner.close();
                throw failure;
            }
        }

        /** The message's bytes where they lie. */
        private static ByteString view(InputStream owner) throws IOException {
            List<ByteString> parts = new ArrayList<>();
            HasByteBuffer buffers = (HasByteBuffer) owner;
            owner.mark(Integer.MAX_VALUE);
            for (ByteBuffer buffer = buffers.getByteBuffer(); buffer != null; buffer = buffers.getByteBuffer()) {
                parts.add(UnsafeByteOperations.unsafeWrap(buffer));
                long wanted = buffer.remaining();
                if (owner.skip(wanted) != wanted) {
                    throw new EOFException("the message is shorter than it said");
                }
            }
            owner.reset();
            return ByteString.copyFrom(parts);
        }

        /** The bytes of the message's one field. A generated parser would copy them, for they lie in many buffers. */
        private static ByteString parsed(ByteString message) throws IOException {
            ByteString start = message.substring(0, Math.min(LONGEST_HEAD, message.size()));
            CodedInputStream head = start.newCodedInput();
            if (head.readTag() == DATA_TAG) {
                int size = head.readRawVarint32();
                int from = head.getTotalBytesRead();
                if (from + size == message.size()) {
                    return message.substring(from);
                }
            }
            return FileChunk.parseFrom(message).getData();
        }
    }

    private static final class SentMarshaller implements MethodDescriptor.Marshaller<SentChunk> {

        @Override
        public InputStream stream(SentChunk chunk) {
            return new ChunkMessage(chunk);
        }

        @Override
        public SentChunk parse(InputStream message) {
            throw new UnsupportedOperationException("clients send chunks of an upload and receive none");
        }
    }

    /** The message of one chunk: its field's head, then the model's bytes. gRPC drains it into its own buffers. */
    private static final class ChunkMessage extends InputStream implements Drainable, KnownLength {

        private final SentChunk chunk;
        private final byte[] head;
        private boolean drained;
        private @Nullable ByteArrayInputStream copy;

        ChunkMessage(SentChunk chunk) {
            this.chunk = chunk;
            this.head = head(chunk.size());
        }

        private static byte[] head(int size) {
            byte[] head = new byte[1 + CodedOutputStream.computeUInt32SizeNoTag(size)];
            CodedOutputStream out = CodedOutputStream.newInstance(head);
            try {
                out.writeTag(FileChunk.DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(size);
            } catch (IOException impossible) {
                throw new IllegalStateException("a head that was measured does not fit", impossible);
            }
            return head;
        }

        @Override
        public int available() {
            int left = drained ? 0 : head.length + chunk.size();
            return copy == null ? left : left + copy.available();
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            if (drained) {
                return 0;
            }
            drained = true;
            target.write(head);
            byte[] block = new byte[Math.min(COPY_BLOCK, chunk.size())];
            int left = chunk.size();
            while (left > 0) {
                int count = chunk.source().read(block, 0, Math.min(block.length, left));
                if (count < 0) {
                    throw new EOFException("the model ends " + left + " bytes too early");
                }
                target.write(block, 0, count);
                left -= count;
            }
            return head.length + chunk.size();
        }

        @Override
        public int read() throws IOException {
            return copy().read();
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            return copy().read(target, from, length);
        }

        /** For a transport that does not drain. */
        private InputStream copy() throws IOException {
            if (copy == null) {
                ByteArrayOutputStream all = new ByteArrayOutputStream(available());
                drainTo(all);
                copy = new ByteArrayInputStream(all.toByteArray());
            }
            return copy;
        }
    }
}
