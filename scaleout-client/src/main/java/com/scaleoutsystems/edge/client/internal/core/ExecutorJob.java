package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.core.Env.CallbackThread;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host's code on its way through an executor of the host's. The executor may let it wait, refuse it, drop it, or run it twice: it
 * runs once at the most, and the thread that runs it gets no interrupt that is not for it. Thread-safe.
 */
final class ExecutorJob implements Runnable, CallbackThread {

    private final Runnable body;
    private final Consumer<? super Throwable> refused;

    /** Whether the body was begun, taken back or refused: what comes first decides. */
    private boolean decided;

    /** The thread on which the body runs at the moment. */
    private @Nullable Thread thread;

    private boolean interrupted;

    /**
     * A job that nobody has.
     *
     * @param body must not throw
     * @param refused learns why the body will never run, if the executor says so; must not throw
     */
    ExecutorJob(Runnable body, Consumer<? super Throwable> refused) {
        this.body = body;
        this.refused = refused;
    }

    /** Hands the job to the executor. On a thread that may block: the executor may, and may run the job at once. */
    void handTo(Executor executor) {
        try {
            executor.execute(this);
        } catch (Throwable failure) {
            if (decide()) {
                refused.accept(failure);
            }
        }
    }

    private synchronized boolean decide() {
        boolean first = !decided;
        decided = true;
        return first;
    }

    @Override
    public void run() {
        if (!enter()) {
            return;
        }
        try {
            body.run();
        } finally {
            leave();
        }
    }

    private synchronized boolean enter() {
        if (!decide()) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    private synchronized void leave() {
        thread = null;
        if (interrupted) {
            // The host's code may not have noticed it; the executor's next job must not.
            var unused = Thread.interrupted();
        }
    }

    @Override
    public synchronized void interrupt() {
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
    }

    @Override
    public boolean takeBack() {
        return decide();
    }
}
