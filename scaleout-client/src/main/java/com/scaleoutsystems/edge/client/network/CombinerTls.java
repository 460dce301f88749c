package com.scaleoutsystems.edge.client.network;

/** When the connection to the combiner is encrypted. Only {@link #OFF} goes below what an assignment asks for. */
public enum CombinerTls {
    /** As the assignment says, and encrypted if it says nothing. The default. */
    AS_ASSIGNED,
    /** Always. */
    REQUIRED,
    /** Only if the assignment asks for it. */
    IF_ASSIGNED,
    /** Never, whatever the assignment says: for networks that encrypt by other means, and for tests. */
    OFF
}
