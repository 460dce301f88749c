package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps what passes at a rate, without bursts: whatever takes its turn is paid for by the time that it takes at this rate, and the next
 * turn comes when all earlier ones are paid for. Whoever takes a turn waits for it; turns come in the order in which they were taken. From
 * any thread.
 */
public final class RateLimit {

    private final Env env;
    private final long perSecond;

    /** When all turns that were taken are paid for. */
    private long paid;

    /**
     * A limit that has let nothing pass.
     *
     * @param perSecond how much may pass in a second; at least 1
     */
    public RateLimit(long perSecond, Env env) {
        this.env = env;
        this.perSecond = perSecond;
        this.paid = env.nanos();
    }

    /** How much may pass in a second. */
    public long perSecond() {
        return perSecond;
    }

    /**
     * Takes the next turn.
     *
     * @param amount how much is to pass
     * @return how long to wait before it passes
     */
    public synchronized Duration take(long amount) {
        long now = env.nanos();
        long turn = paid - now > 0 ? paid : now;
        paid = turn + cost(amount);
        return Duration.ofNanos(turn - now);
    }

    /** How long to wait until a turn that is taken then comes at once; no turn is taken. */
    public synchronized Duration untilNext() {
        return Duration.ofNanos(Math.max(0, paid - env.nanos()));
    }

    /** Something that was to pass did not. */
    public synchronized void giveBack(long amount) {
        paid -= cost(amount);
    }

    /** In nanoseconds, rounded up: the rate is never exceeded. */
    private long cost(long amount) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return amount / perSecond * second + (amount % perSecond * second + perSecond - 1) / perSecond;
    }
}
