package com.scaleoutsystems.edge.sandbox.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The one condition that everybody in a sandbox waits on: whoever changes something that others may wait for signals it.
 * One condition for all, because a session waits for tasks, updates and clients at once.
 */
public final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;
    private boolean closed;

    /** Wakes everybody who waits. Call it after the change, outside of one's own locks if possible. */
    public void signal() {
        lock.lock();
        try {
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting, now and later. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is there; {@code wanted} names it in the error message if it does not arrive. */
    public <T> T await(Supplier<String> wanted, Duration timeout, Supplier<Optional<T>> look) {
        Found<T> found = new Found<>(look);
        if (await(timeout, found)) {
            return found.value.orElseThrow();
        }
        throw new EdgeException(
                ErrorCode.DEADLINE_EXCEEDED, "Waited " + seconds(timeout) + " in vain for " + wanted.get());
    }

    /** Waits until the condition holds; false if it did not in time. The condition is never called under the lock. */
    public boolean await(Duration timeout, BooleanSupplier condition) {
        long start = System.nanoTime();
        long patience = nanos(timeout);
        while (true) {
            long seen = versionUnlessClosed();
            if (condition.getAsBoolean()) {
                return true;
            }
            long left = patience - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            waitForNewerThan(seen, left);
        }
    }

    private long versionUnlessClosed() {
        lock.lock();
        try {
            requireOpen();
            return version;
        } finally {
            lock.unlock();
        }
    }

    private void waitForNewerThan(long seen, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (version == seen && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            requireOpen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EdgeException(ErrorCode.CANCELLED, "Interrupted while waiting for the sandbox", e);
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new EdgeException(ErrorCode.CANCELLED, "The sandbox was closed");
        }
    }

    public static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    /** Durations beyond 292 years, such as those of "for ever", do not fit into nanoseconds. */
    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    private static final class Found<T> implements BooleanSupplier {
        private final Supplier<Optional<T>> look;
        private Optional<T> value = Optional.empty();

        Found(Supplier<Optional<T>> look) {
            this.look = look;
        }

        @Override
        public boolean getAsBoolean() {
            value = look.get();
            return value.isPresent();
        }
    }
}
