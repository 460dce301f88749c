package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The outbox's rows in the store, and the ends of the models that are pinned for them. Keeps the content of a few records in memory as
 * well; that of all others is read when it is needed, so that memory stays flat however much waits. Lives on the client's strand.
 */
final class OutboxRows {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** How many bytes of content may be in memory besides what is being sent. */
    private static final long IN_MEMORY = 8L << 20;

    /** So many rows go with one commit besides its own. */
    private static final int OWED_AT_ONCE = 1_000;

    private final IdentityRows rows;
    private final BlobStore blobs;
    private final Env env;
    private final Strand strand;
    private final SetAside setAside;

    /** Records whose rows may be there though they should not be, since the disk failed: they go with the next commits. */
    private final SequenceRanges owed = new SequenceRanges();

    /** The models of such records, by sequence: a row that is found after a restart must find its model. */
    private final Map<Long, String> owedModels = new HashMap<>();

    /** Models without a record that are not released yet. */
    private final List<String> unneeded = new ArrayList<>();

    private long nextSequence;
    private long bytesInMemory;

    OutboxRows(IdentityRows rows, BlobStore blobs, Env env, Strand strand) {
        this.rows = rows;
        this.blobs = blobs;
        this.env = env;
        this.strand = strand;
        this.setAside = new SetAside(rows);
    }

    boolean isDurable() {
        return rows.isDurable();
    }

    /**
     * Hands over the keys of the rows that were there when the process began, oldest first, each with the size of its row. Blocks on the
     * disk: called before the client's strand is used.
     */
    void earlier(ObjIntConsumer<String> to) {
        // What was set aside keeps its key, which no later record may have.
        setAside.load(key -> nextSequence = Math.max(nextSequence, sequenceAfter(key)));
        rows.keys(Table.OUTBOX, (key, bytes) -> {
            nextSequence = Math.max(nextSequence, sequenceAfter(key));
            to.accept(key, bytes);
        });
    }

    /** What a row of an earlier run holds: a record, or a reason why it cannot be read. */
    record Earlier(
            Row row,
            @Nullable OutboxRecord record,
            @Nullable RuntimeException unreadable) {}

    /**
     * Reads rows of earlier runs, in the order of the keys.
     *
     * @param wall the time when the process began
     * @param nanos the same, by the clock for ages
     */
    CompletionStage<List<Earlier>> readEarlier(List<String> keys, Instant wall, long nanos) {
        return rows.read(Table.OUTBOX, keys)
                .thenApplyAsync(
                        found -> keys.stream()
                                .map(key -> earlier(key, found.getOrDefault(key, ""), wall, nanos))
                                .toList(),
                        env.io());
    }

    private static Earlier earlier(String key, String value, Instant wall, long nanos) {
        Row row = new Row(Table.OUTBOX, key, value);
        try {
            return new Earlier(row, OutboxCodec.read(key, value, wall, nanos), null);
        } catch (RuntimeException notUnderstood) {
            return new Earlier(row, null, notUnderstood);
        }
    }

    /** Keeps rows that cannot be read where people can look at them, and takes them away from those that are to be sent. */
    void setAside(List<Earlier> unreadable) {
        Batch batch = new Batch();
        for (Earlier earlier : unreadable) {
            Row row = earlier.row();
            batch.delete(Table.OUTBOX, row.key());
            setAside.add(batch, row.key(), env.wall(), Failures.describe(earlier.unreadable()), row.value());
        }
        commit(batch, (ok, error) -> {});
    }

    private static long sequenceAfter(String key) {
        try {
            return HexFormat.fromHexDigitsToLong(key) + 1;
        } catch (IllegalArgumentException otherKey) {
            return 0;
        }
    }

    /** Writes a new record into the batch, and gives it its place. */
    void put(Batch batch, OutboxRecord record) {
        record.sequence(nextSequence);
        batch.put(Table.OUTBOX, record.key(), OutboxCodec.write(record));
        nextSequence++;
    }

    /** The sequence of the record that comes next. */
    long nextSequence() {
        return nextSequence;
    }

    /** Writes down what changed in a record, if it is on the disk at all: its row and its step in the ledger come together or not. */
    void update(OutboxRecord record) {
        if (record.body() != null && !record.isWithoutRow()) {
            Batch batch = new Batch().put(Table.OUTBOX, record.key(), OutboxCodec.write(record));
            commit(batch, (ok, error) -> {});
        }
    }

    /** Takes a record's row away with the batch. */
    void delete(Batch batch, OutboxRecord record) {
        batch.delete(Table.OUTBOX, record.key());
        forget(record);
    }

    /** Keeps a record that cannot be sent where people can look at it. */
    void setAside(Batch batch, OutboxRecord record, String reason) {
        String row = record.body() == null ? "" : OutboxCodec.write(record);
        setAside.add(batch, record.key(), env.wall(), reason, row);
    }

    /** Commits the batch and what is owed; then tells on the strand. Rows of a batch that failed are owed from then on. */
    void commit(Batch batch, BiConsumer<? super @Nullable Object, ? super @Nullable Throwable> then) {
        List<Long> repaid = owed.take(OWED_AT_ONCE);
        repaid.forEach(sequence -> batch.delete(Table.OUTBOX, OutboxRecord.key(sequence)));
        strand.when(Stages.begun(() -> rows.commit(batch)), (ok, error) -> {
            if (error != null) {
                owe(batch);
            } else {
                repaid.forEach(sequence -> releaseModel(owedModels.remove(sequence)));
            }
            then.accept(null, error);
        });
    }

    /** Tries once more to put right all that is owed: the store is about to be closed. */
    void repayAll() {
        while (!owed.isEmpty()) {
            commit(new Batch(), (ok, error) -> {});
        }
        rows.repayAll();
    }

    /** Rows of a failed batch may nevertheless be on the disk. */
    private void owe(Batch batch) {
        batch.deletes().stream()
                .filter(row -> row.table() == Table.OUTBOX)
                .forEach(row -> owed.add(HexFormat.fromHexDigitsToLong(row.key())));
    }

    /** The rows of these records must not be there, though they may be. */
    void owe(List<OutboxRecord> records) {
        records.forEach(record -> owed.add(record.sequence()));
    }

    /** Lets go of the model of a record whose row has gone. Never throws: the record has more to come. */
    void releaseModel(OutboxRecord record) {
        releaseModel(record.modelId().orElse(null));
    }

    /** Lets go of the model of a record whose row is owed, when that has gone. */
    void releaseModelLater(OutboxRecord record) {
        record.modelId().ifPresent(id -> owedModels.put(record.sequence(), id));
    }

    private void releaseModel(@Nullable String id) {
        if (id == null) {
            return;
        }
        unneeded.add(id);
        List<String> models = List.copyOf(unneeded);
        unneeded.clear();
        CompletionStage<@Nullable Void> released =
                Stages.begun(() -> CompletableFuture.runAsync(() -> models.forEach(blobs::release), env.io()));
        strand.when(released, (done, error) -> {
            if (error != null) {
                LOG.debug("models could not be released; they go with the next one", error);
                unneeded.addAll(models);
            }
        });
    }

    /** The record waits: its content stays in memory if there is room or no row, and is read again later otherwise. */
    void keep(OutboxRecord record) {
        if (record.body() == null || record.isKept() || record.isWithoutRow()) {
            return;
        }
        if (bytesInMemory + record.bytes() > IN_MEMORY) {
            record.body(null);
        } else {
            record.kept(true);
            bytesInMemory += record.bytes();
        }
    }

    /** The record no longer waits. */
    void forget(OutboxRecord record) {
        if (record.isKept()) {
            record.kept(false);
            bytesInMemory -= record.bytes();
        }
    }

    /**
     * Reads the content of records that have none in memory. Never throws.
     *
     * @param unreadable receives those without a readable row
     */
    void read(List<OutboxRecord> records, BiConsumer<OutboxRecord, RuntimeException> unreadable, Runnable then) {
        List<String> keys = records.stream()
                .filter(record -> record.body() == null)
                .map(OutboxRecord::key)
                .toList();
        strand.when(Stages.begun(() -> rows.read(Table.OUTBOX, keys)), (found, error) -> {
            try {
                if (found != null) {
                    records.forEach(record -> fill(record, found, unreadable));
                }
            } finally {
                then.run();
            }
        });
    }

    private static void fill(
            OutboxRecord record, Map<String, String> found, BiConsumer<OutboxRecord, RuntimeException> unreadable) {
        if (record.body() != null) {
            return;
        }
        String row = found.get(record.key());
        try {
            if (row == null) {
                throw new EdgeException(ErrorCode.DATA_LOSS, "row " + record.key() + " of the outbox is gone");
            }
            record.body(OutboxCodec.readBody(record.key(), row));
        } catch (RuntimeException notUnderstood) {
            unreadable.accept(record, notUnderstood);
        }
    }
}
