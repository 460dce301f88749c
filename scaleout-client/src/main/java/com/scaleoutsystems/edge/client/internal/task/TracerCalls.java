package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/**
 * The calls of the host's tracer that wait for their turn. If too much waits, further traces do not begin. Those that have begun are
 * ended, however many they are. Thread-safe; writes nothing while it has the monitor, because a log may block.
 */
final class TracerCalls {

    /** So many calls wait at the most when another trace is to begin. */
    static final int MOST_CALLS = 10_000;

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private final Executor threads;
    private final Object lock = new Object();
    private int waiting;
    private long untraced;

    /**
     * No call waits.
     *
     * @param threads threads that may block; never throws
     */
    TracerCalls(Executor threads) {
        this.threads = threads;
    }

    /**
     * Begins a trace when its turn comes.
     *
     * @param call must not throw
     * @return whether there was room for it
     */
    boolean begin(Runnable call) {
        boolean hasRoom;
        boolean fallsBehind;
        synchronized (lock) {
            hasRoom = waiting < MOST_CALLS;
            fallsBehind = !hasRoom && untraced++ == 0;
        }
        if (fallsBehind) {
            LOG.warn(
                    "the tracer is too slow, and the next tasks have no trace (logs how many when the tracer has caught up)");
        }
        if (hasRoom) {
            end(call);
        }
        return hasRoom;
    }

    /**
     * Ends a trace that has begun when its turn comes.
     *
     * @param call must not throw
     */
    void end(Runnable call) {
        synchronized (lock) {
            waiting++;
        }
        threads.execute(() -> {
            begins();
            call.run();
        });
    }

    private void begins() {
        long lost;
        synchronized (lock) {
            waiting--;
            lost = waiting == 0 ? untraced : 0;
            untraced -= lost;
        }
        if (lost > 0) {
            LOG.warn("the tracer has caught up; {} tasks have no trace", lost);
        }
    }
}
