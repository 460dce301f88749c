package com.scaleoutsystems.edge.sandbox.internal.wire;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The executor for the callbacks of gRPC. It knows how many of them there are, so that a server that stops can wait for them: gRPC
 * itself ends without doing so, and logs a stack trace for each one that finds its executor gone.
 */
final class Callbacks implements Executor {
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int running;

    Callbacks(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable callback) {
        change(1);
        try {
            threads.execute(() -> {
                try {
                    callback.run();
                } finally {
                    change(-1);
                }
            });
        } catch (RejectedExecutionException afterTheEnd) {
            // The server has stopped, and the threads with it: nobody waits for what this callback does.
            change(-1);
        } catch (RuntimeException | Error e) {
            change(-1);
            throw e;
        }
    }

    /** Waits until no callback runs or waits; false if it takes too long. */
    boolean awaitIdle(long seconds) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(seconds);
            while (running > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return running == 0;
        } finally {
            lock.unlock();
        }
    }

    private void change(int by) {
        lock.lock();
        try {
            running += by;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
