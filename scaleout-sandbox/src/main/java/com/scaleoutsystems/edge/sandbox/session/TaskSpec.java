package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.Experimental;
import com.scaleoutsystems.edge.internal.NamedValues;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task for a client. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
@Experimental
public final class TaskSpec {
    private final Values values;

    private TaskSpec(Values values) {
        this.values = values;
    }

    private TaskSpec changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TaskSpec(copy);
    }

    /** The values with their defaults. A task never changes the object that it was made with. */
    private static final class Values {
        final String type;
        String clientId;
        String modelId = "";
        String data = "{}";
        String sessionId = "";
        String roundId = "";
        String status = "";

        @Nullable
        String correlationId;

        Values(String type, String clientId) {
            this.type = type;
            this.clientId = clientId;
        }

        Values(Values other) {
            this(other.type, other.clientId);
            modelId = other.modelId;
            data = other.data;
            sessionId = other.sessionId;
            roundId = other.roundId;
            status = other.status;
            correlationId = other.correlationId;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("type", type)
                    .with("clientId", clientId)
                    .with("modelId", modelId)
                    .with("data", data)
                    .with("sessionId", sessionId)
                    .with("roundId", roundId)
                    .with("status", status)
                    .with("correlationId", correlationId);
        }
    }

    /**
     * A task without model and session, with an empty JSON object as its data.
     *
     * @param type {@code Scaleout_ModelUpdate}, {@code Scaleout_Validation}, {@code Custom_echo} and so on; sent unchanged,
     *     known or not
     * @param clientId the client that runs it
     * @return the task
     */
    public static TaskSpec of(String type, String clientId) {
        return new TaskSpec(
                new Values(Objects.requireNonNull(type, "type"), Objects.requireNonNull(clientId, "clientId")));
    }

    /**
     * The type of the task.
     *
     * @return the type on the wire
     */
    public String type() {
        return values.type;
    }

    /**
     * The client that runs the task.
     *
     * @return its id
     */
    public String clientId() {
        return values.clientId;
    }

    /**
     * Gives the task to another client.
     *
     * @param clientId the client that runs it
     * @return a changed copy
     */
    public TaskSpec withClient(String clientId) {
        Objects.requireNonNull(clientId, "clientId");
        return changed(copy -> copy.clientId = clientId);
    }

    /**
     * The model to work on.
     *
     * @return its id, empty if there is none
     */
    public String modelId() {
        return values.modelId;
    }

    /**
     * Sets the model.
     *
     * @param modelId the id of a model, known to the sandbox or not
     * @return a changed copy
     */
    public TaskSpec withModel(String modelId) {
        Objects.requireNonNull(modelId, "modelId");
        return changed(copy -> copy.modelId = modelId);
    }

    /**
     * The data for the client.
     *
     * @return the text on the wire, usually a JSON object
     */
    public String data() {
        return values.data;
    }

    /**
     * Sets the data.
     *
     * @param data becomes a JSON object
     * @return a changed copy
     */
    public TaskSpec withData(Map<String, ?> data) {
        return withDataText(ServerJson.write(data));
    }

    /**
     * Sets the data as text.
     *
     * @param data sent unchanged, well-formed or not
     * @return a changed copy
     */
    public TaskSpec withDataText(String data) {
        Objects.requireNonNull(data, "data");
        return changed(copy -> copy.data = data);
    }

    /**
     * The session that the task belongs to.
     *
     * @return its id, empty if there is none
     */
    public String sessionId() {
        return values.sessionId;
    }

    /**
     * The round that the task belongs to.
     *
     * @return its id, empty if there is none
     */
    public String roundId() {
        return values.roundId;
    }

    /**
     * Sets session and round.
     *
     * @param sessionId the session
     * @param roundId the round, in sessions counted from 1
     * @return a changed copy
     */
    public TaskSpec withSession(String sessionId, String roundId) {
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(roundId, "roundId");
        return changed(copy -> {
            copy.sessionId = sessionId;
            copy.roundId = roundId;
        });
    }

    /**
     * The status on the wire.
     *
     * @return the status, usually empty
     */
    public String status() {
        return values.status;
    }

    /**
     * Sets the status on the wire, for example to interrupt a task that the client never had.
     *
     * @param status the status, known to the protocol or not
     * @return a changed copy
     */
    public TaskSpec withStatus(String status) {
        Objects.requireNonNull(status, "status");
        return changed(copy -> copy.status = status);
    }

    /**
     * The id of the task.
     *
     * @return the correlation id, or empty if the sandbox generates one
     */
    public Optional<String> correlationId() {
        return Optional.ofNullable(values.correlationId);
    }

    /**
     * Sets the correlation id. Without it the sandbox generates one.
     *
     * @param correlationId the id of the task
     * @return a changed copy
     */
    public TaskSpec withCorrelationId(String correlationId) {
        Objects.requireNonNull(correlationId, "correlationId");
        return changed(copy -> copy.correlationId = correlationId);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskSpec that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TaskSpec" + values.named();
    }
}
