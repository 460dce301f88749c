package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/** Runs tasks one at a time and in order on another executor's threads. */
final class SerialExecutor implements Executor {

    /** The executor returns its thread after this many tasks, so that one busy strand cannot starve the others. */
    private static final int BATCH = 64;

    private final Executor threads;
    private final Logger log;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    SerialExecutor(Executor threads, Logger log) {
        this.threads = threads;
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
            threads.execute(this::runBatch);
        } catch (RuntimeException | Error noThread) {
            synchronized (waiting) {
                running = false;
            }
            throw noThread;
        }
    }

    private void runBatch() {
        for (int done = 0; done < BATCH; done++) {
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
                log.error("a step failed; this is a fault of the SDK or of a listener", Failures.printable(failure));
            }
        }
        dispatch();
    }
}
