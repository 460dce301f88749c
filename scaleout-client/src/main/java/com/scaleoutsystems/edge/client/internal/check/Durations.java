package com.scaleoutsystems.edge.client.internal.check;

import java.time.Duration;
import java.util.Objects;

/** Checks of durations that users give. */
public final class Durations {

    /** Longer than any program runs; what is longer still would overflow a count of nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Durations() {}

    public static Duration requirePositive(String name, Duration value) {
        Objects.requireNonNull(value, () -> name + " is null");
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be longer than zero");
        }
        return value.compareTo(LONGEST) > 0 ? LONGEST : value;
    }
}
