package com.scaleoutsystems.edge.sandbox.internal.core;

import java.util.Random;
import java.util.UUID;

/** Draws ids (version 4 UUIDs) from a seed, so that a run can be repeated. */
public final class Ids {
    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final Random random;

    public Ids(long seed) {
        this.random = new Random(seed);
    }

    public synchronized String next() {
        long high = (random.nextLong() & ~0xF000L) | VERSION_4;
        long low = (random.nextLong() & ~0xC000_0000_0000_0000L) | VARIANT;
        return new UUID(high, low).toString();
    }

    /** A source of its own, so that what is drawn there does not depend on what is drawn here meanwhile. */
    public synchronized Ids fork() {
        return new Ids(random.nextLong());
    }
}
