package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.core.Env;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when calls are refused. A call is refused for good when its refusals have gone on for an hour. They end when the call is accepted,
 * and when it was not made for an hour: what was refused long ago says nothing about the next refusal. Thread-safe.
 */
final class RefusedCalls {

    /** The client remembers the refusals of so many calls; those of others begin to count when there is room. */
    static final int MOST = 10_000;

    private static final long PATIENCE_NANOS = Duration.ofHours(1).toNanos();

    /**
     * What is called.
     *
     * @param about what the call is about, such as the id of a record, or empty
     */
    record Subject(String method, String about) {}

    /** Refusals of one call, without an hour of silence between them. */
    private record Refusals(long first, long last) {

        boolean areFinal() {
            return last - first >= PATIENCE_NANOS;
        }

        boolean areOver(long now) {
            return now - last >= PATIENCE_NANOS;
        }
    }

    private final Env env;
    private final Map<Subject, Refusals> refusals = new HashMap<>();

    /** Nothing has been refused yet. */
    RefusedCalls(Env env) {
        this.env = env;
    }

    /**
     * A call is refused once more.
     *
     * @return whether it is refused for good
     */
    synchronized boolean refused(Subject subject) {
        long now = env.nanos();
        Refusals before = refusals.get(subject);
        Refusals all = new Refusals(before == null || before.areOver(now) ? now : before.first(), now);
        if (before != null || hasRoom(now)) {
            refusals.put(subject, all);
        }
        return all.areFinal();
    }

    /** Never forgets refusals that go on: their hour would not end. */
    private boolean hasRoom(long now) {
        if (refusals.size() >= MOST) {
            refusals.values().removeIf(known -> known.areFinal() || known.areOver(now));
        }
        return refusals.size() < MOST;
    }

    /** A call is accepted. */
    synchronized void accepted(Subject subject) {
        refusals.remove(subject);
    }
}
