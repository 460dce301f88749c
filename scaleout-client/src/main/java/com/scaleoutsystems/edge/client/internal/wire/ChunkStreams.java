package com.scaleoutsystems.edge.client.internal.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

    private ChunkStreams() {}

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
            throw new UnsupportedOperationException("clients receive chunks of a download and send none");
        }

        @Override
        public ReceivedChunk parse(InputStream message) {
            try {
                return ReceivedChunk.parse(message);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("the combiner sent something else than a chunk")
                        .withCause(e)
                        .asRuntimeException();
            }
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
