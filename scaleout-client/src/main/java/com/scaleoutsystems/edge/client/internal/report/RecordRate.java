package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.RateLimit;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How many records may leave the client in a second, on all routes together. A sender that may not go on now is woken at the next turn, as
 * are all others: who wakes them decides which of them takes it. Lives on the client's strand.
 */
final class RecordRate {

    /** What a late timer has missed is made up for, but not more than this part of a second. */
    private static final int CREDITS_A_SECOND = 20;

    private final Optional<RateLimit> limit;
    private final Strand strand;
    private final Runnable wake;
    private final int atOnce;
    private @Nullable Cancellable next;

    /**
     * A rate at which nothing has left yet.
     *
     * @param perSecond how many records may leave in a second; empty if there is no limit
     * @param wake lets all senders go on
     */
    RecordRate(OptionalInt perSecond, Env env, Strand strand, Runnable wake) {
        this.strand = strand;
        this.wake = wake;
        if (perSecond.isEmpty()) {
            this.atOnce = Integer.MAX_VALUE;
            this.limit = Optional.empty();
        } else {
            this.atOnce = Math.max(1, perSecond.getAsInt() / CREDITS_A_SECOND);
            this.limit = Optional.of(new RateLimit(perSecond.getAsInt(), atOnce - 1L, env));
        }
    }

    /** How many records may leave at once at the most. */
    int atOnce() {
        return atOnce;
    }

    /** Whether one more record may leave now. If not, all senders are woken when one may. */
    boolean hasTurn() {
        if (limit.isEmpty()) {
            return true;
        }
        if (next == null && !limit.get().untilNext().isZero()) {
            next = strand.after(limit.get().untilNext(), () -> {
                next = null;
                wake.run();
            });
        }
        // While others wait for the next turn, nobody takes it before they are woken.
        return next == null;
    }

    /** A record leaves. */
    void taken() {
        limit.ifPresent(rate -> rate.take(1));
    }

    /** Wakes nobody any longer. */
    void end() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
