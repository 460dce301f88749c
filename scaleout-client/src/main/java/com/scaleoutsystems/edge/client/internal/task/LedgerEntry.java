package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of one task.
 *
 * @param change the ledger numbers all changes of its entries; of two entries, the one with the greater number changed later
 * @param request what the combiner sent; absent once the task has ended
 * @param status how the task ended, once it has
 * @param response the JSON text for the combiner, once the task has ended
 * @param mayHaveRun whether the task began, once it has ended
 */
record LedgerEntry(
        String correlationId,
        Step step,
        long change,
        Optional<TaskRequest> request,
        String status,
        String response,
        boolean mayHaveRun,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {

    /** How far the task came. */
    enum Step {
        /** The client received it, and it has not ended. */
        RECEIVED,
        /** Its result is stored, so that a crash loses nothing. */
        RESULT_STORED,
        /** It has ended. */
        DONE,
        /** It has ended, and the combiner knows. */
        TOLD
    }

    static LedgerEntry received(TaskRequest request, Instant at) {
        return new LedgerEntry(
                request.correlationId(), Step.RECEIVED, 0, Optional.of(request), "", "", false, at, null);
    }

    /** A row of an earlier process that cannot be understood. Whether the task ran is not known, so it does not run again. */
    static LedgerEntry unreadable(String correlationId) {
        TaskEnd end = TaskEnd.failed("the client's own record of this task is unreadable");
        return new LedgerEntry(
                correlationId, Step.TOLD, 0, Optional.empty(), end.status().name(), end.response(), true, null, null);
    }

    LedgerEntry resultStored() {
        return new LedgerEntry(
                correlationId,
                Step.RESULT_STORED,
                change,
                request,
                status,
                response,
                mayHaveRun,
                startedAt,
                completedAt);
    }

    /** The result could not be stored: a crash loses it. */
    LedgerEntry resultNotStored() {
        return new LedgerEntry(
                correlationId, Step.RECEIVED, change, request, status, response, mayHaveRun, startedAt, completedAt);
    }

    /** The task has ended; begun is when it was started in this process, or null. */
    LedgerEntry done(TaskEnd end, @Nullable Instant begun, Instant at) {
        return new LedgerEntry(
                correlationId,
                Step.DONE,
                change,
                Optional.empty(),
                end.status().name(),
                end.response(),
                mayHaveRun || begun != null || step == Step.RESULT_STORED,
                begun == null ? startedAt : begun,
                at);
    }

    LedgerEntry told() {
        return new LedgerEntry(
                correlationId, Step.TOLD, change, request, status, response, mayHaveRun, startedAt, completedAt);
    }

    /** What is left of a task whose answer is forgotten, and whose end the combiner knows. */
    static LedgerEntry remembered(String correlationId, String status, boolean mayHaveRun) {
        return new LedgerEntry(correlationId, Step.TOLD, 0, Optional.empty(), status, "", mayHaveRun, null, null);
    }

    LedgerEntry changed(long number) {
        return new LedgerEntry(
                correlationId, step, number, request, status, response, mayHaveRun, startedAt, completedAt);
    }

    boolean isDone() {
        return step == Step.DONE || step == Step.TOLD;
    }
}
