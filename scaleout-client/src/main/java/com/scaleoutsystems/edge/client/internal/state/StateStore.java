package com.scaleoutsystems.edge.client.internal.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Rows that outlive a step and, where they are on disk, the process. One store serves all identities of a state directory. */
public interface StateStore extends AutoCloseable {

    /** Whether a completed commit survives the process. */
    boolean isDurable();

    /** All rows of one identity, in the order of their first commit. */
    List<Row> load(String identity);

    /**
     * Applies all changes of the batch or none. Done means synced where the store is durable. Never blocks.
     *
     * @param identity whose rows these are
     */
    CompletionStage<@Nullable Void> commit(String identity, Batch batch);

    /** Closes the store; commits that are under way are finished. */
    @Override
    void close();

    /** What kind of thing a row keeps. */
    enum Table {
        /** Tasks and how far they came. */
        LEDGER,
        /** Records that are to be sent. */
        OUTBOX,
        /** Models that were fetched for a later inference. */
        STAGED
    }

    /**
     * One row.
     *
     * @param table what it keeps
     * @param key unique within the table and identity
     * @param value its content, JSON text
     */
    record Row(Table table, String key, String value) {}

    /** Changes that belong together. */
    final class Batch {

        private final List<Row> puts = new ArrayList<>();
        private final List<Row> deletes = new ArrayList<>();

        /** Adds or replaces a row. */
        public Batch put(Table table, String key, String value) {
            puts.add(new Row(table, key, value));
            return this;
        }

        /** Removes a row if it is there. */
        public Batch delete(Table table, String key) {
            deletes.add(new Row(table, key, ""));
            return this;
        }

        /** The rows to add or replace. */
        public List<Row> puts() {
            return Collections.unmodifiableList(puts);
        }

        /** The rows to remove; their values mean nothing. */
        public List<Row> deletes() {
            return Collections.unmodifiableList(deletes);
        }
    }
}
