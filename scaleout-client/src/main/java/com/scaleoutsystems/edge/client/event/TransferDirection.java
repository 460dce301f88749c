package com.scaleoutsystems.edge.client.event;

/** The direction of a transfer. */
public enum TransferDirection {
    /** From the combiner to this client. */
    DOWNLOAD,
    /** From this client to the combiner. */
    UPLOAD
}
