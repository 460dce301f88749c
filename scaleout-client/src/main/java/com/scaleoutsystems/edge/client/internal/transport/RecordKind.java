package com.scaleoutsystems.edge.client.internal.transport;

/** The kinds of records a client sends, named as their messages on the wire are. */
public enum RecordKind {
    /** A trained model is ready. */
    MODEL_UPDATE,
    /** The metrics of a validation. */
    MODEL_VALIDATION,
    /** Metrics of a running task. */
    MODEL_METRIC,
    /** A status line. */
    STATUS,
    /** A measurement of the node. */
    TELEMETRY_RECORD,
    /** A fact about the node. */
    ATTRIBUTE_RECORD;

    /** Whether records of this kind travel on a stream with acknowledgements. */
    public boolean isStreamed() {
        return this == TELEMETRY_RECORD || this == ATTRIBUTE_RECORD;
    }
}
