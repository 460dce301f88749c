package com.scaleoutsystems.edge.client.task;

/**
 * How tasks reach the client.
 *
 * @since 0.1.0
 */
public enum TaskArrival {
    /** The client polls the combiner for tasks, and reports with each poll how they fare. */
    POLLED,
    /**
     * The combiner pushes tasks, and the client does not poll. The protocol has no reports for pushed tasks: the combiner learns of a
     * task's end from its result and from status lines.
     */
    PUSHED
}
