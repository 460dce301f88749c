package com.scaleoutsystems.edge.client.event;

/**
 * The state of a client.
 *
 * @since 0.1.0
 */
public enum ClientState {
    /** Built, but not started; or no longer started, since joining has failed. */
    NEW,
    /** Requests an assignment, connects to the combiner, or waits before it tries one of them again. */
    JOINING,
    /** The combiner answers. */
    CONNECTED,
    /** The combiner answers slowly. */
    DEGRADED,
    /** The combiner does not answer; the client keeps trying. */
    RECONNECTING,
    /**
     * The combiner has not answered for longer than {@link com.scaleoutsystems.edge.client.EdgeClientBuilder#reassignAfter} allows: the
     * client asks the API for another combiner, and keeps trying this one.
     */
    REASSIGNING,
    /** Closing: ends its tasks and sends waiting records. */
    DRAINING,
    /** Closed. */
    CLOSED
}
