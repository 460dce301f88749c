package com.scaleoutsystems.edge.client.internal.transport;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Utf8;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of a record, in fields. It is rendered into a message only when it is sent, since the message depends on the
 * protocol generation and on what is known by then.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RecordBody.ModelUpdate.class, name = "MODEL_UPDATE"),
    @JsonSubTypes.Type(value = RecordBody.Validation.class, name = "MODEL_VALIDATION"),
    @JsonSubTypes.Type(value = RecordBody.Prediction.class, name = "MODEL_PREDICTION"),
    @JsonSubTypes.Type(value = RecordBody.Inference.class, name = "INFERENCE_RESULT"),
    @JsonSubTypes.Type(value = RecordBody.Metric.class, name = "MODEL_METRIC"),
    @JsonSubTypes.Type(value = RecordBody.StatusLine.class, name = "STATUS"),
    @JsonSubTypes.Type(value = RecordBody.Telemetry.class, name = "TELEMETRY_RECORD"),
    @JsonSubTypes.Type(value = RecordBody.Attribute.class, name = "ATTRIBUTE_RECORD")
})
public sealed interface RecordBody {

    /** What this record has in common with all of its kind. */
    Traits traits();

    /** The most bytes of a record's content: servers take messages of 4 MiB, and one that is refused would be refused for ever. */
    int MOST_BYTES = TaskReport.MOST_TEXT;

    /** How many bytes the content takes in a message, about, and no fewer than its texts do. */
    int size();

    /** When the content came about. */
    Instant timestamp();

    /** What the record is about; empty for kinds without a key. */
    String key();

    /** JSON text; null for kinds without a key. */
    @Nullable
    String payload();

    /**
     * Checks that a message can hold the content.
     *
     * @throws EdgeException INVALID_ARGUMENT if it is larger than {@link #MOST_BYTES}
     */
    default void requireFits() {
        int size = size();
        if (size > MOST_BYTES) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "this " + traits().kind() + " has " + size + " bytes; a record holds at most " + MOST_BYTES
                            + ", because servers accept messages of up to 4 MiB; send its content in several records, or "
                            + "leave out what the server does not need");
        }
    }

    /** How many bytes texts take in a message. */
    private static int bytes(String... texts) {
        long bytes = 0;
        for (String text : texts) {
            bytes += Utf8.length(text);
        }
        return saturated(bytes);
    }

    /** How many bytes a text takes at the most as a value in JSON text, which is ASCII. */
    private static int bytesInJson(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x20 || c >= 0x7f ? 6 : c == '"' || c == '\\' ? 2 : 1;
        }
        return saturated(bytes);
    }

    private static int saturated(long bytes) {
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /**
     * What all records of a kind have in common.
     *
     * @param route the way that they go
     * @param priorityClass the class of those that name none: the reference client's
     */
    record Traits(RecordKind kind, Route route, String priorityClass) {}

    /** A way that records go. Each has a sender of its own, so that one that is full or broken delays no other. */
    enum Route {
        /** Model updates: an upload, then a call. */
        UPDATES(null),
        /** Validations, one call each. */
        VALIDATIONS(null),
        /** Predictions, one call each. */
        PREDICTIONS(null),
        /** Metrics and status lines, one call each. */
        LINES(null),
        /** The stream of telemetry. */
        TELEMETRY(RecordKind.TELEMETRY_RECORD),
        /** The stream of attributes. */
        ATTRIBUTES(RecordKind.ATTRIBUTE_RECORD),
        /** The stream of results of inference. */
        INFERENCE(RecordKind.INFERENCE_RESULT);

        private final @Nullable RecordKind stream;

        Route(@Nullable RecordKind stream) {
            this.stream = stream;
        }

        /** The kind whose stream this is; empty if its records go by calls. */
        public Optional<RecordKind> stream() {
            return Optional.ofNullable(stream);
        }

        /** Its number for the scheduler, which tells routes apart and nothing more; it is never written down. */
        @SuppressWarnings("EnumOrdinal")
        public int number() {
            return ordinal();
        }
    }

    /** The content of kinds without a key. */
    sealed interface WithoutKey extends RecordBody {

        @Override
        default String key() {
            return "";
        }

        @Override
        default @Nullable String payload() {
            return null;
        }
    }

    /**
     * A trained model.
     *
     * @param modelId the model that training started from
     * @param updateId the trained model
     * @param metadata what the callback gave, as JSON text
     * @param processingSeconds how long the callback took
     * @param fetchSeconds how long the download took
     * @param uploadSeconds how long the upload took; null until it was done
     * @param config the task's data, as it came
     */
    record ModelUpdate(
            String modelId,
            String updateId,
            String correlationId,
            String roundId,
            String sessionId,
            Instant timestamp,
            String metadata,
            double processingSeconds,
            double fetchSeconds,
            @Nullable Double uploadSeconds,
            String config)
            implements WithoutKey {

        private static final Traits TRAITS =
                new Traits(RecordKind.MODEL_UPDATE, Route.UPDATES, PriorityClass.MODEL_UPDATE);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            // The message holds the task's data as a text within the JSON text of the metadata.
            return saturated(
                    (long) bytes(modelId, updateId, correlationId, roundId, sessionId, metadata) + bytesInJson(config));
        }

        /** The same update after its upload. */
        public ModelUpdate uploadedIn(double seconds) {
            return new ModelUpdate(
                    modelId,
                    updateId,
                    correlationId,
                    roundId,
                    sessionId,
                    timestamp,
                    metadata,
                    processingSeconds,
                    fetchSeconds,
                    seconds,
                    config);
        }
    }

    /**
     * The metrics of a validation.
     *
     * @param data the metrics, as JSON text
     */
    record Validation(String modelId, String correlationId, String sessionId, Instant timestamp, String data)
            implements WithoutKey {

        private static final Traits TRAITS =
                new Traits(RecordKind.MODEL_VALIDATION, Route.VALIDATIONS, PriorityClass.ARTIFACT);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            return bytes(modelId, correlationId, sessionId, data);
        }
    }

    /**
     * The values of a prediction.
     *
     * @param data the values, as JSON text
     */
    record Prediction(String modelId, String correlationId, String sessionId, Instant timestamp, String data)
            implements WithoutKey {

        private static final Traits TRAITS =
                new Traits(RecordKind.MODEL_PREDICTION, Route.PREDICTIONS, PriorityClass.ARTIFACT);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            return bytes(modelId, correlationId, sessionId, data);
        }
    }

    /**
     * A result of an inference.
     *
     * @param payload JSON text
     * @param inferenceId the correlation id of the inference's task
     */
    record Inference(String key, String payload, String inferenceId, String modelId, Instant timestamp)
            implements RecordBody {

        private static final Traits TRAITS =
                new Traits(RecordKind.INFERENCE_RESULT, Route.INFERENCE, PriorityClass.INFERENCE);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            return bytes(key, payload, inferenceId, modelId);
        }
    }

    /**
     * Metrics of a running task.
     *
     * @param values by name; single precision as on the wire
     */
    record Metric(
            String modelId, String roundId, String sessionId, Instant timestamp, int step, Map<String, Float> values)
            implements WithoutKey {

        private static final Traits TRAITS = new Traits(RecordKind.MODEL_METRIC, Route.LINES, PriorityClass.ARTIFACT);

        /** What a metric takes besides its name, on the wire or in memory. */
        private static final int BYTES_OF_ONE = 40;

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            long names = 0;
            for (String name : values.keySet()) {
                names += BYTES_OF_ONE + bytes(name);
            }
            return saturated(bytes(modelId, roundId, sessionId) + names);
        }
    }

    /**
     * A status line.
     *
     * @param type what it is about; empty for none
     */
    record StatusLine(String text, LogLevel level, String type, Instant timestamp) implements WithoutKey {

        private static final Traits TRAITS = new Traits(RecordKind.STATUS, Route.LINES, PriorityClass.ARTIFACT);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            return bytes(text, type);
        }
    }

    /**
     * A measurement.
     *
     * @param key its name; empty if the payload's names are those of several, as generation 1.0 has them
     * @param payload JSON text
     */
    record Telemetry(String key, String payload, Instant timestamp) implements RecordBody {

        private static final Traits TRAITS =
                new Traits(RecordKind.TELEMETRY_RECORD, Route.TELEMETRY, PriorityClass.TELEMETRY);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            return bytes(key, payload);
        }
    }

    /**
     * A fact about the node.
     *
     * @param payload JSON text
     */
    record Attribute(String key, String payload, Instant timestamp) implements RecordBody {

        private static final Traits TRAITS =
                new Traits(RecordKind.ATTRIBUTE_RECORD, Route.ATTRIBUTES, PriorityClass.ARTIFACT);

        @Override
        public Traits traits() {
            return TRAITS;
        }

        @Override
        public int size() {
            return bytes(key, payload);
        }
    }
}
