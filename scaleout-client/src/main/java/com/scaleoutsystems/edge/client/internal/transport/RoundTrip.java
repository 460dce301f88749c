package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.internal.core.Env;
import java.time.Duration;

/**
 * A call that the combiner has answered.
 *
 * @param startedAt when it began, in monotonic nanoseconds
 * @param answeredAt when its answer came
 */
public record RoundTrip(long startedAt, long answeredAt) {

    /** How long the answer took. */
    public Duration time() {
        return Duration.ofNanos(answeredAt - startedAt);
    }

    /** How long ago the answer came. */
    public Duration age(Env env) {
        return Duration.ofNanos(env.nanos() - answeredAt);
    }

    /** The one that was answered later. */
    public static RoundTrip later(RoundTrip one, RoundTrip other) {
        return one.answeredAt - other.answeredAt >= 0 ? one : other;
    }
}
