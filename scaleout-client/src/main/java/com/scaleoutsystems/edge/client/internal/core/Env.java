package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
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

    /**
     * Runs user code on a thread of its own, which ends with it.
     *
     * @param name the thread's name
     * @param body what to run; must not throw
     */
    CallbackThread callback(String name, Runnable body);

    /** A thread that runs user code. */
    interface CallbackThread {
        /** Interrupts the user code if it still runs. */
        void interrupt();
    }
}
