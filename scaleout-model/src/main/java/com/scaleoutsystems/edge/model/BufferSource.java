package com.scaleoutsystems.edge.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Supplies a model's bytes piece by piece, in the buffers that contain them, for example those of the network. The SDK writes them to
 * a file. One thread uses a source.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BufferSource {
    /**
     * Waits for the next piece. The caller closes each piece, also after a failure, before it asks for the next one.
     *
     * @return the piece, or null at the end
     * @throws IOException if the bytes are not available
     */
    @Nullable
    Piece next() throws IOException;

    /** Some consecutive bytes. */
    interface Piece extends AutoCloseable {
        /**
         * Gives the bytes.
         *
         * @return buffers whose position and limit are the caller's own; valid until the piece is closed
         */
        List<ByteBuffer> buffers();

        /**
         * Gives the number of bytes.
         *
         * @return how many remain in all {@link #buffers()} together
         */
        default long size() {
            return buffers().stream().mapToLong(ByteBuffer::remaining).sum();
        }

        /** Returns the buffers. The caller no longer reads them. */
        @Override
        void close();
    }
}
