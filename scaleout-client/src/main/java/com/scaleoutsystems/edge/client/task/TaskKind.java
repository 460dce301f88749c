package com.scaleoutsystems.edge.client.task;

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
    CUSTOM
}
