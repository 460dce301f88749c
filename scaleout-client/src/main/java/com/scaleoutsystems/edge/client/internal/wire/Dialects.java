package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.Generation;

/** All dialects. Only this class knows which there are, and which one belongs to which setting. */
public final class Dialects {

    private static final ScaleoutDialect V1_0 = new Scaleout10();
    private static final ScaleoutDialect V1_1 = new Scaleout11();

    private Dialects() {}

    /** The dialect of a generation; the one that the client speaks until it has detected another where the host has set none. */
    public static Dialect of(Generation generation) {
        return switch (generation) {
            case AUTO, V1_1 -> V1_1;
            case V1_0 -> V1_0;
        };
    }

    /** How a client finds out what its combiner speaks. */
    static DialectDetection detection(Generation generation, PollCalls calls) {
        return switch (generation) {
            case AUTO -> DialectDetection.between(V1_1, V1_0, calls);
            case V1_0 -> DialectDetection.of(V1_0, calls);
            case V1_1 -> DialectDetection.of(V1_1, calls);
        };
    }
}
