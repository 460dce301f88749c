package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Every task that the client received. A task that comes again is answered from the ledger and never run twice. What the ledger forgets
 * does not depend on any clock. Each change costs the same, however many tasks there are. Of a task whose end the combiner knows only id
 * and status are in memory: the rest is read from the store if the combiner asks again. Lives on the client's strand.
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

    /** Without a disk the store's rows are in memory, so each answer counts as at least so many characters: some 500 rows stay. */
    private static final int LEAST_IN_MEMORY = 16 << 10;

    /** In memory a status is its place here. */
    private static final List<TaskStatus> STATUSES =
            List.of(TaskStatus.FAILED, TaskStatus.COMPLETED, TaskStatus.INTERRUPTED);

    private final IdentityRows rows;

    /** The tasks that have not ended, or whose ends the combiner does not know, in the order in which they came. */
    private final Map<String, LedgerEntry> untold = new LinkedHashMap<>();

    /** The tasks that ran and may be forgotten because the combiner knows their ends. */
    private final ToldTasks told = new ToldTasks();

    /** The same for those that did not run. */
    private final ToldTasks toldUnrun = new ToldTasks();

    private final long firstChange;
    private long lastChange;

    /** A ledger with the rows of an earlier process. Blocks on the disk. */
    TaskLedger(IdentityRows rows) {
        this.rows = rows;
        List<LedgerEntry> kept = new ArrayList<>();
        int[] unreadable = {0};
        Batch tooLong = new Batch();
        rows.load(Table.LEDGER, row -> {
            if (TaskTexts.isTooLong(row.key())) {
                tooLong.delete(Table.LEDGER, row.key());
            } else {
                Optional<LedgerEntry> entry = LedgerCodec.read(row.key(), row.value());
                unreadable[0] += entry.isEmpty() ? 1 : 0;
                kept.add(entry.orElseGet(() -> LedgerEntry.unreadable(row.key())));
            }
        });
        kept.sort(Comparator.comparingLong(LedgerEntry::change));
        this.firstChange = kept.isEmpty() ? 0 : kept.get(0).change();
        for (LedgerEntry entry : kept) {
            lastChange = entry.change();
            keep(entry);
        }
        if (unreadable[0] > 0) {
            LOG.warn(
                    "the client's records of {} tasks are unreadable; it does not run these tasks again",
                    unreadable[0]);
        }
        if (!tooLong.isEmpty()) {
            LOG.warn(
                    "the client forgets {} tasks of an earlier run: their correlation ids are longer than {} bytes",
                    tooLong.deletes().size(),
                    TaskTexts.MOST_BYTES);
            var unused = rows.commit(tooLong);
        }
    }

    /** A task that has not ended, or whose end the combiner does not know. */
    Optional<LedgerEntry> find(String correlationId) {
        return Optional.ofNullable(untold.get(correlationId));
    }

    /** Whether a task has ended and the combiner knows. */
    boolean isTold(String correlationId) {
        return told.contains(correlationId) || toldUnrun.contains(correlationId);
    }

    /** The entry of such a task. If the store does not give it, it has the status alone. */
    CompletionStage<LedgerEntry> readTold(String correlationId) {
        LedgerEntry remembered = told.status(correlationId)
                .map(status -> remembered(correlationId, status, true))
                .or(() -> toldUnrun.status(correlationId).map(status -> remembered(correlationId, status, false)))
                .orElseGet(() -> LedgerEntry.unreadable(correlationId));
        return Stages.begun(() -> rows.read(Table.LEDGER, List.of(correlationId)))
                .thenApply(found -> found.containsKey(correlationId)
                        ? LedgerCodec.read(correlationId, found.get(correlationId))
                                .orElseGet(() -> LedgerEntry.unreadable(correlationId))
                        : remembered)
                // A disk that failed may have kept an older row.
                .thenApply(entry -> entry.isDone() ? entry : remembered)
                .exceptionally(unreadable -> remembered);
    }

    private static LedgerEntry remembered(String correlationId, byte status, boolean ran) {
        return LedgerEntry.remembered(correlationId, STATUSES.get(status).name(), ran);
    }

    /** How many tasks there are. */
    int size() {
        return untold.size() + told.size() + toldUnrun.size();
    }

    /** The tasks that have not ended, or whose ends the combiner does not know, oldest first. */
    List<LedgerEntry> untold() {
        return List.copyOf(untold.values());
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
        told.remove(id);
        toldUnrun.remove(id);
        if (entry.step() == LedgerEntry.Step.TOLD) {
            untold.remove(id);
            part(entry.mayHaveRun())
                    .add(id, (int) (entry.change() - firstChange), status(entry), lengthOfAnswer(entry));
        } else {
            untold.put(id, entry);
        }
    }

    private ToldTasks part(boolean ran) {
        return ran ? told : toldUnrun;
    }

    /** A status that this release does not know counts as a failure, should the store not give the row. */
    private static byte status(LedgerEntry entry) {
        for (int place = 0; place < STATUSES.size(); place++) {
            if (STATUSES.get(place).name().equals(entry.status())) {
                return (byte) place;
            }
        }
        return 0;
    }

    private int lengthOfAnswer(LedgerEntry entry) {
        int length = entry.response().length();
        return rows.isDurable() ? length : Math.max(LEAST_IN_MEMORY, length);
    }

    private void forgetOldest(Batch batch) {
        forgetOldest(told, batch);
        forgetOldest(toldUnrun, batch);
    }

    private void forgetOldest(ToldTasks known, Batch batch) {
        while (known.size() > CAPACITY) {
            String oldest = known.oldest();
            if (rows.isDurable() || known.hasAnswer(oldest)) {
                batch.delete(Table.LEDGER, oldest);
            }
            known.remove(oldest);
        }
    }

    /** Of the two parts, the one with more answers forgets its oldest. */
    private void forgetAnswers(Batch batch) {
        while (told.answersInAll() + toldUnrun.answersInAll() > ANSWERS) {
            boolean ran = told.answersInAll() > toldUnrun.answersInAll();
            ToldTasks.Answered oldest = part(ran).forgetOldestAnswer();
            if (rows.isDurable()) {
                LedgerEntry shorter =
                        remembered(oldest.id(), oldest.status(), ran).changed(firstChange + oldest.change());
                batch.put(Table.LEDGER, oldest.id(), LedgerCodec.write(shorter));
            } else {
                batch.delete(Table.LEDGER, oldest.id());
            }
        }
    }
}
