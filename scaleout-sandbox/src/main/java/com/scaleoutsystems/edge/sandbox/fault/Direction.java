package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.Experimental;

/**
 * Which way bytes go over a connection.
 *
 * @since 0.1.0
 */
@Experimental
public enum Direction {
    /** From the client to the server. */
    TO_SERVER,
    /** From the server to the client. */
    TO_CLIENT,
    /** Both ways. */
    BOTH
}
