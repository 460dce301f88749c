package com.scaleoutsystems.edge.client.internal.report;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
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
            Env env,
            ListenerCalls listeners) {
        Troubles troubles = new Troubles(env, listeners);
        Capacity capacity = new Capacity(settings.maxQueuedRecords(), settings.maxQueuedBytes());
        return new OutboxContents(rows, scheduler, capacity, flushes, troubles);
    }

    /**
     * How old a record of an earlier run counts. Only a wall clock knows the age of a record, and it may have been wrong or set back. The
     * order of records is certain.
     *
     * @param former since when the former record of its class has waited, if there is one
     * @param started when the process began
     */
    long sinceAfter(@Nullable Long former, OutboxRecord record, long started) {
        long oldest = Math.max(0, scheduler.maxAge(record.priorityClass()) - TRIED_AFTER_START);
        long since = started - Math.min(oldest, started - record.since());
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
