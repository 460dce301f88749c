package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How often, and after which waits, the client tries something again. Before attempt n+1 it waits for a random time up to e, where e is
 * {@code firstDelay · multiplier^(n−1)}, at most {@code maxDelay}: clients that fail at the same time do not try again at the same time.
 *
 * <p>Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class RetryPolicy {

    private static final RetryPolicy DEFAULTS = new RetryPolicy(new Values());

    private final Values values;

    private RetryPolicy(Values values) {
        this.values = values;
    }

    private RetryPolicy changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new RetryPolicy(copy);
    }

    /** The values with their defaults. A policy never changes the object that it was made with. */
    private static final class Values {

        int maxAttempts = 5;
        Duration firstDelay = Duration.ofSeconds(1);
        double multiplier = 2;
        Duration maxDelay = Duration.ofSeconds(30);

        Values() {}

        Values(Values other) {
            maxAttempts = other.maxAttempts;
            firstDelay = other.firstDelay;
            multiplier = other.multiplier;
            maxDelay = other.maxDelay;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("maxAttempts", maxAttempts)
                    .with("firstDelay", firstDelay)
                    .with("multiplier", multiplier)
                    .with("maxDelay", maxDelay);
        }
    }

    /**
     * Five attempts, 1 s doubling to 30 s: the reference client's rule for the assignment.
     *
     * @return the defaults
     */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * How many attempts there are in all.
     *
     * @return at least 1
     */
    public int maxAttempts() {
        return values.maxAttempts;
    }

    /**
     * Changes the number of attempts.
     *
     * @param value attempts in all, at least 1
     * @return the changed copy
     */
    public RetryPolicy withMaxAttempts(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxAttempts is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.maxAttempts = value);
    }

    /**
     * The longest wait before the second attempt.
     *
     * @return the first delay
     */
    public Duration firstDelay() {
        return values.firstDelay;
    }

    /**
     * Changes the first delay.
     *
     * @param value the longest wait before the second attempt
     * @return the changed copy
     */
    public RetryPolicy withFirstDelay(Duration value) {
        return changed(copy -> copy.firstDelay = Durations.requirePositive("firstDelay", value));
    }

    /**
     * The factor by which the wait grows with each attempt.
     *
     * @return at least 1
     */
    public double multiplier() {
        return values.multiplier;
    }

    /**
     * Changes the factor by which the wait grows.
     *
     * @param value at least 1
     * @return the changed copy
     */
    public RetryPolicy withMultiplier(double value) {
        if (!(value >= 1)) {
            throw new IllegalArgumentException("multiplier is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.multiplier = value);
    }

    /**
     * The longest wait before any attempt.
     *
     * @return the longest delay
     */
    public Duration maxDelay() {
        return values.maxDelay;
    }

    /**
     * Changes the longest delay.
     *
     * @param value the longest wait before any attempt
     * @return the changed copy
     */
    public RetryPolicy withMaxDelay(Duration value) {
        return changed(copy -> copy.maxDelay = Durations.requirePositive("maxDelay", value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RetryPolicy that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "RetryPolicy" + values.named();
    }
}
