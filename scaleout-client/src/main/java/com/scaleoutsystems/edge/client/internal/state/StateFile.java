package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/**
 * The rows in one open file. Used by one thread at a time, which must not be interrupted: an interrupt closes the file. Fails with
 * exceptions of MVStore; after a failure to write the file must be given up and opened again.
 */
final class StateFile {

    private static final String ROWS = "rows";

    /** What a row takes on the disk besides its key and content, about. */
    private static final int ROW_OVERHEAD = 16;

    private static final int BYTES_PER_COMMIT_OF_A_COPY = 1 << 20;

    private final MVStore store;
    private final MVMap<String, byte[]> rows;

    /** The size of all rows; negative until they were read. */
    private long liveBytes = -1;

    /** A row without its content. */
    private record Listed(String place, int bytes) {}

    /**
     * All rows in their order, from the check of the file. A start asks for keys next, and need not go through the file once more. Null
     * when rows have been read or changed since.
     */
    private @Nullable List<Listed> checked;

    private StateFile(MVStore store) {
        this.store = store;
        this.rows = store.openMap(
                ROWS,
                new MVMap.Builder<String, byte[]>().keyType(new RowTypes.Keys()).valueType(new RowTypes.Contents()));
    }

    /**
     * Opens the file, or makes it.
     *
     * @param address where it is, in the terms of MVStore
     */
    static StateFile open(String address) {
        return of(AppendOnlyFile.storeOn(address, false));
    }

    /** Opens a damaged file to read what is left of it. */
    static StateFile openDamaged(String address) {
        return of(AppendOnlyFile.storeOn(address, true));
    }

    private static StateFile of(MVStore store) {
        try {
            return new StateFile(store);
        } catch (Throwable failure) {
            store.closeImmediately();
            throw failure;
        }
    }

    boolean isReadOnly() {
        return store.isReadOnly();
    }

    /** Makes the changes in memory. */
    void apply(String identity, Batch batch) {
        for (Row row : batch.deletes()) {
            String key = key(identity, row.table(), row.key());
            grown(-size(key, rows.remove(key)));
        }
        for (Row row : batch.puts()) {
            String key = key(identity, row.table(), row.key());
            put(key, SealedText.seal(key, row.value()));
        }
    }

    private void put(String key, byte[] value) {
        grown(size(key, value) - size(key, rows.put(key, value)));
    }

    private void grown(long bytes) {
        checked = null;
        if (liveBytes >= 0) {
            liveBytes += bytes;
        }
    }

    private static long size(String key, byte @Nullable [] value) {
        return value == null ? 0 : key.length() + value.length + ROW_OVERHEAD;
    }

    /** Brings all changes to the disk. */
    void sync() {
        store.commit();
        store.sync();
    }

    /** Writes something whatever there is to write, so that a disk which takes nothing is noticed. */
    void probe() {
        MVMap<String, String> probe = store.openMap("probe");
        probe.put("opened", String.valueOf(store.getCurrentVersion()));
        sync();
    }

    /** The size of the file. */
    long fileBytes() {
        return store.getFileStore().size();
    }

    /** The size of the rows in it. Reads all of them the first time. */
    long liveBytes() {
        if (liveBytes < 0) {
            long total = 0;
            Cursor<String, byte[]> cursor = rows.cursor(null);
            while (cursor.hasNext()) {
                total += size(cursor.next(), cursor.getValue());
            }
            liveBytes = total;
        }
        return liveBytes;
    }

    void scan(String identity, Table table, Consumer<Row> to) {
        forEach(
                identity,
                table,
                (key, place, value) ->
                        SealedText.open(place, value).ifPresent(text -> to.accept(new Row(table, key, text))));
    }

    void keys(String identity, Table table, ObjIntConsumer<String> to) {
        List<Listed> all = checked;
        if (all == null) {
            forEach(identity, table, (key, place, value) -> to.accept(key, value.length));
            return;
        }
        String prefix = prefix(identity, table);
        for (Listed row : all) {
            if (row.place().startsWith(prefix)) {
                to.accept(row.place().substring(prefix.length()), row.bytes());
            }
        }
    }

    /** Takes a row: its key, its place in the file, and its sealed value. */
    private interface Visitor {
        void visit(String key, String place, byte[] value);
    }

    private void forEach(String identity, Table table, Visitor visitor) {
        String prefix = prefix(identity, table);
        Cursor<String, byte[]> cursor = rows.cursor(prefix);
        while (cursor.hasNext()) {
            String place = cursor.next();
            if (!place.startsWith(prefix)) {
                return;
            }
            visitor.visit(place.substring(prefix.length()), place, cursor.getValue());
        }
    }

    Map<String, String> read(String identity, Table table, Collection<String> keys) {
        checked = null;
        Map<String, String> found = new HashMap<>();
        for (String wanted : keys) {
            String key = key(identity, table, wanted);
            byte[] value = rows.get(key);
            if (value != null) {
                SealedText.open(key, value).ifPresent(text -> found.put(wanted, text));
            }
        }
        return found;
    }

    /** Reads everything, and tells whether all of it is sound. */
    boolean isSound() {
        try {
            long total = 0;
            List<Listed> all = new ArrayList<>();
            Cursor<String, byte[]> cursor = rows.cursor(null);
            while (cursor.hasNext()) {
                String key = cursor.next();
                byte[] value = cursor.getValue();
                if (!SealedText.isWhole(key, value)) {
                    return false;
                }
                total += size(key, value);
                all.add(new Listed(key, value.length));
            }
            liveBytes = total;
            checked = all;
            return true;
        } catch (Throwable damage) {
            Memory.rethrowLack(damage);
            return false;
        }
    }

    /** What can still be read: from both ends up to where the damage is. */
    Map<String, byte[]> readable() {
        Map<String, byte[]> found = new TreeMap<>();
        collect(found, false);
        collect(found, true);
        return found;
    }

    private void collect(Map<String, byte[]> found, boolean backwards) {
        try {
            Cursor<String, byte[]> cursor = rows.cursor(null, null, backwards);
            while (cursor.hasNext()) {
                String key = cursor.next();
                byte[] value = cursor.getValue();
                if (SealedText.open(key, value).isPresent()) {
                    found.put(key, value);
                }
            }
        } catch (Throwable damage) {
            Memory.rethrowLack(damage);
            // The rows on the other side of it are found from the other end.
            return;
        }
    }

    void putAll(Map<String, byte[]> places) {
        places.forEach(this::put);
    }

    /** Copies all rows into an empty file. */
    void copyTo(StateFile other) {
        long uncommitted = 0;
        Cursor<String, byte[]> cursor = rows.cursor(null);
        while (cursor.hasNext()) {
            String key = cursor.next();
            byte[] value = cursor.getValue();
            other.put(key, value);
            uncommitted += size(key, value);
            if (uncommitted > BYTES_PER_COMMIT_OF_A_COPY) {
                other.store.commit();
                uncommitted = 0;
            }
        }
        other.sync();
    }

    private static String key(String identity, Table table, String key) {
        return identity + '\0' + table.name() + '\0' + key;
    }

    private static String prefix(String identity, Table table) {
        return identity + '\0' + table.name() + '\0';
    }

    /** Lets go of the file without a further write: what was synced is in it. */
    void close() {
        store.closeImmediately();
    }
}
