package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import org.jspecify.annotations.Nullable;

/** Hashes a piece beside what else is done with it, and closes it when the next one comes: then both are over. */
final class PieceHashing implements AutoCloseable {
    /** Less is hashed sooner than another thread begins. */
    private static final int LARGE = 1 << 16;

    private final @Nullable Sha256 hash;
    private BufferSource.@Nullable Piece piece;
    private @Nullable ForkJoinTask<?> task;

    PieceHashing(@Nullable Sha256 hash) {
        this.hash = hash;
    }

    /** Begins with a piece, once the one before is done. It is closed in any case. */
    void take(BufferSource.Piece next) {
        try {
            finish();
        } finally {
            piece = next;
        }
        if (hash == null) {
            return;
        }
        List<ByteBuffer> buffers = next.buffers();
        if (next.size() < LARGE) {
            buffers.forEach(hash::update);
        } else {
            fork(ForkJoinTask.adapt(() -> buffers.forEach(hash::update)));
        }
    }

    private void fork(ForkJoinTask<?> hashing) {
        try {
            hashing.fork();
            task = hashing;
        } catch (Error noThread) {
            // It stands in a queue all the same, and must not find the piece closed.
            if (!hashing.tryUnfork()) {
                task = hashing;
            }
            throw noThread;
        }
    }

    /** Waits for the piece before, and closes it. */
    void finish() {
        ForkJoinTask<?> running = task;
        BufferSource.Piece done = piece;
        task = null;
        piece = null;
        try {
            if (running != null) {
                running.join();
            }
        } finally {
            if (done != null) {
                done.close();
            }
        }
    }

    @Override
    public void close() {
        finish();
    }
}
