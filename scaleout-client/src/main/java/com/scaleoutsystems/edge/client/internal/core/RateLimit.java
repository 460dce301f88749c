package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps what passes at a rate: whatever takes its turn is paid for by the time that it takes at this rate, and the next turn comes when all
 * earlier ones are paid for. Whoever takes a turn waits for it; turns come in the order in which they were taken. From any thread.
 */
public final class RateLimit {

    /** A higher rate limits nothing that is known, and would overflow a count of nanoseconds. */
    private static final long HIGHEST = Long.MAX_VALUE / 2 / TimeUnit.SECONDS.toNanos(1);

    private final Env env;
    private final long perSecond;
    private final long credit;

    /** When all turns that were taken are paid for. */
    private long paid;

    /**
     * A limit that has let nothing pass.
     *
     * @param perSecond how much may pass in a second; at least 1
     * @param credit how much that did not pass in its time may pass later at once, beside the rate
     */
    public RateLimit(long perSecond, long credit, Env env) {
        this.env = env;
        this.perSecond = Math.min(perSecond, HIGHEST);
        this.credit = cost(credit);
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
        long wait = nanosUntilNext();
        long earliest = env.nanos() - credit;
        paid = (paid - earliest > 0 ? paid : earliest) + cost(amount);
        return Duration.ofNanos(wait);
    }

    /** How long to wait until a turn that is taken then comes at once; no turn is taken. */
    public synchronized Duration untilNext() {
        return Duration.ofNanos(nanosUntilNext());
    }

    private long nanosUntilNext() {
        return Math.max(0, paid - env.nanos());
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
