package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The receipt of one record. Completed by the outbox, seen by the host on the listener executor. */
final class Receipt implements Delivery {

    private final String id;
    private final Executor listeners;
    private final CompletableFuture<Stored> stored = new CompletableFuture<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    Receipt(String id, Executor listeners) {
        this.id = id;
        this.listeners = listeners;
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
        listeners.execute(() -> stored.complete(how));
    }

    /** The end. If the record was never stored, the receipt reports that first. */
    void settled(Outcome end) {
        listeners.execute(() -> {
            stored.complete(Stored.NOT_STORED);
            outcome.complete(end);
        });
    }

    /** The receipt of something that was wrong from the start. */
    static Receipt rejected(String id, Executor listeners, EdgeException error) {
        Receipt receipt = new Receipt(id, listeners);
        receipt.settled(new Outcome.Rejected(error));
        return receipt;
    }
}
