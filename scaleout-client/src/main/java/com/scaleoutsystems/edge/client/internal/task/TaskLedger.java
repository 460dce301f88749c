package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of every task that came: one that was seen is answered from here and never run twice. Changes go into a batch
 * of the state store, so that they are kept together with what they belong to. Lives on the client's strand.
 */
final class TaskLedger {

    /** How many tasks are remembered. */
    private static final int CAPACITY = 10_000;

    /** How long a task is remembered after its end. */
    private static final Duration MEMORY = Duration.ofDays(7);

    /** How long the answers of tasks may be, all together, that the combiner knows the ends of: the oldest are forgotten first. */
    private static final long ANSWERS = 8 << 20;

    private final Map<String, LedgerEntry> entries = new HashMap<>();
    private final Deque<String> oldestFirst = new ArrayDeque<>();

    /** How long the answers are that may be forgotten, oldest first. */
    private final Map<String, Integer> answers = new LinkedHashMap<>();

    private long answersInAll;

    /** A ledger with what the store has kept; rows that cannot be read are forgotten. */
    TaskLedger(List<Row> rows) {
        List<LedgerEntry> kept = new ArrayList<>();
        for (Row row : rows) {
            LedgerCodec.read(row.key(), row.value()).ifPresent(kept::add);
        }
        kept.sort(Comparator.comparing(LedgerEntry::receivedAt));
        for (LedgerEntry entry : kept) {
            entries.put(entry.correlationId(), entry);
            oldestFirst.addLast(entry.correlationId());
            noteAnswer(entry);
        }
    }

    Optional<LedgerEntry> find(String correlationId) {
        return Optional.ofNullable(entries.get(correlationId));
    }

    /** All tasks, in the order they came. */
    List<LedgerEntry> all() {
        return oldestFirst.stream().map(entries::get).filter(Objects::nonNull).toList();
    }

    /** Remembers the entry now, and in the store once the batch is committed. */
    void put(Batch batch, LedgerEntry entry) {
        if (entries.put(entry.correlationId(), entry) == null) {
            oldestFirst.addLast(entry.correlationId());
            forgetOldest(batch, entry.receivedAt().minus(MEMORY));
        }
        batch.put(Table.LEDGER, entry.correlationId(), LedgerCodec.write(entry));
        noteAnswer(entry);
        forgetAnswers(batch);
    }

    private void noteAnswer(LedgerEntry entry) {
        if (entry.step() == LedgerEntry.Step.TOLD && !entry.response().isEmpty()) {
            dropAnswer(entry.correlationId());
            answers.put(entry.correlationId(), entry.response().length());
            answersInAll += entry.response().length();
        }
    }

    private void dropAnswer(String correlationId) {
        Integer length = answers.remove(correlationId);
        answersInAll -= length == null ? 0 : length;
    }

    private void forgetAnswers(Batch batch) {
        while (answersInAll > ANSWERS) {
            String oldest = answers.keySet().iterator().next();
            dropAnswer(oldest);
            LedgerEntry entry = entries.get(oldest);
            if (entry != null) {
                entries.put(oldest, entry.withoutAnswer());
                batch.put(Table.LEDGER, oldest, LedgerCodec.write(entry.withoutAnswer()));
            }
        }
    }

    private void forgetOldest(Batch batch, Instant longAgo) {
        // A task that is not done is never forgotten: it goes to the end of the line instead.
        for (int i = oldestFirst.size(); i > 0 && isTooMuch(longAgo); i--) {
            String oldest = oldestFirst.removeFirst();
            LedgerEntry entry = entries.get(oldest);
            if (entry != null && entry.isDone()) {
                entries.remove(oldest);
                dropAnswer(oldest);
                batch.delete(Table.LEDGER, oldest);
            } else {
                oldestFirst.addLast(oldest);
            }
        }
    }

    private boolean isTooMuch(Instant longAgo) {
        LedgerEntry oldest = entries.get(oldestFirst.getFirst());
        return entries.size() > CAPACITY
                || oldest == null
                || oldest.receivedAt().isBefore(longAgo);
    }
}
