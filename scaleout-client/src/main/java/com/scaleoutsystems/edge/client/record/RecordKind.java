package com.scaleoutsystems.edge.client.record;

/**
 * The kinds of records that a client sends, named as their messages in the protocol are.
 *
 * @since 0.1.0
 */
public enum RecordKind {
    /** A trained model is ready. */
    MODEL_UPDATE("ModelUpdate"),
    /** The metrics of a validation. */
    MODEL_VALIDATION("ModelValidation"),
    /** The values of a prediction. */
    MODEL_PREDICTION("ModelPrediction"),
    /** A result of an inference. */
    INFERENCE_RESULT("InferenceResult"),
    /** Metrics of a running task. */
    MODEL_METRIC("ModelMetric"),
    /** A line of the session log. */
    STATUS("Status"),
    /** A measurement of the node. */
    TELEMETRY_RECORD("TelemetryRecord"),
    /** A fact about the node. */
    ATTRIBUTE_RECORD("AttributeRecord");

    private final String messageName;

    RecordKind(String messageName) {
        this.messageName = messageName;
    }

    /**
     * The name of the message that carries records of this kind in the protocol, such as {@code TelemetryRecord}.
     *
     * @return the name
     */
    public String messageName() {
        return messageName;
    }
}
