package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The receipt of several records that were logged by one call: as safe as the least safe of them, and delivered when all are.
 *
 * @param id of the call; the records have ids of their own
 */
record CombinedReceipt(String id, List<Delivery> parts) implements Delivery {

    @Override
    public CompletionStage<Stored> stored() {
        CompletionStage<Stored> all = CompletableFuture.completedFuture(Stored.DURABLE);
        for (Delivery part : parts) {
            all = all.thenCombine(part.stored(), (one, other) -> one.compareTo(other) > 0 ? one : other);
        }
        return all;
    }

    @Override
    public CompletionStage<Outcome> outcome() {
        CompletionStage<Outcome> all = CompletableFuture.completedFuture(new Outcome.Delivered());
        for (Delivery part : parts) {
            all = all.thenCombine(part.outcome(), (one, other) -> one.isDelivered() ? other : one);
        }
        return all;
    }
}
