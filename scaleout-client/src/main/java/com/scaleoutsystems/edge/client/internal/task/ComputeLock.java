package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Waits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A lock between programs on one machine, held while a callback runs. An interrupt ends the wait for it. */
final class ComputeLock {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    /** A file lock belongs to the whole JVM, so the callbacks of one JVM take turns before it. */
    private static final Map<Path, Semaphore> TURNS = new ConcurrentHashMap<>();

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Semaphore turn;
    private final FileChannel file;

    private ComputeLock(Semaphore turn, FileChannel file) {
        this.turn = turn;
        this.file = file;
    }

    /** Waits for the lock. */
    static ComputeLock acquire(Path path) throws InterruptedException {
        FileChannel file = null;
        Semaphore turn = null;
        boolean held = false;
        boolean myTurn = false;
        try {
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            turn = TURNS.computeIfAbsent(path.toRealPath(), key -> new Semaphore(1));
            turn.acquire();
            myTurn = true;
            lock(file);
            held = true;
            return new ComputeLock(turn, file);
        } catch (FileLockInterruptionException interrupted) {
            throw new InterruptedException("interrupted while waiting for " + path);
        } catch (IOException e) {
            throw new EdgeException(ErrorCode.IO, "cannot lock " + path + ": " + e + "; is its folder writable?", e);
        } finally {
            if (!held) {
                release(myTurn ? turn : null, file);
            }
        }
    }

    /** Waits for a lock that other code in this JVM holds as for that of another program. */
    private static void lock(FileChannel file) throws IOException, InterruptedException {
        while (true) {
            try {
                var held = file.lock();
                if (held.isValid()) {
                    return;
                }
            } catch (OverlappingFileLockException heldInThisJvm) {
                Waits.pause(LOOK_AGAIN);
            }
        }
    }

    private static void release(@Nullable Semaphore turn, @Nullable FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warn("the client could not release a lock file", e);
        } finally {
            if (turn != null) {
                turn.release();
            }
        }
    }

    /** Releases the lock. */
    void close() {
        release(turn, file);
    }
}
