package com.scaleoutsystems.edge.client.internal.state;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Rows that outlive a step and, where they are on disk, the process. One store serves all identities of a state directory. */
public interface StateStore extends AutoCloseable {

    /** Whether a completed commit survives the process. */
    boolean isDurable();

    /** Whether the last commit was applied, as far as the store knows. Never blocks. */
    default boolean works() {
        return true;
    }

    /**
     * Hands over the rows of one identity and table, in the order of their keys. May block on the disk: not for strands.
     *
     * @param identity whose rows are meant
     * @param to takes one row after the other
     */
    void load(String identity, Table table, Consumer<Row> to);

    /**
     * Hands over the keys of one identity and table, in their order, each with the size of its row in bytes. Reads no content, so it is
     * quick however many rows there are. May block on the disk: not for strands.
     *
     * @param identity whose rows are meant
     * @param to takes one key after the other
     */
    void keys(String identity, Table table, ObjIntConsumer<String> to);

    /**
     * Reads some rows. Never blocks. Commits that were given before are seen.
     *
     * @param identity whose rows are meant
     * @return the values of those that are there, by key
     */
    CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys);

    /**
     * Applies all changes of the batch or none. Done means synced where the store is durable. Never blocks. A failed batch
     * may still be there after a restart, because a disk that refused to sync may have kept it. To be sure, delete its rows with a
     * later batch.
     *
     * @param identity whose rows these are
     */
    CompletionStage<@Nullable Void> commit(String identity, Batch batch);

    /** Closes the store; commits that are under way are finished. May block on the disk: not for strands. */
    @Override
    void close();

    /** What kind of thing a row keeps. */
    enum Table {
        /** Tasks and how far they came. */
        LEDGER,
        /** Records that are to be sent. */
        OUTBOX,
        /** Models that were fetched for a later inference. */
        STAGED,
        /** Records that cannot be sent, and why. */
        SET_ASIDE
    }

    /**
     * One row.
     *
     * @param table what it keeps
     * @param key unique within the table and identity; tables whose keys grow are the quickest
     * @param value its content, JSON text
     */
    record Row(Table table, String key, String value) {}

    /** Changes that belong together. The last change of a row counts. */
    final class Batch {

        private record Place(Table table, String key) {}

        private final Map<Place, Row> puts = new LinkedHashMap<>();
        private final Map<Place, Row> deletes = new LinkedHashMap<>();

        /** Adds or replaces a row. */
        public Batch put(Table table, String key, String value) {
            Place place = new Place(table, key);
            deletes.remove(place);
            puts.put(place, new Row(table, key, value));
            return this;
        }

        /** Removes a row if it is there. */
        public Batch delete(Table table, String key) {
            Place place = new Place(table, key);
            puts.remove(place);
            deletes.put(place, new Row(table, key, ""));
            return this;
        }

        /** Whether nothing changes. */
        public boolean isEmpty() {
            return puts.isEmpty() && deletes.isEmpty();
        }

        /** The rows to add or replace. */
        public Collection<Row> puts() {
            return Collections.unmodifiableCollection(puts.values());
        }

        /** The rows to remove; their values mean nothing. */
        public Collection<Row> deletes() {
            return Collections.unmodifiableCollection(deletes.values());
        }
    }
}
