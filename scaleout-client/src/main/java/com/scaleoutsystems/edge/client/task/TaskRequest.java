package com.scaleoutsystems.edge.client.task;

import java.util.Objects;

/**
 * A task as the combiner sent it. Texts that the combiner left out are empty.
 *
 * @param correlationId identifies the task; a task is run once however often it is delivered
 * @param type the task's type on the wire, such as {@code Scaleout_ModelUpdate}
 * @param modelId the model to work on
 * @param sessionId the session that the task belongs to
 * @param roundId the round within the session
 * @param data the task's parameters as JSON text
 * @param status a status text; INTERRUPTED and TIMEOUT ask a known task to stop
 */
public record TaskRequest(
        String correlationId,
        String type,
        String modelId,
        String sessionId,
        String roundId,
        String data,
        String status) {

    /**
     * Refuses absent texts: what the combiner left out is empty.
     *
     * @param correlationId identifies the task; a task is run once however often it is delivered
     * @param type the task's type on the wire, such as {@code Scaleout_ModelUpdate}
     * @param modelId the model to work on
     * @param sessionId the session that the task belongs to
     * @param roundId the round within the session
     * @param data the task's parameters as JSON text
     * @param status a status text; INTERRUPTED and TIMEOUT ask a known task to stop
     */
    public TaskRequest {
        Objects.requireNonNull(correlationId, "correlationId");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(modelId, "modelId");
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(roundId, "roundId");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(status, "status");
    }
}
