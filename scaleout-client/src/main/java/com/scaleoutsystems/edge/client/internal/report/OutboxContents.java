package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of an outbox. Lives on the client's strand, except for the capacity.
 *
 * @param rows where they are written down
 * @param scheduler in which order they are sent
 * @param capacity how much room they take
 * @param flushes who waits for their end
 * @param troubles which of them keep failing
 */
record OutboxContents(
        OutboxRows rows,
        PriorityScheduler<OutboxRecord> scheduler,
        Capacity capacity,
        Flushes flushes,
        Troubles troubles) {

    /** So many records are dealt with in one step: a client with many of them leaves the strands' threads to others in between. */
    static final int SLICE = 1_000;

    /** Records of earlier runs are tried at least this long, whatever their age: no client could send them while the machine was off. */
    private static final long TRIED_AFTER_START = Duration.ofHours(1).toNanos();

    static OutboxContents of(
            OutboxRows rows,
            PriorityScheduler<OutboxRecord> scheduler,
            ReportingSettings settings,
            Flushes flushes,
            Troubles troubles) {
        Capacity capacity = new Capacity(settings.maxQueuedRecords(), settings.maxQueuedBytes());
        return new OutboxContents(rows, scheduler, capacity, flushes, troubles);
    }

    /**
     * Takes in what earlier runs wrote down. Blocks on the disk: called before the client's strand is used.
     *
     * @param restored receives each record
     * @param unreadable receives the number of unreadable rows
     */
    void restore(long now, Consumer<OutboxRecord> restored, Consumer<Integer> unreadable) {
        Map<String, Long> latest = new HashMap<>();
        rows.restore(
                record -> {
                    capacity.takeAnyway(record.bytes());
                    record.since(sinceAfter(latest.get(record.priorityClass()), record, now));
                    latest.put(record.priorityClass(), record.since());
                    scheduler.append(record);
                    flushes.began();
                    restored.accept(record);
                },
                unreadable);
    }

    /** Only a wall clock knows the age of a record, and it may have been wrong or set back. The order of records is certain. */
    private long sinceAfter(@Nullable Long former, OutboxRecord record, long now) {
        long oldest = Math.max(0, scheduler.maxAge(record.priorityClass()) - TRIED_AFTER_START);
        long since = now - Math.min(oldest, now - record.since());
        return former == null || since - former > 0 ? since : former;
    }

    /** Takes in a record that is being written down. Its room was taken before. */
    void add(OutboxRecord record) {
        scheduler.appendInFlight(record);
        flushes.began();
    }

    /**
     * Forgets a record that has ended.
     *
     * @param scheduled whether the scheduler still has it
     */
    void remove(OutboxRecord record, boolean scheduled) {
        if (scheduled) {
            scheduler.remove(record);
        }
        rows.forget(record);
        troubles.remove(record);
        capacity.give(record.bytes());
        flushes.ended(record.sequence());
    }
}
