package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one identity.
 *
 * @param store the store that all identities share
 * @param identity whose rows these are; stays the same when the server gives the client another id
 */
public record IdentityRows(StateStore store, String identity) {

    /** Whether a completed commit survives the process. */
    public boolean isDurable() {
        return store.isDurable();
    }

    /** All rows, in the order of their first commit. */
    public List<Row> load() {
        return store.load(identity);
    }

    /** Applies all changes of the batch or none. Never blocks. */
    public CompletionStage<@Nullable Void> commit(Batch batch) {
        try {
            return store.commit(identity, batch);
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
