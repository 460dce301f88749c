package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
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

    /** So much later the executor asks for a thread again, if it got none. */
    static final Duration RETRY = Duration.ofSeconds(1);

    private final Executor threads;
    private final BiFunction<Duration, Runnable, Cancellable> timer;
    private final LongSupplier nanos;
    private final Logger log;
    private final SaidOnce noThread = new SaidOnce(System::nanoTime);
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /** Whether the timer will ask for a thread. */
    private boolean later;

    /**
     * An executor without tasks.
     *
     * @param threads gives threads in the order in which they are asked for
     * @param timer runs a short step after a delay
     * @param nanos monotonic time
     */
    SerialExecutor(
            Executor threads, BiFunction<Duration, Runnable, Cancellable> timer, LongSupplier nanos, Logger log) {
        this.threads = threads;
        this.timer = timer;
        this.nanos = nanos;
        this.log = log;
    }

    /** Never throws: the task runs later if there is no thread to be had now. */
    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
        }
        begin();
    }

    private void begin() {
        synchronized (waiting) {
            if (running || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        dispatch();
    }

    /** If there is no thread to be had now, the next task tries again, and so does the timer: there may be no next task. */
    private void dispatch() {
        try {
            threads.execute(this::runSlice);
        } catch (Throwable failure) {
            synchronized (waiting) {
                running = false;
            }
            noThread.fails(log, failure, "no thread for the client's steps; the client tries again");
            beginLater();
        }
    }

    private void beginLater() {
        synchronized (waiting) {
            if (later) {
                return;
            }
            later = true;
        }
        try {
            var unused = timer.apply(RETRY, this::beginNow);
        } catch (Throwable failure) {
            // The next task tries again.
            later(false);
            log.debug("no thread to begin the client's steps later", failure);
        }
    }

    private void beginNow() {
        later(false);
        begin();
    }

    private void later(boolean now) {
        synchronized (waiting) {
            later = now;
        }
    }

    private void runSlice() {
        // Not where the thread was asked for: that may be the timer's, which must not wait for the log.
        noThread.works(log, "getting threads for the client's steps");
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
            } catch (Throwable failure) {
                log.error("a step failed; this is a fault of the SDK", failure);
            }
            tasks++;
        } while (tasks < MOST_TASKS && nanos.getAsLong() - start < SLICE.toNanos());
        dispatch();
    }
}
