package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import org.jspecify.annotations.Nullable;

/** The errors of attempts to send. */
final class SendFailures {

    private SendFailures() {}

    /** The failure as an error of the SDK. */
    static EdgeException of(@Nullable Throwable failure) {
        if (failure instanceof EdgeException known) {
            return known;
        }
        if (failure != null && Misfits.explain(failure)) {
            return Misfits.unavailable("sending", failure);
        }
        boolean lack = Memory.ranOut(failure);
        // An error of the machine may pass, such as that of a class that cannot be loaded now. What a record causes
        // stays.
        boolean mayPass = lack || failure instanceof Error;
        return new EdgeException(
                lack ? ErrorCode.RESOURCE_EXHAUSTED : ErrorCode.INTERNAL,
                "sending failed: " + Failures.describe(failure) + (lack ? "; " + Memory.cure(failure) : ""),
                failure,
                mayPass,
                1);
    }

    /** The error of a record that was tried often enough. */
    static EdgeException givenUp(EdgeException error, int attempts) {
        return new EdgeException(
                error.code(),
                "given up after " + attempts + " attempts: " + error.getMessage(),
                error,
                false,
                attempts);
    }
}
