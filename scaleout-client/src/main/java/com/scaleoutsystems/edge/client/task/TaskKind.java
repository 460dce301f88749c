package com.scaleoutsystems.edge.client.task;

/** The kinds of tasks that a server hands out and a callback does. */
public enum TaskKind {
    /** Trains a model. */
    TRAIN,
    /** Measures a model. */
    VALIDATE,
    /** Predicts with a model; generation 1.0 only. */
    PREDICT,
    /** Infers with a model. */
    INFERENCE,
    /** Fetches a model for later. */
    STAGE,
    /** Whatever the host and its server have agreed on. */
    CUSTOM
}
