package com.scaleoutsystems.edge.client.internal.transport;

/** The kinds of records a client sends, named as their messages on the wire are. */
public enum RecordKind {
    /** A trained model is ready. */
    MODEL_UPDATE,
    /** The metrics of a validation. */
    MODEL_VALIDATION,
    /** The values of a prediction. */
    MODEL_PREDICTION,
    /** A result of an inference. */
    INFERENCE_RESULT,
    /** Metrics of a running task. */
    MODEL_METRIC,
    /** A status line. */
    STATUS,
    /** A measurement of the node. */
    TELEMETRY_RECORD,
    /** A fact about the node. */
    ATTRIBUTE_RECORD
}
