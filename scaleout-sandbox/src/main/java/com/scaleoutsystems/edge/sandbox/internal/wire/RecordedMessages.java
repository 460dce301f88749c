package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.AttributeRecord;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.MetricElem;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelPrediction;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.Status;
import com.scaleoutsystems.edge.proto.TelemetryMessage;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.internal.core.Json;
import com.scaleoutsystems.edge.sandbox.internal.core.MessageJson;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns protobuf messages into the records of the public API. Where a field must hold a JSON object and does not, it
 * throws {@link IllegalArgumentException}, which a strict peer answers with INVALID_ARGUMENT.
 */
final class RecordedMessages {
    private RecordedMessages() {}

    static List<? extends Recorded> of(Instant time, Message message) {
        if (message instanceof ClientReport poll) {
            return poll.getReportsList().stream()
                    .map(report -> report(time, poll.getClientId(), report))
                    .toList();
        } else if (message instanceof TelemetryRecord record) {
            return List.of(telemetry(time, record));
        } else if (message instanceof TelemetryMessage telemetry) {
            return telemetry(time, telemetry);
        } else if (message instanceof AttributeRecord record) {
            return List.of(attribute(time, record));
        } else if (message instanceof AttributeMessage attributes) {
            return attributes(time, attributes);
        } else if (message instanceof InferenceResult result) {
            return List.of(inferenceResult(time, result));
        } else if (message instanceof ModelMetric metric) {
            return List.of(metric(time, metric));
        } else if (message instanceof ModelUpdate update) {
            return List.of(modelUpdate(time, update));
        } else if (message instanceof ModelValidation validation) {
            return List.of(validation(time, validation));
        } else if (message instanceof ModelPrediction prediction) {
            return List.of(prediction(time, prediction));
        } else if (message instanceof ActivityReport report
                && !report.getCorrelationId().isEmpty()) {
            return List.of(report(time, report.getNodeId(), report));
        }
        return signals(time, message);
    }

    private static List<? extends Recorded> signals(Instant time, Message message) {
        if (message instanceof Heartbeat beat) {
            return List.of(new Recorded.Heartbeat(
                    time,
                    beat.getClientId(),
                    beat.hasHeartbeatIntervalMs()
                            ? Duration.ofMillis(Integer.toUnsignedLong(beat.getHeartbeatIntervalMs()))
                            : null));
        } else if (message instanceof Status status) {
            return List.of(new Recorded.Status(
                    time,
                    status.getClientId(),
                    status.getStatus(),
                    status.getLogLevel().name(),
                    status.getType(),
                    instant(status.hasTimestamp(), status.getTimestamp())));
        } else if (message instanceof ClientAnnounceRequest announcement) {
            return List.of(new Recorded.Announcement(
                    time, announcement.getClientId(), announcement.getType(), announcement.getParameters()));
        } else if (message instanceof BacklogReport backlog) {
            return List.of(backlogReport(time, backlog));
        }
        return List.of();
    }

    private static Recorded.Report report(Instant time, String clientId, ActivityReport report) {
        return new Recorded.Report(
                time,
                clientId,
                report.getCorrelationId(),
                report.getStatus(),
                report.getDone(),
                report.getResponse(),
                report.hasCommandType() ? report.getCommandType() : null,
                report.hasParameters() ? report.getParameters() : null,
                instant(report.hasStartedAt(), report.getStartedAt()),
                instant(report.hasCompletedAt(), report.getCompletedAt()));
    }

    private static Recorded.Telemetry telemetry(Instant time, TelemetryRecord record) {
        return new Recorded.Telemetry(
                time,
                record.getClientId(),
                record.getTelemetryId(),
                record.getKey(),
                json("payload", record.getPayload()),
                record.getPayload(),
                instant(record.hasTimestamp(), record.getTimestamp()));
    }

    private static List<Recorded.Telemetry> telemetry(Instant time, TelemetryMessage message) {
        return message.getTelemetriesList().stream()
                .map(element -> {
                    Map<String, Object> payload = Map.of("value", element.getValue());
                    return new Recorded.Telemetry(
                            time,
                            message.getClientId(),
                            message.getRecordId(),
                            element.getKey(),
                            payload,
                            Json.write(payload),
                            instant(message.hasTimestamp(), message.getTimestamp()));
                })
                .toList();
    }

    private static Recorded.Attribute attribute(Instant time, AttributeRecord record) {
        return new Recorded.Attribute(
                time,
                record.getClientId(),
                record.getAttributeId(),
                record.getKey(),
                json("payload", record.getPayload()),
                record.getPayload(),
                instant(record.hasTimestamp(), record.getTimestamp()));
    }

    private static List<Recorded.Attribute> attributes(Instant time, AttributeMessage message) {
        return message.getAttributesList().stream()
                .map(element -> {
                    Map<String, Object> payload = Map.of("value", element.getValue());
                    return new Recorded.Attribute(
                            time,
                            message.getClientId(),
                            "",
                            element.getKey(),
                            payload,
                            Json.write(payload),
                            instant(message.hasTimestamp(), message.getTimestamp()));
                })
                .toList();
    }

    private static Recorded.InferenceResult inferenceResult(Instant time, InferenceResult result) {
        return new Recorded.InferenceResult(
                time,
                result.getNodeId(),
                result.getInferenceResultId(),
                result.getKey(),
                json("payload", result.getPayload()),
                result.getPayload(),
                result.getInferenceId(),
                result.getModelId(),
                instant(result.hasTimestamp(), result.getTimestamp()));
    }

    private static Recorded.Metric metric(Instant time, ModelMetric metric) {
        Map<String, Float> values = new LinkedHashMap<>();
        for (MetricElem element : metric.getMetricsList()) {
            values.put(element.getKey(), element.getValue());
        }
        return new Recorded.Metric(
                time,
                metric.getClientId(),
                Collections.unmodifiableMap(values),
                metric.hasStep() ? Integer.toUnsignedLong(metric.getStep().getValue()) : null,
                metric.getModelId(),
                metric.getRoundId(),
                metric.getSessionId(),
                instant(metric.hasTimestamp(), metric.getTimestamp()));
    }

    private static Recorded.ModelUpdate modelUpdate(Instant time, ModelUpdate update) {
        return new Recorded.ModelUpdate(
                time,
                update.getClientId(),
                update.getModelId(),
                update.getModelUpdateId(),
                update.getCorrelationId(),
                update.getRoundId(),
                update.getSessionId(),
                instant(update.hasTimestamp(), update.getTimestamp()),
                json("meta", update.getMeta()),
                update.getMeta());
    }

    private static Recorded.Validation validation(Instant time, ModelValidation validation) {
        return new Recorded.Validation(
                time,
                validation.getClientId(),
                validation.getModelId(),
                validation.getCorrelationId(),
                validation.getSessionId(),
                instant(validation.hasTimestamp(), validation.getTimestamp()),
                json("data", validation.getData()),
                validation.getData());
    }

    private static Recorded.Prediction prediction(Instant time, ModelPrediction prediction) {
        return new Recorded.Prediction(
                time,
                prediction.getClientId(),
                prediction.getModelId(),
                prediction.getCorrelationId(),
                prediction.getSessionId(),
                instant(prediction.hasTimestamp(), prediction.getTimestamp()),
                json("data", prediction.getData()),
                prediction.getData());
    }

    private static Recorded.BacklogReport backlogReport(Instant time, BacklogReport backlog) {
        return new Recorded.BacklogReport(
                time,
                backlog.getClientId(),
                Integer.toUnsignedLong(backlog.getBacklogTotal()),
                Integer.toUnsignedLong(backlog.getBacklogDroppedTotal()),
                backlog.hasBacklogOldestAgeMs()
                        ? Duration.ofMillis(Math.round((double) backlog.getBacklogOldestAgeMs()))
                        : null);
    }

    private static Map<String, Object> json(String field, String text) {
        try {
            return Json.object(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Field " + field + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable Instant instant(boolean present, Timestamp timestamp) {
        return present ? MessageJson.instant(timestamp) : null;
    }
}
