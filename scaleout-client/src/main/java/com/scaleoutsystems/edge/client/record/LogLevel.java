package com.scaleoutsystems.edge.client.record;

/**
 * The level of a status line.
 *
 * @since 0.1.0
 */
public enum LogLevel {
    /** No level. */
    NONE,
    /** Normal events. */
    INFO,
    /** Details for debugging. */
    DEBUG,
    /** Something is wrong, but work continues. */
    WARNING,
    /** Something failed. */
    ERROR,
    /** Events that must be provable later, such as the end of a task. */
    AUDIT
}
