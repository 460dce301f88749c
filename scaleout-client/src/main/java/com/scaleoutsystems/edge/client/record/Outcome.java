package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.EdgeException;

/** How a record ended. */
public sealed interface Outcome {

    /**
     * Whether the server has the record.
     *
     * @return true for {@link Delivered}
     */
    default boolean isDelivered() {
        return this instanceof Delivered;
    }

    /** The server acknowledged the record. */
    record Delivered() implements Outcome {}

    /**
     * The server, or a check before sending, refused the record for good.
     *
     * @param error what was wrong
     */
    record Rejected(EdgeException error) implements Outcome {}

    /** The client was closed before the record could be sent. It is on disk, and the next client with this state directory sends it. */
    record Kept() implements Outcome {}

    /**
     * The SDK gave the record up.
     *
     * @param reason why
     */
    record Dropped(DropReason reason) implements Outcome {}
}
