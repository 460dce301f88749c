package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
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
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Every task that the client received. A task that comes again is answered from the ledger and never run twice. Lives on the client's
 * strand.
 */
final class TaskLedger {

    /** How many tasks are remembered. */
    private static final int CAPACITY = 10_000;

    /** How long a task is remembered after its end. */
    private static final Duration MEMORY = Duration.ofDays(7);

    /** How many characters the answers that the combiner has may take together; the oldest are forgotten first. */
    private static final long ANSWERS = 8 << 20;

    private final IdentityRows rows;
    private final Map<String, LedgerEntry> entries = new HashMap<>();
    private final Deque<String> oldestFirst = new ArrayDeque<>();

    /** The lengths of the answers that may be forgotten, oldest first. */
    private final Map<String, Integer> answers = new LinkedHashMap<>();

    private long answersInAll;

    /** A ledger with the rows of an earlier process; rows that cannot be read are forgotten. */
    TaskLedger(IdentityRows rows, List<Row> recovered) {
        this.rows = rows;
        List<LedgerEntry> kept = new ArrayList<>();
        for (Row row : recovered) {
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

    /** All tasks, oldest first. */
    List<LedgerEntry> all() {
        return oldestFirst.stream().map(entries::get).filter(Objects::nonNull).toList();
    }

    /** Remembers the entry now. The stage completes once the store has it. */
    CompletionStage<@Nullable Void> write(LedgerEntry entry) {
        Batch batch = new Batch();
        put(batch, entry);
        return rows.commit(batch);
    }

    /** Remembers the entry now, and in the store with the rest of the batch. */
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
        // A task that has not ended is never forgotten: it becomes the youngest instead.
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
