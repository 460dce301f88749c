package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one identity. Rows of the ledger whose commit has failed are put right with the next one: what became of a task must
 * not be forgotten because the disk was full when it ended.
 */
public final class IdentityRows {

    private final StateStore store;
    private final String identity;

    /** Which commit has touched a row of the ledger last, as long as it is under way. */
    private final Map<String, Long> latest = new HashMap<>();

    /** Rows of the ledger as they should be and may not be, by key; an absent value is a row that should not be there. */
    private final Map<String, Optional<String>> owed = new LinkedHashMap<>();

    private long commits;

    /**
     * The rows of an identity.
     *
     * @param store the store that all identities share
     * @param identity whose rows these are; stays the same when the server gives the client another id
     */
    public IdentityRows(StateStore store, String identity) {
        this.store = store;
        this.identity = identity;
    }

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
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        Map<String, Optional<String>> ledger = new LinkedHashMap<>();
        CompletionStage<@Nullable Void> commit;
        long number;
        synchronized (this) {
            number = ++commits;
            Batch whole = withOwed(batch, ledger);
            ledger.keySet().forEach(key -> latest.put(key, number));
            commit = begun(whole);
        }
        var unused = commit.whenComplete((ok, error) -> {
            ended(number, ledger, error != null);
            if (error == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(error);
            }
        });
        return result;
    }

    private CompletionStage<@Nullable Void> begun(Batch batch) {
        try {
            return store.commit(identity, batch);
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private Batch withOwed(Batch batch, Map<String, Optional<String>> ledger) {
        Batch whole = new Batch();
        batch.deletes().forEach(row -> whole.delete(row.table(), row.key()));
        batch.puts().forEach(row -> whole.put(row.table(), row.key(), row.value()));
        batch.deletes().stream()
                .filter(IdentityRows::isOfLedger)
                .forEach(row -> ledger.put(row.key(), Optional.empty()));
        batch.puts().stream()
                .filter(IdentityRows::isOfLedger)
                .forEach(row -> ledger.put(row.key(), Optional.of(row.value())));
        owed.forEach((key, value) -> {
            if (ledger.putIfAbsent(key, value) == null) {
                value.ifPresentOrElse(
                        text -> whole.put(Table.LEDGER, key, text), () -> whole.delete(Table.LEDGER, key));
            }
        });
        owed.clear();
        return whole;
    }

    private synchronized void ended(long number, Map<String, Optional<String>> ledger, boolean failed) {
        ledger.forEach((key, value) -> {
            // What a later commit says of the row counts.
            if (latest.remove(key, number) && failed) {
                owed.put(key, value);
            }
        });
    }

    private static boolean isOfLedger(Row row) {
        return row.table() == Table.LEDGER;
    }
}
