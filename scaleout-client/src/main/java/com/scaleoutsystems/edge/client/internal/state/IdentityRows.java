package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one identity. Rows of the ledger whose commit has failed are put right with the next ones: what became of a task must
 * not be forgotten because the disk was full when it ended. So many go with each that it is not much larger for it.
 */
public final class IdentityRows {

    /** The limits, in rows and characters, for the owed rows that join one commit; at least one row does. */
    private static final int OWED_AT_ONCE = 1_000;

    private static final int OWED_TEXT_AT_ONCE = 1 << 20;

    private final StateStore store;
    private final String identity;

    /** Which commit has touched a row of the ledger last, as long as it is under way. */
    private final Map<String, Long> latest = new HashMap<>();

    /** Rows of the ledger as they should be and may not be, by key; an absent value is a row that should not be there. */
    private final Map<String, Optional<String>> owed = new LinkedHashMap<>();

    private long commits;

    /**
     * A commit that is under way.
     *
     * @param ledger what it says of rows of the ledger
     */
    private record Begun(long number, Map<String, Optional<String>> ledger, CompletionStage<@Nullable Void> commit) {}

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

    /** Whose rows these are. */
    public String identity() {
        return identity;
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

    /** Hands over the keys of a table, in their order, each with the size of its row in bytes. May block on the disk: not for strands. */
    public void keys(Table table, ObjIntConsumer<String> to) {
        store.keys(identity, table, to);
    }

    /** Reads some rows: the values of those that are there, by key. Never blocks. */
    public CompletionStage<Map<String, String>> read(Table table, Collection<String> keys) {
        return store.read(identity, table, keys);
    }

    /** Applies all changes of the batch or none. Never blocks. Nobody may change the batch afterwards. */
    public CompletionStage<@Nullable Void> commit(Batch batch) {
        Begun begun;
        synchronized (this) {
            begun = begin(batch);
        }
        return watched(begun);
    }

    /** Tries once more to put right all that is owed, however much that is: the store is about to be closed. Never blocks. */
    public void repayAll() {
        List<Begun> all = new ArrayList<>();
        synchronized (this) {
            while (!owed.isEmpty()) {
                all.add(begin(new Batch()));
            }
        }
        all.forEach(begun -> {
            var unused = watched(begun);
        });
    }

    /** With the monitor. */
    private Begun begin(Batch batch) {
        Map<String, Optional<String>> ledger = new LinkedHashMap<>();
        long number = ++commits;
        Batch whole = withOwed(batch, ledger);
        ledger.keySet().forEach(key -> latest.put(key, number));
        return new Begun(number, ledger, Stages.begun(() -> store.commit(identity, whole)));
    }

    private CompletionStage<@Nullable Void> watched(Begun begun) {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        var unused = begun.commit().whenComplete((ok, error) -> {
            // What a closed store refuses cannot be put right.
            boolean isMoreOwed = ended(begun, error != null && !Failures.isOfClose(error));
            if (error == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(error);
            }
            if (isMoreOwed && error == null) {
                repaySome();
            }
        });
        return result;
    }

    private void repaySome() {
        var unused = commit(new Batch());
    }

    private Batch withOwed(Batch batch, Map<String, Optional<String>> ledger) {
        for (Row row : batch.deletes()) {
            if (isOfLedger(row)) {
                ledger.put(row.key(), Optional.empty());
            }
        }
        for (Row row : batch.puts()) {
            if (isOfLedger(row)) {
                ledger.put(row.key(), Optional.of(row.value()));
            }
        }
        // What the batch says of a row counts.
        ledger.keySet().forEach(owed::remove);
        if (owed.isEmpty()) {
            return batch;
        }
        Batch whole = new Batch();
        batch.deletes().forEach(row -> whole.delete(row.table(), row.key()));
        batch.puts().forEach(row -> whole.put(row.table(), row.key(), row.value()));
        addOwed(whole, ledger);
        return whole;
    }

    private void addOwed(Batch whole, Map<String, Optional<String>> ledger) {
        Iterator<Map.Entry<String, Optional<String>>> rows = owed.entrySet().iterator();
        long text = 0;
        for (int count = 0; count < OWED_AT_ONCE && rows.hasNext(); count++) {
            Map.Entry<String, Optional<String>> row = rows.next();
            text += row.getValue().map(String::length).orElse(0);
            if (count > 0 && text > OWED_TEXT_AT_ONCE) {
                return;
            }
            rows.remove();
            ledger.put(row.getKey(), row.getValue());
            row.getValue()
                    .ifPresentOrElse(
                            value -> whole.put(Table.LEDGER, row.getKey(), value),
                            () -> whole.delete(Table.LEDGER, row.getKey()));
        }
    }

    /** Notes what came of a commit; whether rows are owed. */
    private synchronized boolean ended(Begun begun, boolean failed) {
        begun.ledger().forEach((key, value) -> {
            // What a later commit says of the row counts.
            if (latest.remove(key, begun.number()) && failed) {
                owed.put(key, value);
            }
        });
        return !owed.isEmpty();
    }

    private static boolean isOfLedger(Row row) {
        return row.table() == Table.LEDGER;
    }
}
