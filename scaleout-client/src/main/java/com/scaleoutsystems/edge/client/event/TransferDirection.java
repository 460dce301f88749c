package com.scaleoutsystems.edge.client.event;

/** Which way a model travels. */
public enum TransferDirection {
    /** From the combiner to this client. */
    DOWNLOAD,
    /** From this client to the combiner. */
    UPLOAD
}
