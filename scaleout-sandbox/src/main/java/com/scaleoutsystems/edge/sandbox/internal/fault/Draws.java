package com.scaleoutsystems.edge.sandbox.internal.fault;

import java.util.SplittableRandom;

/** Random numbers that depend on a seed, on what they are for, and on a count, so that the threads of a run change nothing. */
final class Draws {
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private Draws() {}

    static SplittableRandom of(long seed, String purpose, long count) {
        return new SplittableRandom(seed * GOLDEN + purpose.hashCode() * 0xBF58_476D_1CE4_E5B9L + count);
    }
}
