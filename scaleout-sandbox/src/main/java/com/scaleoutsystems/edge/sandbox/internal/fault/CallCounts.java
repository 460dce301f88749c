package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.sandbox.internal.core.NewestEntries;

/**
 * Counts the calls of each method by each client. A sandbox may serve any number of clients, so a client that has not called for long may be
 * forgotten, and then its count begins again. Not thread-safe.
 */
final class CallCounts {
    private static final int MOST = 10_000;

    private final NewestEntries<String, Integer> counts = new NewestEntries<>(MOST);

    /** The number of this call, from 1. */
    int next(String origin) {
        int count = counts.get(origin).orElse(0) + 1;
        counts.put(origin, count);
        return count;
    }
}
