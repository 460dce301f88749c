package com.scaleoutsystems.edge.client.task;

/** How a task ended. */
public enum TaskStatus {
    /** Done, and its result was acknowledged by the combiner. */
    COMPLETED,
    /** Not done, or its result was refused. */
    FAILED,
    /** Stopped on request. */
    INTERRUPTED
}
