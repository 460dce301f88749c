package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Json;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of every task that came: one that was seen is answered from here and never run twice. Changes go into a batch
 * of the state store, so that they are kept together with what they belong to. Lives on the client's strand.
 */
final class TaskLedger {

    /** How many tasks are remembered. */
    private static final int CAPACITY = 10_000;

    /** How far a task came. */
    enum Step {
        /** It came and is not done. */
        RECEIVED,
        /** Its result is written down; a crash loses nothing any more. */
        RESULT_STORED,
        /** Its end is known. */
        DONE
    }

    /**
     * One task.
     *
     * @param status what the combiner is told at the end, once the task is done
     * @param response the JSON text that goes with it
     */
    record Entry(
            String correlationId,
            Step step,
            String status,
            String response,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt) {

        static Entry received(String correlationId, Instant at) {
            return new Entry(correlationId, Step.RECEIVED, "", "", at, null);
        }

        Entry resultStored() {
            return new Entry(correlationId, Step.RESULT_STORED, status, response, startedAt, completedAt);
        }

        /** The end of a task that was begun, if it was, at the given time. */
        Entry done(String endStatus, String endResponse, @Nullable Instant begun, Instant at) {
            return new Entry(correlationId, Step.DONE, endStatus, endResponse, begun == null ? startedAt : begun, at);
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Deque<String> oldestFirst = new ArrayDeque<>();

    Optional<Entry> find(String correlationId) {
        return Optional.ofNullable(entries.get(correlationId));
    }

    /** Remembers the entry now, and in the store once the batch is committed. */
    void put(Batch batch, Entry entry) {
        if (entries.put(entry.correlationId(), entry) == null) {
            oldestFirst.addLast(entry.correlationId());
            forgetOldest(batch);
        }
        batch.put(Table.LEDGER, entry.correlationId(), row(entry));
    }

    private void forgetOldest(Batch batch) {
        // A task that is not done is never forgotten: it goes to the end of the line instead.
        for (int i = oldestFirst.size(); i > 0 && entries.size() > CAPACITY; i--) {
            String oldest = oldestFirst.removeFirst();
            Entry entry = entries.get(oldest);
            if (entry != null && entry.step() == Step.DONE) {
                entries.remove(oldest);
                batch.delete(Table.LEDGER, oldest);
            } else {
                oldestFirst.addLast(oldest);
            }
        }
    }

    private static String row(Entry entry) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("step", entry.step().name());
        fields.put("status", entry.status());
        fields.put("response", entry.response());
        fields.put("started_at", text(entry.startedAt()));
        fields.put("completed_at", text(entry.completedAt()));
        return Json.write("a ledger row", fields);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
