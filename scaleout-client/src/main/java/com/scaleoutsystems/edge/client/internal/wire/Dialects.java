package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.network.Generation;
import java.util.function.Function;

/** All dialects. Only this class knows which there are, which one belongs to which setting, and which transport speaks it. */
public final class Dialects {

    static final ScaleoutDialect V1_0 = new Scaleout10Dialect();
    static final ScaleoutDialect V1_1 = new Scaleout11Dialect();

    /**
     * What a setting stands for.
     *
     * @param dialect the dialect that the client begins with
     * @param transport opens a transport that speaks it, and goes over to another one where the setting leaves that open
     */
    record Choice(Dialect dialect, Function<TransportParts, CombinerTransport> transport) {}

    private Dialects() {}

    /** The dialect of a generation; the one that the client speaks until it has detected another where the host has set none. */
    public static Dialect of(Generation generation) {
        return choice(generation).dialect();
    }

    static Choice choice(Generation generation) {
        return switch (generation) {
            case AUTO -> scaleout(V1_1, calls -> DialectDetection.between(V1_1, V1_0, calls));
            case V1_0 -> scaleout(V1_0, calls -> DialectDetection.of(V1_0, calls));
            case V1_1 -> scaleout(V1_1, calls -> DialectDetection.of(V1_1, calls));
        };
    }

    private static Choice scaleout(ScaleoutDialect first, Function<PollCalls, DialectDetection> detection) {
        return new Choice(first, parts -> new GrpcTransport(parts, detection));
    }
}
