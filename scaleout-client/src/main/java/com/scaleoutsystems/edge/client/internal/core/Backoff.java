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

    /** How long to wait after a number of failures in a row, at least one. */
    public static Duration delay(RetryPolicy policy, RandomGenerator random, int failures) {
        double longest = (double) policy.firstDelay().toNanos() * Math.pow(policy.multiplier(), failures - 1);
        double capped = Math.min(longest, (double) policy.maxDelay().toNanos());
        return Duration.ofNanos((long) (capped / 2 + random.nextDouble() * capped / 2));
    }
}
