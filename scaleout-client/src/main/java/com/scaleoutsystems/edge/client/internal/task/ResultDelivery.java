package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.report.OutboxRecord;
import com.scaleoutsystems.edge.client.internal.report.ResultListener;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The way of a task's result to the combiner. The result is stored in one commit with the ledger's step, and sent; the task is completed
 * once the combiner has acknowledged it. Lives on the client's strand.
 */
final class ResultDelivery implements ResultListener {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    /** How long a machine without a free thread is left alone. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final SaidOnce unwritable;
    private final FewLines lines;
    private final TaskDependencies client;
    private final Env env;
    private final KnownTasks known;
    private final Runnable waiting;
    private final Map<String, LedgerEntry> takenOver = new LinkedHashMap<>();

    /**
     * No results yet.
     *
     * @param waiting runs when one more result waits in the outbox
     */
    ResultDelivery(TaskDependencies client, KnownTasks known, Runnable waiting) {
        this.waiting = waiting;
        this.client = client;
        this.env = client.env();
        this.unwritable = new SaidOnce(env::nanos);
        this.lines = new FewLines(env, LOG);
        this.known = known;
    }

    /** Stores the result, then sends it. */
    void ready(RunningTask task, TaskHandler.Sent result) {
        Optional<String> modelId = result.model().map(ScaleoutModel::modelId);
        CompletableFuture<Boolean> pinned;
        try {
            pinned = CompletableFuture.supplyAsync(() -> pin(result.model()), env.io());
        } catch (Throwable noThread) {
            lines.warn("no thread to keep the result of task {}; the client tries again", task.correlationId());
            client.strand().after(REST, () -> ready(task, result));
            return;
        }
        task.when(pinned, (durable, notPinned) -> {
            if (durable == null) {
                task.fail("the trained model could not be kept: " + Failures.describe(notPinned), notPinned);
            } else {
                store(task, result, modelId, durable);
            }
        });
    }

    private boolean pin(Optional<ScaleoutModel> result) {
        if (result.isEmpty()) {
            return true;
        }
        try (ScaleoutModel model = result.get()) {
            return client.blobs().pin(model.modelId(), model);
        }
    }

    private void store(RunningTask task, TaskHandler.Sent result, Optional<String> modelId, boolean durable) {
        String id = task.correlationId();
        Batch batch = new Batch();
        OutboxRecord record;
        try {
            record = client.outbox().prepare(batch, result.record(), id, modelId);
        } catch (Throwable refused) {
            modelId.ifPresent(model -> env.io().execute(() -> client.blobs().release(model)));
            task.fail("the result could not be written down: " + Failures.describe(refused), refused);
            return;
        }
        if (!durable) {
            // A row whose model is lost with the process would promise too much. The blob store has logged the reason.
            LOG.debug("the client does not store the result of task {}, because its model is only in memory", id);
            client.outbox().acceptUnstored(record);
            waiting.run();
            return;
        }
        task.when(commit(id, batch), (done, notStored) -> {
            if (notStored == null) {
                unwritable.works(LOG, "storing results");
                client.outbox().accept(record);
            } else {
                takeBack(id);
                unwritable.fails(
                        LOG,
                        notStored,
                        "the result of task {} could not be stored; a crash before it is sent loses it",
                        id);
                client.outbox().acceptUnstored(record);
            }
            waiting.run();
        });
    }

    /** Stores the result and the ledger's step. Never throws: the record is in the outbox by now, and must be sent whatever happens. */
    private CompletionStage<@Nullable Void> commit(String correlationId, Batch batch) {
        return Stages.begun(() -> {
            known.ledger().find(correlationId).ifPresent(entry -> known.ledger().put(batch, entry.resultStored()));
            return client.rows().commit(batch);
        });
    }

    /** The ledger has the step in memory, and the store does not have it: the ledger must not claim it either. */
    private void takeBack(String correlationId) {
        known.ledger()
                .find(correlationId)
                .filter(entry -> entry.step() == LedgerEntry.Step.RESULT_STORED)
                .ifPresent(entry -> {
                    var unused = known.ledger().write(entry.resultNotStored());
                });
    }

    /** Takes the task of a result that an earlier process stored: the task is completed once the result was acknowledged. */
    void takeOver(LedgerEntry entry) {
        takenOver.put(entry.correlationId(), entry);
    }

    /** The tasks of earlier processes whose results are still to be sent. */
    Collection<LedgerEntry> takenOver() {
        return takenOver.values();
    }

    @Override
    public Map<String, String> headers(String correlationId) {
        return known.traces().headers(correlationId);
    }

    @Override
    public Runnable settle(String correlationId, Outcome outcome, Batch batch) {
        TaskEnd end = end(outcome);
        Optional<RunningTask> task = known.active().find(correlationId);
        LedgerEntry former = takenOver.remove(correlationId);
        try {
            noteEnd(correlationId, end, task.flatMap(RunningTask::startedAt), batch);
        } catch (Throwable fault) {
            // The records of this batch must not suffer. The end is noted once more after the commit.
            lines.error("the end of task {} is not in the commit of its result", correlationId, fault);
        }
        if (task.isPresent()) {
            return outcome.isDelivered()
                    ? task.get()::delivered
                    : () -> task.get().fail(end.reason(), null);
        }
        return former == null ? () -> {} : () -> known.ends().endedEarlierTask(former, end);
    }

    /** In the commit that removes the record: a crash right after it must find that the task has ended. */
    private void noteEnd(String correlationId, TaskEnd end, Optional<Instant> startedAt, Batch batch) {
        known.ledger()
                .find(correlationId)
                .filter(entry -> !entry.isDone())
                .ifPresent(entry -> known.ledger().put(batch, entry.done(end, startedAt.orElse(null), env.wall())));
    }

    private static TaskEnd end(Outcome outcome) {
        if (outcome.isDelivered()) {
            return TaskEnd.completed();
        }
        return TaskEnd.failed(
                outcome instanceof Outcome.Rejected rejected
                        ? "the result was refused: " + Failures.describe(rejected.error())
                        : "the result was given up: " + outcome);
    }
}
