package com.scaleoutsystems.edge.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream in blocks: small ones first, since most streams are short, then large ones, of which two take turns. */
final class StreamPieces implements BufferSource {
    private static final int BLOCK = 1 << 16;
    private static final int LARGE_BLOCK = 1 << 20;

    private final InputStream in;
    private byte[] latest = {};
    private byte[] spare = {};
    private long read;
    private boolean ended;

    StreamPieces(InputStream in) {
        this.in = in;
    }

    @Override
    public @Nullable Piece next() throws IOException {
        if (ended) {
            return null;
        }
        int size = read < LARGE_BLOCK ? BLOCK : LARGE_BLOCK;
        byte[] block = spare.length == size ? spare : new byte[size];
        spare = latest;
        latest = block;
        int count = in.readNBytes(block, 0, size);
        read += count;
        ended = count < size;
        return new Block(ByteBuffer.wrap(block, 0, count));
    }

    private record Block(ByteBuffer bytes) implements Piece {
        @Override
        public List<ByteBuffer> buffers() {
            return List.of(bytes.duplicate());
        }

        @Override
        public void close() {}
    }
}
