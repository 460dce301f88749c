package com.scaleoutsystems.edge.client.internal.state;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Keeps rows in memory: they are lost with the process, and receipts say so. */
public final class MemoryStateStore implements StateStore {

    private record Place(String identity, Table table) {}

    private final Map<Place, Map<String, Row>> tables = new HashMap<>();

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public void load(String identity, Table table, Consumer<Row> to) {
        List<Row> rows;
        synchronized (this) {
            rows = List.copyOf(rowsOf(identity, table).values());
        }
        rows.forEach(to);
    }

    @Override
    public void keys(String identity, Table table, ObjIntConsumer<String> to) {
        load(identity, table, row -> to.accept(row.key(), row.value().length()));
    }

    @Override
    public synchronized CompletionStage<Map<String, String>> read(
            String identity, Table table, Collection<String> keys) {
        Map<String, Row> rows = rowsOf(identity, table);
        Map<String, String> found = new HashMap<>();
        for (String key : keys) {
            Row row = rows.get(key);
            if (row != null) {
                found.put(key, row.value());
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public synchronized CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
        batch.deletes().forEach(row -> rowsOf(identity, row.table()).remove(row.key()));
        batch.puts().forEach(row -> rowsOf(identity, row.table()).put(row.key(), row));
        return CompletableFuture.completedFuture(null);
    }

    private Map<String, Row> rowsOf(String identity, Table table) {
        return tables.computeIfAbsent(new Place(identity, table), place -> new TreeMap<>());
    }

    @Override
    public void close() {
        // Nothing to let go of: the rows go with the object.
    }
}
