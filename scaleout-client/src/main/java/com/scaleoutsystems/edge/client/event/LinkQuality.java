package com.scaleoutsystems.edge.client.event;

/**
 * How well the client reaches the combiner. Heartbeats decide it, as in the reference client.
 *
 * @since 0.1.0
 */
public enum LinkQuality {
    /** It answers quickly. */
    HEALTHY,
    /** It answers slowly, or has not answered for a while. */
    DEGRADED,
    /** It has not answered for a minute. */
    OFFLINE
}
