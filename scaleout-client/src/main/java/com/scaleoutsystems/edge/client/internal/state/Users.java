package com.scaleoutsystems.edge.client.internal.state;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts who uses something that several clients share. The last one to leave closes it. Thread-safe. */
public final class Users {

    private final AtomicInteger count = new AtomicInteger();
    private final Runnable close;

    /**
     * Nobody yet.
     *
     * @param close closes what they share
     */
    public Users(Runnable close) {
        this.close = close;
    }

    /** One user more, who leaves by running what this gives; running it again does nothing. */
    public Runnable join() {
        count.incrementAndGet();
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true) && count.decrementAndGet() == 0) {
                close.run();
            }
        };
    }
}
