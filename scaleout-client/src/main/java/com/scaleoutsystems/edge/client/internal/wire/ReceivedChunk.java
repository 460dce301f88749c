package com.scaleoutsystems.edge.client.internal.wire;

import com.google.protobuf.WireFormat;
import com.scaleoutsystems.edge.model.BufferSource;
import com.scaleoutsystems.edge.proto.FileChunk;
import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A chunk that came: its bytes, still in the network's buffers, which it gives back when it is closed. A {@code ByteString} of
 * them would be a copy.
 */
final class ReceivedChunk implements BufferSource.Piece {

    private static final int DATA_TAG = FileChunk.DATA_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int LONGEST_VARINT = 5;

    private final List<ByteBuffer> data;
    private final long size;
    private final InputStream owner;

    private ReceivedChunk(List<ByteBuffer> data, InputStream owner) {
        this.data = data;
        this.size = remaining(data);
        this.owner = owner;
    }

    /** Takes the chunk out of a message of gRPC's. */
    static ReceivedChunk parse(InputStream message) throws IOException {
        // The buffers can only be walked through, and kept, where the stream can be wound back.
        if (message instanceof Detachable detachable
                && message instanceof HasByteBuffer buffers
                && buffers.byteBufferSupported()
                && message.markSupported()) {
            return owning(detachable.detach());
        }
        return new ReceivedChunk(data(List.of(ByteBuffer.wrap(message.readAllBytes()))), InputStream.nullInputStream());
    }

    private static ReceivedChunk owning(InputStream owner) throws IOException {
        try {
            return new ReceivedChunk(data(buffers(owner)), owner);
        } catch (Throwable failure) {
            owner.close();
            throw failure;
        }
    }

    /** The message's bytes where they lie. */
    private static List<ByteBuffer> buffers(InputStream owner) throws IOException {
        List<ByteBuffer> all = new ArrayList<>();
        HasByteBuffer buffers = (HasByteBuffer) owner;
        owner.mark(Integer.MAX_VALUE);
        for (ByteBuffer buffer = buffers.getByteBuffer(); buffer != null; buffer = buffers.getByteBuffer()) {
            all.add(buffer.slice());
            long wanted = buffer.remaining();
            if (owner.skip(wanted) != wanted) {
                throw new EOFException("the message is shorter than it said");
            }
        }
        owner.reset();
        return all;
    }

    /** The bytes of the message's one field. A generated parser, which copies them, is for messages that have more. */
    private static List<ByteBuffer> data(List<ByteBuffer> message) throws IOException {
        List<ByteBuffer> content = duplicates(message);
        if (nextByte(content) == DATA_TAG && nextVarint(content) == remaining(content)) {
            return content;
        }
        ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(remaining(message)));
        message.forEach(buffer -> whole.put(buffer.duplicate()));
        return FileChunk.parseFrom(whole.flip()).getData().asReadOnlyByteBufferList();
    }

    private static long remaining(List<ByteBuffer> buffers) {
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }

    private static List<ByteBuffer> duplicates(List<ByteBuffer> buffers) {
        List<ByteBuffer> all = new ArrayList<>(buffers.size());
        for (ByteBuffer buffer : buffers) {
            all.add(buffer.duplicate());
        }
        return all;
    }

    /** Negative at the end. */
    private static int nextByte(List<ByteBuffer> from) {
        for (ByteBuffer buffer : from) {
            if (buffer.hasRemaining()) {
                return buffer.get() & 0xff;
            }
        }
        return -1;
    }

    /** Negative if there is none. */
    private static long nextVarint(List<ByteBuffer> from) {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int next = nextByte(from);
            if (next < 0) {
                return -1;
            }
            value |= (next & 0x7fL) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        return -1;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public List<ByteBuffer> buffers() {
        return duplicates(data);
    }

    @Override
    public void close() {
        try {
            owner.close();
        } catch (IOException impossible) {
            throw new IllegalStateException("the network's buffers cannot be given back", impossible);
        }
    }
}
