package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.Experimental;
import java.time.Instant;

/**
 * Something that happened to the faults of a sandbox: a fault struck, was added or was removed, or the test did something to the
 * servers, such as a restart.
 *
 * @param time when, by the clock of the sandbox
 * @param struck whether a fault struck a call or a connection
 * @param what what happened, for example {@code error UNAVAILABLE}
 * @param call the call that was struck, or the server whose connection was struck; otherwise empty
 * @param clientId the client whose call was struck; empty if unknown
 * @since 0.1.0
 */
@Experimental
public record FaultEvent(Instant time, boolean struck, String what, String call, String clientId) {

    /**
     * The event in a line, for example {@code 2026-01-31T12:00:00.123Z error UNAVAILABLE struck SendModelUpdate of client-1}.
     *
     * @return a line without line break
     */
    @Override
    public String toString() {
        String where = call.isEmpty() ? "" : " struck " + call;
        return time + " " + what + where + (clientId.isEmpty() ? "" : " of " + clientId);
    }
}
