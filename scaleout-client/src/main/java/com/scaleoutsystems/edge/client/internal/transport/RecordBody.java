package com.scaleoutsystems.edge.client.internal.transport;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Instant;
import java.util.Map;
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

    /** Which kind of record this is. */
    @JsonIgnore
    RecordKind recordKind();

    /** When the content came about. */
    Instant timestamp();

    /** What the record is about, for kinds that have a key; empty for all others. */
    default String key() {
        return "";
    }

    /** JSON text, for kinds that have a key; null for all others. */
    default @Nullable String payload() {
        return null;
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
            implements RecordBody {

        @Override
        public RecordKind recordKind() {
            return RecordKind.MODEL_UPDATE;
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
            implements RecordBody {
        @Override
        public RecordKind recordKind() {
            return RecordKind.MODEL_VALIDATION;
        }
    }

    /**
     * The values of a prediction.
     *
     * @param data the values, as JSON text
     */
    record Prediction(String modelId, String correlationId, String sessionId, Instant timestamp, String data)
            implements RecordBody {
        @Override
        public RecordKind recordKind() {
            return RecordKind.MODEL_PREDICTION;
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
        @Override
        public RecordKind recordKind() {
            return RecordKind.INFERENCE_RESULT;
        }
    }

    /**
     * Metrics of a running task.
     *
     * @param values by name; single precision as on the wire
     */
    record Metric(
            String modelId, String roundId, String sessionId, Instant timestamp, int step, Map<String, Float> values)
            implements RecordBody {
        @Override
        public RecordKind recordKind() {
            return RecordKind.MODEL_METRIC;
        }
    }

    /**
     * A status line.
     *
     * @param type what it is about; empty for none
     */
    record StatusLine(String text, LogLevel level, String type, Instant timestamp) implements RecordBody {
        @Override
        public RecordKind recordKind() {
            return RecordKind.STATUS;
        }
    }

    /**
     * A measurement.
     *
     * @param key its name; empty if the payload's names are those of several, as generation 1.0 has them
     * @param payload JSON text
     */
    record Telemetry(String key, String payload, Instant timestamp) implements RecordBody {
        @Override
        public RecordKind recordKind() {
            return RecordKind.TELEMETRY_RECORD;
        }
    }

    /**
     * A fact about the node.
     *
     * @param payload JSON text
     */
    record Attribute(String key, String payload, Instant timestamp) implements RecordBody {
        @Override
        public RecordKind recordKind() {
            return RecordKind.ATTRIBUTE_RECORD;
        }
    }
}
