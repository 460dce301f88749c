package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.report.OutboxRecord;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a task's result to its end: the result is written down together with the ledger's step, sent, and the task is completed
 * when it was acknowledged. Lives on the client's strand.
 */
final class ResultDelivery implements Outbox.ResultListener {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TASK);

    private static final int REMEMBERED_UPDATES = 1_000;

    private final SaidOnce unwritable = new SaidOnce();
    private final TaskService.Parts parts;
    private final Env env;
    private final TaskLedger ledger;
    private final Function<String, @Nullable RunningTask> active;
    private final Ended ended;
    private final Map<String, LedgerEntry> takenOver = new LinkedHashMap<>();
    private final Set<String> updateIds = new LinkedHashSet<>();

    /** Hears of the ends of tasks that no longer run. */
    interface Ended {
        /** The task ended, and the ledger has it. */
        void ended(LedgerEntry former, TaskStatus status, String reason);
    }

    /**
     * No results yet.
     *
     * @param active finds a task that has not ended by its correlation id
     * @param ended hears of those of earlier processes
     */
    ResultDelivery(
            TaskService.Parts parts, TaskLedger ledger, Function<String, @Nullable RunningTask> active, Ended ended) {
        this.parts = parts;
        this.env = parts.env();
        this.ledger = ledger;
        this.active = active;
        this.ended = ended;
    }

    /** Writes the result down, then sends it. */
    void ready(RunningTask task, TaskHandler.Sent result) {
        TaskRequest request = task.request();
        Optional<String> modelId = result.model().map(ScaleoutModel::modelId);
        CompletableFuture<Boolean> pinned = CompletableFuture.supplyAsync(() -> pin(result.model()), env.io());
        parts.strand().when(pinned, (durable, notPinned) -> {
            if (notPinned != null || durable == null) {
                task.end(
                        TaskStatus.FAILED,
                        "the trained model could not be kept: " + Failures.describe(notPinned),
                        notPinned);
                return;
            }
            Batch batch = new Batch();
            OutboxRecord record;
            try {
                record = parts.outbox().prepare(batch, result.record(), request.correlationId(), modelId);
            } catch (RuntimeException unwritable) {
                modelId.ifPresent(id -> env.io().execute(() -> parts.blobs().release(id)));
                task.end(
                        TaskStatus.FAILED,
                        "the result could not be written down: " + Failures.describe(unwritable),
                        unwritable);
                return;
            }
            if (!durable) {
                // A row whose model is lost with the process would promise too much. The store has said why it is.
                LOG.debug(
                        "the client does not store the result of task {}, because its model is only in memory",
                        request.correlationId());
                parts.outbox().acceptUnstored(record);
                return;
            }
            ledger.find(request.correlationId()).ifPresent(entry -> ledger.put(batch, entry.resultStored()));
            parts.strand().when(parts.rows().commit(batch), (done, notStored) -> {
                if (notStored == null) {
                    unwritable.works();
                    parts.outbox().accept(record);
                } else {
                    takeBack(request.correlationId());
                    sendUnstored(request.correlationId(), record, Failures.describe(notStored));
                }
            });
        });
    }

    private boolean pin(Optional<ScaleoutModel> result) {
        if (result.isEmpty()) {
            return true;
        }
        try (ScaleoutModel model = result.get()) {
            return parts.blobs().pin(model.modelId(), model);
        }
    }

    /** The step is in the ledger's memory and not on the disk: neither may claim it. */
    private void takeBack(String correlationId) {
        ledger.find(correlationId)
                .filter(entry -> entry.step() == LedgerEntry.Step.RESULT_STORED)
                .ifPresent(entry -> {
                    Batch batch = new Batch();
                    ledger.put(batch, entry.resultNotStored());
                    var unused = parts.rows().commit(batch);
                });
    }

    private void sendUnstored(String correlationId, OutboxRecord record, String reason) {
        unwritable.fails(
                LOG,
                "the result of task {} could not be stored; a crash before it is sent loses it: {}",
                correlationId,
                reason);
        parts.outbox().acceptUnstored(record);
    }

    /** Whether an id may be an update's, which it may once. Called on callback threads. */
    boolean claimUpdateId(String modelId) {
        synchronized (updateIds) {
            if (updateIds.size() >= REMEMBERED_UPDATES) {
                updateIds.remove(updateIds.iterator().next());
            }
            return updateIds.add(modelId);
        }
    }

    /** Takes on a result that an earlier process has written down: it is sent, and then its task is told. */
    void takeOver(LedgerEntry entry) {
        takenOver.put(entry.correlationId(), entry);
    }

    /** The tasks of earlier processes whose results are still to be sent. */
    Collection<LedgerEntry> takenOver() {
        return takenOver.values();
    }

    @Override
    public Runnable settle(String correlationId, Outcome outcome, Batch batch) {
        String why = outcome instanceof Outcome.Rejected rejected
                ? "the result was refused: " + rejected.error().getMessage()
                : "the result was given up: " + outcome;
        TaskStatus status = outcome.isDelivered() ? TaskStatus.COMPLETED : TaskStatus.FAILED;
        String reason = outcome.isDelivered() ? "" : why;
        RunningTask task = active.apply(correlationId);
        LedgerEntry former = takenOver.remove(correlationId);
        // In the commit that removes the record: a crash right after it must find the task done.
        ledger.find(correlationId)
                .filter(entry -> !entry.isDone())
                .ifPresent(entry -> ledger.put(
                        batch,
                        entry.done(
                                status.name(),
                                TaskEnds.response(status, reason),
                                task == null ? null : task.startedAt().orElse(null),
                                env.wall())));
        if (task != null) {
            return outcome.isDelivered() ? task::delivered : () -> task.end(TaskStatus.FAILED, why, null);
        }
        return former == null ? () -> {} : () -> ended.ended(former, status, reason);
    }
}
