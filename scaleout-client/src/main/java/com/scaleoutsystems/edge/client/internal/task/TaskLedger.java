package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Every task that the client received. A task that comes again is answered from the ledger and never run twice. What the ledger forgets
 * does not depend on any clock. Each change costs the same, however many tasks there are. Lives on the client's strand.
 */
final class TaskLedger {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    /**
     * How many tasks that ran are remembered, and how many that did not, such as refused ones: these must not push out those. A task
     * whose end the combiner does not know is always remembered.
     */
    private static final int CAPACITY = 10_000;

    /** How many characters the answers that the combiner has may take together; the oldest are forgotten first. */
    private static final long ANSWERS = 8 << 20;

    private final IdentityRows rows;

    /** In the order in which the tasks came. */
    private final Map<String, LedgerEntry> entries = new LinkedHashMap<>();

    /** The tasks that ran and may be forgotten because the combiner knows their ends, in the order in which it was told. */
    private final Set<String> told = new LinkedHashSet<>();

    /** The same for those that did not run. */
    private final Set<String> toldUnrun = new LinkedHashSet<>();

    /** The lengths of the answers that may be forgotten, oldest first. */
    private final Map<String, Integer> answers = new LinkedHashMap<>();

    private long answersInAll;
    private long lastChange;

    /** A ledger with the rows of an earlier process. */
    TaskLedger(IdentityRows rows, List<Row> recovered) {
        this.rows = rows;
        List<LedgerEntry> kept = new ArrayList<>();
        int unreadable = 0;
        Batch tooLong = new Batch();
        for (Row row : recovered) {
            if (TaskTexts.isTooLong(row.key())) {
                tooLong.delete(Table.LEDGER, row.key());
            } else {
                Optional<LedgerEntry> entry = LedgerCodec.read(row.key(), row.value());
                unreadable += entry.isEmpty() ? 1 : 0;
                kept.add(entry.orElseGet(() -> LedgerEntry.unreadable(row.key())));
            }
        }
        kept.sort(Comparator.comparingLong(LedgerEntry::change));
        for (LedgerEntry entry : kept) {
            lastChange = entry.change();
            keep(entry);
        }
        if (unreadable > 0) {
            LOG.warn("the client's records of {} tasks are unreadable; it does not run these tasks again", unreadable);
        }
        if (!tooLong.isEmpty()) {
            LOG.warn(
                    "the client forgets {} tasks of an earlier run: their correlation ids are longer than {} bytes",
                    tooLong.deletes().size(),
                    TaskTexts.MOST_BYTES);
            var unused = rows.commit(tooLong);
        }
    }

    Optional<LedgerEntry> find(String correlationId) {
        return Optional.ofNullable(entries.get(correlationId));
    }

    /** All tasks, oldest first. */
    List<LedgerEntry> all() {
        return List.copyOf(entries.values());
    }

    /** Remembers the entry now. The stage completes once the store has it, and fails if it cannot be written. */
    CompletionStage<@Nullable Void> write(LedgerEntry entry) {
        return write(List.of(entry));
    }

    /** Remembers the entries now. The stage completes once the store has all of them, and fails if they cannot be written. */
    CompletionStage<@Nullable Void> write(List<LedgerEntry> several) {
        return Stages.begun(() -> {
            Batch batch = new Batch();
            several.forEach(entry -> put(batch, entry));
            return rows.commit(batch);
        });
    }

    /** Remembers the entry now, and in the store with the rest of the batch. */
    void put(Batch batch, LedgerEntry given) {
        LedgerEntry entry = given.changed(++lastChange);
        keep(entry);
        batch.put(Table.LEDGER, entry.correlationId(), LedgerCodec.write(entry));
        forgetOldest(batch);
        forgetAnswers(batch);
    }

    private void keep(LedgerEntry entry) {
        String id = entry.correlationId();
        entries.put(id, entry);
        if (entry.step() == LedgerEntry.Step.TOLD) {
            (entry.mayHaveRun() ? told : toldUnrun).add(id);
            dropAnswer(id);
            if (!entry.response().isEmpty()) {
                answers.put(id, entry.response().length());
                answersInAll += entry.response().length();
            }
        }
    }

    private void dropAnswer(String correlationId) {
        Integer length = answers.remove(correlationId);
        answersInAll -= length == null ? 0 : length;
    }

    private void forgetOldest(Batch batch) {
        forgetOldest(told, batch);
        forgetOldest(toldUnrun, batch);
    }

    private void forgetOldest(Set<String> known, Batch batch) {
        while (known.size() > CAPACITY) {
            String oldest = known.iterator().next();
            known.remove(oldest);
            entries.remove(oldest);
            dropAnswer(oldest);
            batch.delete(Table.LEDGER, oldest);
        }
    }

    private void forgetAnswers(Batch batch) {
        while (answersInAll > ANSWERS) {
            String oldest = answers.keySet().iterator().next();
            dropAnswer(oldest);
            LedgerEntry entry = entries.get(oldest);
            if (entry != null) {
                LedgerEntry shorter = entry.withoutAnswer();
                entries.put(oldest, shorter);
                batch.put(Table.LEDGER, oldest, LedgerCodec.write(shorter));
            }
        }
    }
}
