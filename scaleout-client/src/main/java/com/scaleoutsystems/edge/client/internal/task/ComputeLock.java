package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A lock between programs on one machine, held while a callback runs. Waiting for it ends by an interrupt. */
final class ComputeLock {

    /** A file lock is the whole JVM's, so the callbacks of one JVM take turns before it. */
    private static final Map<Path, Semaphore> TURNS = new ConcurrentHashMap<>();

    private final Semaphore turn;
    private final FileChannel file;

    private ComputeLock(Semaphore turn, FileChannel file) {
        this.turn = turn;
        this.file = file;
    }

    /** Waits for the lock. */
    static ComputeLock acquire(Path path) throws InterruptedException {
        Semaphore turn = TURNS.computeIfAbsent(path.toAbsolutePath().normalize(), key -> new Semaphore(1));
        turn.acquire();
        FileChannel file = null;
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var held = file.lock();
            if (!held.isValid()) {
                throw new IOException("the lock is gone at once");
            }
            return new ComputeLock(turn, file);
        } catch (FileLockInterruptionException interrupted) {
            release(turn, file);
            throw new InterruptedException("interrupted while waiting for " + path);
        } catch (IOException e) {
            release(turn, file);
            throw new EdgeException(ErrorCode.IO, "cannot lock " + path + ": " + e + "; is its folder writable?", e);
        }
    }

    private static void release(Semaphore turn, @Nullable FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "a lock cannot be given back: " + e, e);
        } finally {
            turn.release();
        }
    }

    /** Gives the lock back. */
    void close() {
        release(turn, file);
    }
}
