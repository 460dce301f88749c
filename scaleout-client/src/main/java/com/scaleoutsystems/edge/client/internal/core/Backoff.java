package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** The growing, jittered waits of one thing that keeps failing. Used on one strand only. */
public final class Backoff {

    private final RetryPolicy policy;
    private final RandomGenerator random;
    private int failures;

    /** Waits by the policy's delays; its number of attempts is the caller's affair. */
    public Backoff(RetryPolicy policy, RandomGenerator random) {
        this.policy = policy;
        this.random = random;
    }

    /** How often in a row it failed. */
    public int failures() {
        return failures;
    }

    /** It worked: the next failure waits shortly again. */
    public void reset() {
        failures = 0;
    }

    /** It failed once more: how long to wait now. */
    public Duration next() {
        return delay(policy, random, ++failures);
    }

    /**
     * How long to wait after a number of failures in a row, at least one: any time up to the policy's delay, so that clients that failed
     * at the same time do not try again at the same time.
     */
    public static Duration delay(RetryPolicy policy, RandomGenerator random, int failures) {
        return Duration.ofNanos((long) (random.nextDouble() * longest(policy, failures)));
    }

    /**
     * The same for failures of one call while others pass: at least half of the policy's delay, since more calls would make it worse.
     */
    public static Duration earned(RetryPolicy policy, RandomGenerator random, int failures) {
        double longest = longest(policy, failures);
        return Duration.ofNanos((long) (longest / 2 + random.nextDouble() * longest / 2));
    }

    private static double longest(RetryPolicy policy, int failures) {
        double longest = (double) policy.firstDelay().toNanos() * Math.pow(policy.multiplier(), failures - 1);
        return Math.min(longest, (double) policy.maxDelay().toNanos());
    }
}
