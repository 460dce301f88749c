package com.scaleoutsystems.edge.client.event;

/** How well the combiner can be reached, judged by heartbeats as the reference client does. */
public enum LinkQuality {
    /** It answers quickly. */
    HEALTHY,
    /** It answers slowly, or has not answered for a while. */
    DEGRADED,
    /** It has not answered for a minute. */
    OFFLINE
}
