package com.scaleoutsystems.edge.client.internal.state;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's use of a store that it shares.
 *
 * @param store the store
 * @param leave what closing does: the store itself stays open for the others
 */
public record SharedStateStore(StateStore store, Runnable leave) implements StateStore {

    @Override
    public boolean isDurable() {
        return store.isDurable();
    }

    @Override
    public boolean works() {
        return store.works();
    }

    @Override
    public void load(String identity, Table table, Consumer<Row> to) {
        store.load(identity, table, to);
    }

    @Override
    public void keys(String identity, Table table, ObjIntConsumer<String> to) {
        store.keys(identity, table, to);
    }

    @Override
    public CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys) {
        return store.read(identity, table, keys);
    }

    @Override
    public CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
        return store.commit(identity, batch);
    }

    @Override
    public void close() {
        leave.run();
    }
}
