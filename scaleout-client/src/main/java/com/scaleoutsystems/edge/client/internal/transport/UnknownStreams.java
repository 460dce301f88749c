package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Which record streams a combiner says that it does not know. Each of them is tried again, after growing waits. From any thread. */
public final class UnknownStreams {

    /** A combiner that still does not know a stream after this time does not have it. */
    private static final long CERTAIN_NANOS = Duration.ofHours(1).toNanos();

    private static final class Unknown {
        private final UnknownCall waits = new UnknownCall();
        private final long since;
        private long until;
        private boolean certain;

        Unknown(long now) {
            this.since = now;
            this.until = now;
        }
    }

    private final Env env;
    private final Map<RecordKind, Unknown> unknown = new EnumMap<>(RecordKind.class);

    /** No stream is unknown. */
    public UnknownStreams(Env env) {
        this.env = env;
    }

    /** The combiner says that it does not know the stream of this kind. */
    public synchronized void add(RecordKind kind) {
        long now = env.nanos();
        Unknown one = unknown.computeIfAbsent(kind, added -> new Unknown(now));
        one.until = now + one.waits.next().toNanos();
        one.certain = now - one.since >= CERTAIN_NANOS;
    }

    /** The combiner has acknowledged a record on the stream of this kind. */
    public synchronized void remove(RecordKind kind) {
        unknown.remove(kind);
    }

    /** Whether it is time to open the stream of this kind: the combiner may have it, as far as is known. */
    public synchronized boolean mayOpen(RecordKind kind) {
        Unknown one = unknown.get(kind);
        return one == null || env.nanos() - one.until >= 0;
    }

    /**
     * Why a record that only a stream carries has to wait. Empty if the combiner has not known the stream for so long that it does not have
     * it.
     */
    public synchronized Optional<EdgeException> waiting(RecordKind kind) {
        Unknown one = unknown.get(kind);
        if (one != null && one.certain) {
            return Optional.empty();
        }
        return Optional.of(new EdgeException(
                ErrorCode.UNAVAILABLE,
                "the combiner does not know the stream of " + kind
                        + "; the client tries it again: check that the combiner has"
                        + " release 1.1, and that a proxy in front of it passes its calls on",
                null,
                true,
                1));
    }
}
