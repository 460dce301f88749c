package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The receipt of one record. Completed by the outbox, on the executor for what the host has appended to it. */
final class Receipt implements Delivery {

    private final String id;
    private final Executor continuations;
    private final CompletableFuture<Stored> stored = new CompletableFuture<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    Receipt(String id, Executor continuations) {
        this.id = id;
        this.continuations = continuations;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public CompletionStage<Stored> stored() {
        return stored.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Outcome> outcome() {
        return outcome.minimalCompletionStage();
    }

    void stored(Stored how) {
        continuations.execute(() -> stored.complete(how));
    }

    /** Completes the receipt with the outcome of the record. If the record was never stored, the receipt reports that first. */
    void settled(Outcome end) {
        continuations.execute(() -> {
            stored.complete(Stored.NOT_STORED);
            outcome.complete(end);
        });
    }

    /** The receipt of something that was wrong from the start. */
    static Receipt rejected(String id, Executor continuations, EdgeException error) {
        Receipt receipt = new Receipt(id, continuations);
        receipt.settled(new Outcome.Rejected(error));
        return receipt;
    }
}
