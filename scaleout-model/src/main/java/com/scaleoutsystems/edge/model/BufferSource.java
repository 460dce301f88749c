package com.scaleoutsystems.edge.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a model's bytes piece by piece in the buffers where they lie, a network's for example, from which they go into a file.
 * Asked by one thread.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BufferSource {
    /**
     * Waits for the next piece. Whoever takes it closes it, also when something fails, before asking for the next one.
     *
     * @return the piece, or null at the end
     * @throws IOException if the bytes can't be had
     */
    @Nullable
    Piece next() throws IOException;

    /** Some bytes in a row. */
    interface Piece extends AutoCloseable {
        /**
         * Gives the bytes.
         *
         * @return buffers whose position and limit are the caller's own; good until the piece is closed
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

        /** Gives the buffers back. Nobody reads them any more. */
        @Override
        void close();
    }
}
