package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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

    /** All rows of a table, in the order of their keys. May block on the disk: not for strands. */
    public List<Row> load(Table table) {
        List<Row> rows = new ArrayList<>();
        load(table, rows::add);
        return rows;
    }

    /** Hands over all rows of a table, in the order of their keys. May block on the disk: not for strands. */
    public void load(Table table, Consumer<Row> to) {
        store.load(identity, table, to);
    }

    /** Reads some rows: the values of those that are there, by key. Never blocks. */
    public CompletionStage<Map<String, String>> read(Table table, Collection<String> keys) {
        return store.read(identity, table, keys);
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
