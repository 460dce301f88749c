package com.scaleoutsystems.edge.client.task;

/**
 * How a task ended.
 *
 * @since 0.1.0
 */
public enum TaskStatus {
    /** The task succeeded, and the combiner has acknowledged the result. */
    COMPLETED,
    /** The task failed, or the combiner refused the result. */
    FAILED,
    /** The task was aborted. */
    INTERRUPTED
}
