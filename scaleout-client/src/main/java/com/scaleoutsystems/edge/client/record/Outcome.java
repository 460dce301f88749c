package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.EdgeException;

/**
 * What became of a record.
 *
 * @since 0.1.0
 */
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
     * The server or the client refused the record for good.
     *
     * @param error what was wrong
     */
    record Rejected(EdgeException error) implements Outcome {}

    /** The client was closed before it could send the record. The next client with this state directory sends it from disk. */
    record Kept() implements Outcome {}

    /**
     * The client gave the record up.
     *
     * @param reason why
     */
    record Dropped(DropReason reason) implements Outcome {}
}
