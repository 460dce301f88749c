package com.scaleoutsystems.edge.client.event;

/**
 * The direction of a transfer.
 *
 * @since 0.1.0
 */
public enum TransferDirection {
    /** From the combiner to this client. */
    DOWNLOAD,
    /** From this client to the combiner. */
    UPLOAD
}
