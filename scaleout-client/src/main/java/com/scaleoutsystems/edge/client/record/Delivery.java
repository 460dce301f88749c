package com.scaleoutsystems.edge.client.record;

import java.util.concurrent.CompletionStage;

/**
 * The receipt of one call that logs or sends. If the call has several records, the worst outcome among them counts. The stages
 * never fail, because bad outcomes are values.
 *
 * <p>The SDK completes the receipts of a client on a thread that no listener uses, one at a time and in order. Code that you append to a
 * stage, as with {@code thenAccept}, runs on this thread. It may wait, also for another receipt: after about a second, the client
 * continues with the other receipts on a further thread. While such code blocks threads, each blocked thread doubles this time,
 * up to an hour. So start long work on a thread of your own, as with {@code thenAcceptAsync}.
 *
 * @since 0.1.0
 */
public interface Delivery {

    /**
     * The record's id, the same in every attempt to send it.
     *
     * @return the id
     */
    String id();

    /**
     * Completes when the client has stored the record, or has failed to store it.
     *
     * @return the stage
     */
    CompletionStage<Stored> stored();

    /**
     * Completes when the outcome is known: the server has the record, or will never get it.
     *
     * @return the stage
     */
    CompletionStage<Outcome> outcome();

    /** How safe a record is on this machine. */
    enum Stored {
        /** On disk: the record survives a crash. */
        DURABLE,
        /** In memory: the record ends with the process. */
        NOT_DURABLE,
        /** Not stored; {@link Delivery#outcome()} says why. */
        NOT_STORED
    }
}
