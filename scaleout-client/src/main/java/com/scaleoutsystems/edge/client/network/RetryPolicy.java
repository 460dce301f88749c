package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import java.time.Duration;

/**
 * How often and how patiently something is tried again. Before attempt n+1 the SDK waits between half of e and e, where e is
 * {@code firstDelay · multiplier^(n−1)}, at most {@code maxDelay}.
 *
 * @param maxAttempts attempts in all, at least 1
 * @param firstDelay the longest wait before the second attempt
 * @param multiplier by how much the wait grows, at least 1
 * @param maxDelay the longest wait
 */
public record RetryPolicy(int maxAttempts, Duration firstDelay, double multiplier, Duration maxDelay) {

    /**
     * Checks the ranges.
     *
     * @param maxAttempts attempts in all, at least 1
     * @param firstDelay the longest wait before the second attempt
     * @param multiplier by how much the wait grows, at least 1
     * @param maxDelay the longest wait
     */
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts is " + maxAttempts + "; it must be at least 1");
        }
        firstDelay = Durations.requirePositive("firstDelay", firstDelay);
        maxDelay = Durations.requirePositive("maxDelay", maxDelay);
        if (!(multiplier >= 1)) {
            throw new IllegalArgumentException("multiplier is " + multiplier + "; it must be at least 1");
        }
    }

    /**
     * Five attempts, 1 s doubling to 30 s: the reference client's rule for the assignment.
     *
     * @return the defaults
     */
    public static RetryPolicy defaults() {
        return new RetryPolicy(5, Duration.ofSeconds(1), 2, Duration.ofSeconds(30));
    }

    /**
     * This policy with another number of attempts.
     *
     * @param value attempts in all, at least 1
     * @return the changed copy
     */
    public RetryPolicy withMaxAttempts(int value) {
        return new RetryPolicy(value, firstDelay, multiplier, maxDelay);
    }

    /**
     * This policy with another first delay.
     *
     * @param value the longest wait before the second attempt
     * @return the changed copy
     */
    public RetryPolicy withFirstDelay(Duration value) {
        return new RetryPolicy(maxAttempts, value, multiplier, maxDelay);
    }

    /**
     * This policy with another longest delay.
     *
     * @param value the longest wait
     * @return the changed copy
     */
    public RetryPolicy withMaxDelay(Duration value) {
        return new RetryPolicy(maxAttempts, firstDelay, multiplier, value);
    }
}
