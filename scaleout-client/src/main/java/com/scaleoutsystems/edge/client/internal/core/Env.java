package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Time, chance and threads. Everything in the client that is not deterministic comes from here, so that a test can run a whole
 * client on one thread in virtual time.
 */
public interface Env {

    /** The wall clock, for time stamps only. */
    Instant wall();

    /** Monotonic time in nanoseconds, for all intervals. */
    long nanos();

    /** Chance, for jitter. */
    RandomGenerator random();

    /** How busy the machine is. */
    NodeLoad load();

    /** A new unique id, a UUID. */
    String newId();

    /**
     * A new serial executor.
     *
     * @param name for logs
     */
    Strand strand(String name);

    /**
     * Runs a short step after a delay, apart from all strands: it still runs when the strands do not, and if it blocks it holds up no
     * other.
     *
     * @return cancels the step unless it has begun
     */
    Cancellable after(Duration delay, Runnable step);

    /** For work that blocks on files or on the network. */
    Executor io();

    /**
     * Completes what the host holds, such as receipts: what the host has appended to it runs here. One at a time and in order; if the
     * host's code takes long, the others continue beside it. Never throws.
     */
    Executor continuations();

    /** Tells what watches the tasks for the host, such as a tracer. As {@link #continuations()}, but neither holds up the other. */
    default Executor watchers() {
        return continuations();
    }

    /**
     * Runs user code on a thread of its own, which ends with it.
     *
     * @param name the thread's name
     * @param body what to run; must not throw
     */
    CallbackThread callback(String name, Runnable body);

    /**
     * Runs user code on a thread of the host's choice.
     *
     * @param threads the choice
     * @param name the thread's name, if it is a thread of its own
     * @param body what to run; must not throw
     * @param refused learns why the body will never run, if the host's executor says so; called on any thread, must not throw
     */
    default CallbackThread callback(
            CallbackThreads threads, String name, Runnable body, Consumer<? super Throwable> refused) {
        if (threads.executor().isPresent()) {
            Executor executor = threads.executor().get();
            ExecutorJob job = new ExecutorJob(body, refused);
            io().execute(() -> job.handTo(executor));
            return job;
        }
        return threads.isVirtual()
                ? VirtualThreads.start(ServerText.argument(name), body)::interrupt
                : callback(name, body);
    }

    /**
     * Begins something when the JVM shuts down, and waits for it: the JVM ends afterwards.
     *
     * @param name the name of the thread that waits
     * @param end begins it; what has been begun in this way for others goes on at the same time
     * @return forgets it; to be called when there is nothing to end any longer, also while the JVM shuts down
     */
    Cancellable onShutdown(String name, Supplier<? extends CompletionStage<?>> end);

    /** The log lines that the client of this environment still has to write. */
    PendingLines pendingLines();

    /** A thread that runs user code, or will do so. */
    interface CallbackThread {
        /** Interrupts the user code if it runs. */
        void interrupt();

        /**
         * Takes the user code back if it has not begun.
         *
         * @return whether it will never run
         */
        default boolean takeBack() {
            return false;
        }
    }
}
