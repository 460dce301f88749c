package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reads what earlier runs left in the store, oldest first, in slices: the client works meanwhile, and sends the first records while the last
 * ones are still to be read. From the beginning all of them take room and count among what waits. Lives on the client's strand.
 */
final class Restoration {

    private static final Logger LOG = Loggers.of(Loggers.REPORT);

    /** The limits, in rows and bytes, of one slice; at least one row is read. */
    private static final int ROWS_AT_ONCE = 500;

    private static final long BYTES_AT_ONCE = 1 << 20;

    /** How long a disk that failed is left alone. */
    private static final Duration REST = Duration.ofSeconds(1);

    private record Unread(String key, int bytes) {}

    private final SaidOnce unreadable;
    private final Strand strand;
    private final OutboxContents contents;
    private final Settlement settlement;
    private final Consumer<List<OutboxRecord>> restored;
    private final Instant wall;
    private final long started;
    private final Deque<Unread> unread = new ArrayDeque<>();
    private final Map<String, Long> latest = new HashMap<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private long bytesOfRows;
    private long bytesOfRecords;
    private boolean stopped;

    /**
     * Finds what there is to read. Blocks on the disk, but not for long.
     *
     * @param restored receives the records of each slice, which are in the outbox already
     */
    Restoration(
            Env env,
            Strand strand,
            OutboxContents contents,
            Settlement settlement,
            Consumer<List<OutboxRecord>> restored) {
        this.unreadable = new SaidOnce(env::nanos);
        this.strand = strand;
        this.contents = contents;
        this.settlement = settlement;
        this.restored = restored;
        this.wall = env.wall();
        this.started = env.nanos();
        contents.rows().earlier((key, bytes) -> {
            unread.add(new Unread(key, bytes));
            bytesOfRows += bytes;
        });
        contents.capacity().takeAnyway(unread.size(), bytesOfRows);
        contents.flushes().began(unread.size());
    }

    /** Reads in later steps of the strand, which may come at once. */
    void begin() {
        if (!unread.isEmpty()) {
            LOG.info("{} records of an earlier run are waiting to be sent", unread.size());
            strand.execute(this::next);
        }
    }

    /** How many records are still to be read. */
    int unread() {
        return unread.size();
    }

    /** Runs the action when all is read: now, if it is. */
    void whenDone(Runnable action) {
        if (unread.isEmpty()) {
            action.run();
        } else {
            atEnd.add(action);
        }
    }

    /** Reads nothing more; what is not read stays in the store. */
    void stop() {
        stopped = true;
    }

    private void next() {
        if (!stopped) {
            strand.when(
                    Stages.begun(() -> contents.rows().readEarlier(slice(), wall, started)), this::read, this::failed);
        }
    }

    private void read(@Nullable List<OutboxRows.Earlier> rows, @Nullable Throwable error) {
        if (rows == null) {
            failed(error);
        } else if (!stopped) {
            unreadable.works(LOG, "reading the records of an earlier run");
            take(rows);
        }
    }

    private List<String> slice() {
        List<String> keys = new ArrayList<>();
        long bytes = 0;
        for (Unread row : unread) {
            bytes += row.bytes();
            if (keys.size() == ROWS_AT_ONCE || (bytes > BYTES_AT_ONCE && !keys.isEmpty())) {
                return keys;
            }
            keys.add(row.key());
        }
        return keys;
    }

    /** What was read and not taken in is read again. */
    private void failed(@Nullable Throwable error) {
        if (!stopped && !Failures.isOfClose(error)) {
            unreadable.fails(
                    LOG,
                    error,
                    "{} records of an earlier run cannot be read; the client tries again, and takes no tasks before",
                    unread.size());
            strand.after(REST, this::next);
        }
    }

    private void take(List<OutboxRows.Earlier> rows) {
        List<OutboxRecord> records = new ArrayList<>();
        List<OutboxRows.Earlier> notUnderstood = new ArrayList<>();
        for (OutboxRows.Earlier row : rows) {
            OutboxRecord record = row.record();
            if (record == null) {
                notUnderstood.add(row);
            } else {
                add(record);
                records.add(record);
            }
            unread.removeFirst();
        }
        if (!notUnderstood.isEmpty()) {
            drop(notUnderstood);
        }
        if (unread.isEmpty()) {
            // What was taken for the rows is now given back for the records one by one.
            contents.capacity().takeAnyway(0, bytesOfRecords - bytesOfRows);
            bytesOfRows = bytesOfRecords;
        }
        restored.accept(records);
        if (unread.isEmpty()) {
            while (!atEnd.isEmpty()) {
                atEnd.get(0).run();
                atEnd.remove(0);
            }
        } else {
            next();
        }
    }

    private void add(OutboxRecord record) {
        record.since(contents.sinceAfter(latest.get(record.priorityClass()), record, started));
        latest.put(record.priorityClass(), record.since());
        record.phase(OutboxRecord.Phase.SENDING);
        contents.rows().keep(record);
        contents.scheduler().append(record);
        bytesOfRecords += record.bytes();
    }

    private void drop(List<OutboxRows.Earlier> rows) {
        LOG.warn("{} records in the state directory are unreadable; the client sets them aside", rows.size());
        try {
            contents.rows().setAside(rows);
        } catch (Throwable fault) {
            LOG.warn("they could not be set aside, and stay where they are", fault);
        }
        rows.forEach(row -> {
            settlement.count(new Outcome.Dropped(DropReason.UNREADABLE));
            contents.capacity().give(0);
            contents.flushes().ended(0);
        });
        contents.flushes().tell();
    }
}
