package com.scaleoutsystems.edge.client.internal.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The log lines of a client that wait for their time to be over. If the client closes before, it writes them then. Thread-safe; writes
 * nothing while it has the monitor, because a log may block.
 */
public final class PendingLines {

    private final Set<Runnable> pending = new LinkedHashSet<>();

    /**
     * A line waits.
     *
     * @param line writes it unless it has been written; must not throw
     */
    synchronized void add(Runnable line) {
        pending.add(line);
    }

    /** A line waits no longer. */
    synchronized void remove(Runnable line) {
        pending.remove(line);
    }

    /** Whether no line waits. */
    synchronized boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Writes what waits. */
    public void write() {
        all().forEach(Runnable::run);
    }

    private synchronized List<Runnable> all() {
        return List.copyOf(pending);
    }
}
