package com.scaleoutsystems.edge.client.internal.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps rows in memory: they are lost with the process, and receipts say so. */
public final class MemoryStateStore implements StateStore {

    private record Key(String identity, Table table, String key) {}

    private final Map<Key, Row> rows = new LinkedHashMap<>();

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public synchronized List<Row> load(String identity) {
        List<Row> found = new ArrayList<>();
        rows.forEach((key, row) -> {
            if (key.identity().equals(identity)) {
                found.add(row);
            }
        });
        return found;
    }

    @Override
    public synchronized CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
        batch.deletes().forEach(row -> rows.remove(new Key(identity, row.table(), row.key())));
        batch.puts().forEach(row -> rows.put(new Key(identity, row.table(), row.key()), row));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        // Nothing to let go of: the rows go with the object.
    }
}
