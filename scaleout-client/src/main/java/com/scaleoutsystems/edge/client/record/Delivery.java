package com.scaleoutsystems.edge.client.record;

import java.util.concurrent.CompletionStage;

/**
 * What becomes of what one call has logged or sent. Where that is several records, the least fortunate of them counts. Its stages never fail: bad ends are values. They complete on the SDK's
 * listener thread.
 */
public interface Delivery {

    /**
     * The record's id, the same in every attempt to send it.
     *
     * @return the id
     */
    String id();

    /**
     * Completes when the record was written down on this machine, or could not be.
     *
     * @return the stage
     */
    CompletionStage<Stored> stored();

    /**
     * Completes when the record's fate is known: the server has it, or never will.
     *
     * @return the stage
     */
    CompletionStage<Outcome> outcome();

    /** How safe a record is on this machine. */
    enum Stored {
        /** On disk: a crash of the process does not lose it. */
        DURABLE,
        /** In memory: it is lost with the process. */
        NOT_DURABLE,
        /** Not kept; {@link Delivery#outcome()} says why. */
        NOT_STORED
    }
}
