package com.scaleoutsystems.edge.client.record;

/**
 * Why the client gave a record up. There are no other reasons.
 *
 * @since 0.1.0
 */
public enum DropReason {
    /** When the record was logged, its class or the whole client had no room. The client never stored it. */
    QUEUE_FULL,
    /** Newer records needed the room, in a class with {@link PriorityClass#dropsOldest()}. */
    DISPLACED,
    /** The client could not send the record within the time that its class allows. */
    EXPIRED,
    /** The client was closed before it could send the record, and the record is not on disk. */
    CLIENT_CLOSED,
    /** The record was on disk and is no longer readable. */
    UNREADABLE
}
