package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordKind;

/** Which way records go. Each way has a sender of its own, so that one that is full or broken holds up only itself. */
enum Route {
    /** Model updates: an upload, then a call. */
    UPDATES,
    /** Validations, one call each. */
    VALIDATIONS,
    /** Predictions, one call each. */
    PREDICTIONS,
    /** Metrics and status lines, one call each. */
    LINES,
    /** The stream of telemetry. */
    TELEMETRY,
    /** The stream of attributes. */
    ATTRIBUTES,
    /** The stream of results of inference. */
    INFERENCE;

    /** Its number for the scheduler, which tells routes apart and nothing more; it is never written down. */
    @SuppressWarnings("EnumOrdinal")
    int number() {
        return ordinal();
    }

    static Route of(RecordKind kind) {
        return switch (kind) {
            case MODEL_UPDATE -> UPDATES;
            case MODEL_VALIDATION -> VALIDATIONS;
            case MODEL_PREDICTION -> PREDICTIONS;
            case MODEL_METRIC, STATUS -> LINES;
            case TELEMETRY_RECORD -> TELEMETRY;
            case ATTRIBUTE_RECORD -> ATTRIBUTES;
            case INFERENCE_RESULT -> INFERENCE;
        };
    }

    /** The priority class of records that name none: the reference client's. */
    static String priorityClassOf(RecordKind kind) {
        return switch (kind) {
            case MODEL_UPDATE -> PriorityClass.MODEL_UPDATE;
            case TELEMETRY_RECORD -> PriorityClass.TELEMETRY;
            case INFERENCE_RESULT -> PriorityClass.INFERENCE;
            case MODEL_VALIDATION, MODEL_PREDICTION, MODEL_METRIC, STATUS, ATTRIBUTE_RECORD -> PriorityClass.ARTIFACT;
        };
    }
}
