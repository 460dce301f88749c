package com.scaleoutsystems.edge.client.task;

import java.util.Optional;

/**
 * The kinds of tasks that a server hands out and a callback runs.
 *
 * @since 0.1.0
 */
public enum TaskKind {
    /** Trains a model. */
    TRAIN,
    /** Measures a model. */
    VALIDATE,
    /** Predicts with a model; generation 1.0 only. */
    PREDICT,
    /** Infers with a model. */
    INFERENCE,
    /** Downloads a model for later inferences. */
    STAGE,
    /** Whatever the program and its server have agreed on. */
    CUSTOM;

    /**
     * The kind of the tasks of a type. Both generations are known.
     *
     * @param type the type on the wire, such as {@code Scaleout_ModelUpdate}
     * @return the kind; empty if the client runs no callback for tasks of this type
     */
    public static Optional<TaskKind> ofType(String type) {
        return switch (type) {
            case "Scaleout_ModelUpdate", "Fedn_ModelUpdate" -> Optional.of(TRAIN);
            case "Scaleout_Validation", "Fedn_Validation" -> Optional.of(VALIDATE);
            case "Scaleout_Prediction", "Fedn_Prediction" -> Optional.of(PREDICT);
            case "Scaleout_Inference" -> Optional.of(INFERENCE);
            case "Scaleout_StageModel" -> Optional.of(STAGE);
            default -> type.startsWith("Custom_") ? Optional.of(CUSTOM) : Optional.empty();
        };
    }
}
