package com.scaleoutsystems.edge.client;

import java.time.Duration;

/** Checks of durations that users give. */
final class Durations {

    private Durations() {}

    static Duration requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be longer than zero");
        }
        return value;
    }
}
