package com.scaleoutsystems.edge.client.record;

/** How weighty a status line is. */
public enum LogLevel {
    /** No level. */
    NONE,
    /** What happens in the normal course. */
    INFO,
    /** For those who look for a fault. */
    DEBUG,
    /** Something is not as it should be. */
    WARNING,
    /** Something failed. */
    ERROR,
    /** What must be kept for later proof, such as the end of a task. */
    AUDIT
}
