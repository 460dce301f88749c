package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.sandbox.internal.core.Json;
import java.util.Map;
import java.util.Optional;

/**
 * A task to give to a client. Immutable; each {@code with} method gives a changed copy.
 *
 * @param type {@code Scaleout_ModelUpdate}, {@code Scaleout_Validation}, {@code Custom_echo} and so on; sent as it is,
 *     known or not
 * @param clientId the client that shall do it
 * @param modelId the model to work on, empty if there is none
 * @param data JSON text for the client; sent as it is, well-formed or not
 * @param sessionId the session the task belongs to, empty if there is none
 * @param roundId the round the task belongs to, empty if there is none
 * @param status the status sent along, usually empty
 * @param correlationId the id of the task; drawn by the sandbox if absent
 */
public record TaskSpec(
        String type,
        String clientId,
        String modelId,
        String data,
        String sessionId,
        String roundId,
        String status,
        Optional<String> correlationId) {

    /**
     * A task without model and session, with an empty JSON object as its data.
     *
     * @param type the type, such as {@code Custom_echo}
     * @param clientId the client that shall do it
     * @return the task
     */
    public static TaskSpec of(String type, String clientId) {
        return new TaskSpec(type, clientId, "", "{}", "", "", "", Optional.empty());
    }

    /**
     * Sets the model.
     *
     * @param modelId the id of a model, known to the sandbox or not
     * @return a changed copy
     */
    public TaskSpec withModel(String modelId) {
        return new TaskSpec(type, clientId, modelId, data, sessionId, roundId, status, correlationId);
    }

    /**
     * Sets the data.
     *
     * @param data becomes a JSON object
     * @return a changed copy
     */
    public TaskSpec withData(Map<String, ?> data) {
        return withDataText(Json.write(data));
    }

    /**
     * Sets the data as text.
     *
     * @param data sent as it is, well-formed or not
     * @return a changed copy
     */
    public TaskSpec withDataText(String data) {
        return new TaskSpec(type, clientId, modelId, data, sessionId, roundId, status, correlationId);
    }

    /**
     * Sets session and round.
     *
     * @param sessionId the session
     * @param roundId the round, in sessions counted from 1
     * @return a changed copy
     */
    public TaskSpec withSession(String sessionId, String roundId) {
        return new TaskSpec(type, clientId, modelId, data, sessionId, roundId, status, correlationId);
    }

    /**
     * Sets the status that is sent along, for example to send an interrupt for a task that the client never had.
     *
     * @param status the status, known to the protocol or not
     * @return a changed copy
     */
    public TaskSpec withStatus(String status) {
        return new TaskSpec(type, clientId, modelId, data, sessionId, roundId, status, correlationId);
    }

    /**
     * Sets the correlation id instead of having the sandbox draw one.
     *
     * @param correlationId the id of the task
     * @return a changed copy
     */
    public TaskSpec withCorrelationId(String correlationId) {
        return new TaskSpec(type, clientId, modelId, data, sessionId, roundId, status, Optional.of(correlationId));
    }
}
