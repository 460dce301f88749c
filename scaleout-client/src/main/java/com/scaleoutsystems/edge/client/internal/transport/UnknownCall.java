package com.scaleoutsystems.edge.client.internal.transport;

import java.time.Duration;

/**
 * Says when a call is tried again that the combiner does not know: after a minute, then after twice the time each time, at most after an
 * hour. A proxy in between may have said so, or the combiner may be replaced by a newer one.
 */
public final class UnknownCall {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private Duration wait = FIRST;

    /** The combiner does not know the call, once more: how long to wait now. */
    public Duration next() {
        Duration now = wait;
        Duration doubled = wait.multipliedBy(2);
        wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return now;
    }

    /** The combiner knows the call: the next wait is the first one again. */
    public void reset() {
        wait = FIRST;
    }
}
