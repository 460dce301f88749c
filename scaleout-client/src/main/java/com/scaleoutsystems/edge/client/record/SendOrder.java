package com.scaleoutsystems.edge.client.record;

/**
 * The order in which the client sends the records of a priority class.
 *
 * @since 0.1.0
 */
public enum SendOrder {
    /** First in, first out. */
    OLDEST_FIRST,
    /** Newest first, for measurements that lose their value with time. */
    NEWEST_FIRST
}
