package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of one task.
 *
 * @param request what came; absent once the task is done
 * @param status what the combiner is told at the end, once the task is done
 * @param response the JSON text that goes with it
 */
record LedgerEntry(
        String correlationId,
        Step step,
        Instant receivedAt,
        Optional<TaskRequest> request,
        String status,
        String response,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {

    /** How far a task came. */
    enum Step {
        /** It came and is not done. */
        RECEIVED,
        /** Its result is written down; a crash loses nothing any more. */
        RESULT_STORED,
        /** Its end is known. */
        DONE,
        /** The combiner knows its end as well. */
        TOLD
    }

    static LedgerEntry received(TaskRequest request, Instant at) {
        return new LedgerEntry(request.correlationId(), Step.RECEIVED, at, Optional.of(request), "", "", at, null);
    }

    LedgerEntry resultStored() {
        return new LedgerEntry(
                correlationId, Step.RESULT_STORED, receivedAt, request, status, response, startedAt, completedAt);
    }

    /** The result could not be written down after all: a crash loses it. */
    LedgerEntry resultNotStored() {
        return new LedgerEntry(
                correlationId, Step.RECEIVED, receivedAt, request, status, response, startedAt, completedAt);
    }

    /** The end of a task that was begun, if it was, at the given time. */
    LedgerEntry done(String endStatus, String endResponse, @Nullable Instant begun, Instant at) {
        return new LedgerEntry(
                correlationId,
                Step.DONE,
                receivedAt,
                Optional.empty(),
                endStatus,
                endResponse,
                begun == null ? startedAt : begun,
                at);
    }

    LedgerEntry told() {
        return new LedgerEntry(correlationId, Step.TOLD, receivedAt, request, status, response, startedAt, completedAt);
    }

    LedgerEntry withoutAnswer() {
        return new LedgerEntry(correlationId, step, receivedAt, request, status, "", startedAt, completedAt);
    }

    boolean isDone() {
        return step == Step.DONE || step == Step.TOLD;
    }
}
