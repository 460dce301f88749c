package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import io.grpc.Status;

/** Failures of calls as the transport tells them. */
public final class Failures {

    private Failures() {}

    /** What the client hears of a call that ended with a code. */
    public static EdgeException of(Status.Code code) {
        return GrpcErrors.of("the call", code.toStatus().asRuntimeException());
    }
}
