package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits in real time, for threads that may block: those that move models, and those of callbacks. A strand never waits; it sets a
 * timer.
 */
public final class Waits {

    private Waits() {}

    /**
     * Takes the next element of a queue.
     *
     * @return the element, or null if none came in time
     */
    public static <T> @Nullable T poll(BlockingQueue<T> queue, Duration patience) throws InterruptedException {
        return queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Waits until a condition holds. The caller holds the lock of {@code changed}.
     *
     * @param changed signalled at each change
     * @return false if the condition did not come to hold in time
     */
    public static boolean until(BooleanSupplier condition, Condition changed, Duration patience)
            throws InterruptedException {
        long left = patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (left <= 0) {
                return false;
            }
            left = changed.awaitNanos(left);
        }
        return true;
    }

    /** Pauses before another look at something that gives no signal, such as a lock of another program. */
    public static void pause(Duration length) throws InterruptedException {
        Thread.sleep(length.toMillis());
    }
}
