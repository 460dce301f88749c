package com.scaleoutsystems.edge.client.event;

/** Where a client stands. */
public enum ClientState {
    /** Built, nothing done yet. */
    NEW,
    /** Asking for an assignment, or greeting the combiner. */
    JOINING,
    /** The combiner answers. */
    CONNECTED,
    /** The combiner answers slowly. */
    DEGRADED,
    /** The combiner does not answer; the client keeps trying. */
    RECONNECTING,
    /** Closing: ends its tasks and sends what it has. */
    DRAINING,
    /** Closed for good. */
    CLOSED
}
