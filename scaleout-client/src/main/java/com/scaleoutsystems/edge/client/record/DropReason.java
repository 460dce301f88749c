package com.scaleoutsystems.edge.client.record;

/** Why the SDK gave a record up. The list is closed. */
public enum DropReason {
    /** When it was logged, its class or the whole client had no room. It was never stored. */
    QUEUE_FULL,
    /** Newer records needed its room, in a class whose {@link PriorityClass#dropsOldest()} says so. */
    DISPLACED,
    /** It could not be sent for as long as its class allows. */
    EXPIRED,
    /** The client was closed before the record could be sent, and keeps nothing on disk. */
    CLIENT_CLOSED,
    /** It was on disk and can no longer be read. */
    UNREADABLE
}
