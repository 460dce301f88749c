package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task as the combiner sent it. Texts that the combiner left out are empty. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TaskRequest {

    private final Values values;

    private TaskRequest(Values values) {
        this.values = values;
    }

    private TaskRequest changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TaskRequest(copy);
    }

    /** The values with their defaults. A request never changes the object that it was made with. */
    private static final class Values {

        final String correlationId;
        final String type;
        String modelId = "";
        String sessionId = "";
        String roundId = "";
        String data = "";
        String status = "";

        Values(String correlationId, String type) {
            this.correlationId = correlationId;
            this.type = type;
        }

        Values(Values other) {
            correlationId = other.correlationId;
            type = other.type;
            modelId = other.modelId;
            sessionId = other.sessionId;
            roundId = other.roundId;
            data = other.data;
            status = other.status;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("correlationId", correlationId)
                    .with("type", type)
                    .with("modelId", modelId)
                    .with("sessionId", sessionId)
                    .with("roundId", roundId)
                    .with("data", data)
                    .with("status", status);
        }
    }

    /**
     * A task with an id and a type, and nothing else.
     *
     * @param correlationId identifies the task
     * @param type the task's type on the wire, such as {@code Scaleout_ModelUpdate}
     * @return the task
     */
    public static TaskRequest of(String correlationId, String type) {
        return new TaskRequest(new Values(
                Objects.requireNonNull(correlationId, "correlationId"), Objects.requireNonNull(type, "type")));
    }

    /**
     * Identifies the task. The client runs a task once, however often the combiner delivers it.
     *
     * @return the id
     */
    public String correlationId() {
        return values.correlationId;
    }

    /**
     * The task's type on the wire, such as {@code Scaleout_ModelUpdate}.
     *
     * @return the type
     */
    public String type() {
        return values.type;
    }

    /**
     * The model to work on.
     *
     * @return the model's id
     */
    public String modelId() {
        return values.modelId;
    }

    /**
     * Changes the model to work on.
     *
     * @param value the model's id
     * @return the changed copy
     */
    public TaskRequest withModelId(String value) {
        return changed(copy -> copy.modelId = Objects.requireNonNull(value, "modelId"));
    }

    /**
     * The session that the task belongs to.
     *
     * @return the session's id
     */
    public String sessionId() {
        return values.sessionId;
    }

    /**
     * Changes the session.
     *
     * @param value the session's id
     * @return the changed copy
     */
    public TaskRequest withSessionId(String value) {
        return changed(copy -> copy.sessionId = Objects.requireNonNull(value, "sessionId"));
    }

    /**
     * The round within the session.
     *
     * @return the round's id
     */
    public String roundId() {
        return values.roundId;
    }

    /**
     * Changes the round.
     *
     * @param value the round's id
     * @return the changed copy
     */
    public TaskRequest withRoundId(String value) {
        return changed(copy -> copy.roundId = Objects.requireNonNull(value, "roundId"));
    }

    /**
     * The task's parameters.
     *
     * @return a JSON text
     */
    public String data() {
        return values.data;
    }

    /**
     * Changes the task's parameters.
     *
     * @param value a JSON text
     * @return the changed copy
     */
    public TaskRequest withData(String value) {
        return changed(copy -> copy.data = Objects.requireNonNull(value, "data"));
    }

    /**
     * A status text. INTERRUPTED and TIMEOUT ask a known task to stop.
     *
     * @return the text
     */
    public String status() {
        return values.status;
    }

    /**
     * Changes the status text.
     *
     * @param value the text
     * @return the changed copy
     */
    public TaskRequest withStatus(String value) {
        return changed(copy -> copy.status = Objects.requireNonNull(value, "status"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskRequest that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TaskRequest" + values.named();
    }
}
