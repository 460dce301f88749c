package com.scaleoutsystems.edge.client.record;

/** In which order the records of a priority class are sent. */
public enum SendOrder {
    /** As they were logged. */
    OLDEST_FIRST,
    /** The latest first, for measurements that lose their worth with time. */
    NEWEST_FIRST
}
