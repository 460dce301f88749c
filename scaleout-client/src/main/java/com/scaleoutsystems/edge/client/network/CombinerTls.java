package com.scaleoutsystems.edge.client.network;

/**
 * Whether the connection to the combiner uses TLS. Only {@link #OFF} overrides an assignment that requires TLS.
 *
 * @since 0.1.0
 */
public enum CombinerTls {
    /** As the assignment says; TLS if the assignment does not say it. The default. */
    AS_ASSIGNED,
    /** Always. */
    REQUIRED,
    /** Only if the assignment requires it. */
    IF_ASSIGNED,
    /** Never, even if the assignment requires it: for networks that encrypt by other means, and for tests. */
    OFF
}
