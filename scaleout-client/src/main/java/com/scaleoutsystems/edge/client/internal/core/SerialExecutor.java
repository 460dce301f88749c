package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Runs tasks one at a time and in order on another executor's threads. It gives its thread back after a slice, and gets one again when
 * all who wait have had theirs: whoever has much to do does not starve the others.
 */
final class SerialExecutor implements Executor {

    /** A slice has no more tasks than this. */
    static final int MOST_TASKS = 64;

    /** The task that takes a slice beyond this time is its last one. */
    static final Duration SLICE = Duration.ofMillis(10);

    private final Executor threads;
    private final LongSupplier nanos;
    private final Logger log;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /**
     * An executor without tasks.
     *
     * @param threads gives threads in the order in which they are asked for
     * @param nanos monotonic time
     */
    SerialExecutor(Executor threads, LongSupplier nanos, Logger log) {
        this.threads = threads;
        this.nanos = nanos;
        this.log = log;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        dispatch();
    }

    /** If there is no thread to be had now, the next task tries again. */
    private void dispatch() {
        try {
            threads.execute(this::runSlice);
        } catch (RuntimeException | Error noThread) {
            synchronized (waiting) {
                running = false;
            }
            throw noThread;
        }
    }

    private void runSlice() {
        long start = nanos.getAsLong();
        int tasks = 0;
        do {
            Runnable task;
            synchronized (waiting) {
                task = waiting.poll();
                if (task == null) {
                    running = false;
                    return;
                }
            }
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                log.error("a step failed; this is a fault of the SDK", failure);
            }
            tasks++;
        } while (tasks < MOST_TASKS && nanos.getAsLong() - start < SLICE.toNanos());
        dispatch();
    }
}
