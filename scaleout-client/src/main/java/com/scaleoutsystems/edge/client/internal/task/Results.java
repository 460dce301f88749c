package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.Outcome;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.TaskStatus;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.report.OutboxRecord;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From a task's result to its end: the result is written down together with the ledger's step, sent, and the task is completed
 * when it was acknowledged. Lives on the client's strand.
 */
final class Results implements Outbox.Results {

    private static final int REMEMBERED_UPDATES = 1_000;

    private final TaskService.Parts parts;
    private final Env env;
    private final TaskLedger ledger;
    private final Function<String, @Nullable RunningTask> active;
    private final Set<String> updateIds = new LinkedHashSet<>();

    /**
     * No results yet.
     *
     * @param active finds a task that has not ended by its correlation id
     */
    Results(TaskService.Parts parts, TaskLedger ledger, Function<String, @Nullable RunningTask> active) {
        this.parts = parts;
        this.env = parts.env();
        this.ledger = ledger;
        this.active = active;
    }

    /** Writes the result down, then sends it. */
    void ready(RunningTask task, TaskHandler.Sent result) {
        TaskRequest request = task.request();
        Optional<String> modelId = result.model().map(ScaleoutModel::modelId);
        CompletableFuture<@Nullable Void> pinned = CompletableFuture.runAsync(
                () -> result.model().ifPresent(model -> {
                    try (model) {
                        parts.blobs().pin(model.modelId(), model);
                    }
                }),
                env.io());
        parts.strand().when(pinned, (ok, notPinned) -> {
            if (notPinned != null) {
                task.end(
                        TaskStatus.FAILED, "the trained model could not be kept: " + notPinned.getMessage(), notPinned);
                return;
            }
            Batch batch = new Batch();
            OutboxRecord record;
            try {
                record = parts.outbox().prepare(batch, result.record(), request.correlationId(), modelId);
            } catch (RuntimeException unwritable) {
                modelId.ifPresent(parts.blobs()::release);
                task.end(
                        TaskStatus.FAILED,
                        "the result could not be written down: " + unwritable.getMessage(),
                        unwritable);
                return;
            }
            ledger.find(request.correlationId()).ifPresent(entry -> ledger.put(batch, entry.resultStored()));
            parts.strand().when(parts.rows().commit(batch), (done, notStored) -> {
                if (notStored != null) {
                    modelId.ifPresent(parts.blobs()::release);
                    task.end(
                            TaskStatus.FAILED,
                            "the result could not be written down: " + notStored.getMessage(),
                            notStored);
                } else {
                    parts.outbox().accept(record);
                }
            });
        });
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

    @Override
    public Runnable settle(String correlationId, Outcome outcome, Batch batch) {
        RunningTask task = active.apply(correlationId);
        if (task == null) {
            return () -> {};
        }
        if (outcome.isDelivered()) {
            return task::delivered;
        }
        String why = outcome instanceof Outcome.Rejected rejected
                ? "the result was refused: " + rejected.error().getMessage()
                : "the result was given up: " + outcome;
        return () -> task.end(TaskStatus.FAILED, why, null);
    }
}
