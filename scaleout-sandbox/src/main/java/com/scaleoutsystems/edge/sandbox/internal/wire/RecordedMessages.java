package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.MetricElem;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.Status;
import com.scaleoutsystems.edge.proto.TelemetryMessage;
import com.scaleoutsystems.edge.sandbox.internal.core.MessageJson;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the messages that combiners of all generations take into the records of the public API. Where a field must hold a JSON object and
 * does not, a method throws {@link IllegalArgumentException}, which a strict peer answers with INVALID_ARGUMENT.
 */
final class RecordedMessages {
    private RecordedMessages() {}

    /** Records nothing: the call alone is in the recording. */
    static List<Recorded> nothing(Instant time, Message message) {
        return List.of();
    }

    static List<Recorded> heartbeat(Instant time, Heartbeat beat) {
        return List.of(new Recorded.Heartbeat(
                time,
                beat.getClientId(),
                beat.hasHeartbeatIntervalMs()
                        ? Duration.ofMillis(Integer.toUnsignedLong(beat.getHeartbeatIntervalMs()))
                        : null));
    }

    static List<Recorded> status(Instant time, Status status) {
        return List.of(new Recorded.Status(
                time,
                status.getClientId(),
                status.getStatus(),
                status.getLogLevel().name(),
                status.getType(),
                instant(status.hasTimestamp(), status.getTimestamp())));
    }

    static List<Recorded> announcement(Instant time, ClientAnnounceRequest announcement) {
        return List.of(new Recorded.Announcement(
                time, announcement.getClientId(), announcement.getType(), announcement.getParameters()));
    }

    static Recorded report(Instant time, String clientId, ActivityReport report) {
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

    static List<Recorded.Telemetry> telemetry(Instant time, TelemetryMessage message) {
        return message.getTelemetriesList().stream()
                .map(element -> {
                    Map<String, Object> payload = Map.of("value", element.getValue());
                    return new Recorded.Telemetry(
                            time,
                            message.getClientId(),
                            message.getRecordId(),
                            element.getKey(),
                            payload,
                            ServerJson.write(payload),
                            instant(message.hasTimestamp(), message.getTimestamp()));
                })
                .toList();
    }

    static List<Recorded.Attribute> attributes(Instant time, AttributeMessage message) {
        return message.getAttributesList().stream()
                .map(element -> {
                    Map<String, Object> payload = Map.of("value", element.getValue());
                    return new Recorded.Attribute(
                            time,
                            message.getClientId(),
                            "",
                            element.getKey(),
                            payload,
                            ServerJson.write(payload),
                            instant(message.hasTimestamp(), message.getTimestamp()));
                })
                .toList();
    }

    static List<Recorded> metric(Instant time, ModelMetric metric) {
        Map<String, Float> values = new LinkedHashMap<>();
        for (MetricElem element : metric.getMetricsList()) {
            values.put(element.getKey(), element.getValue());
        }
        return List.of(new Recorded.Metric(
                time,
                metric.getClientId(),
                Collections.unmodifiableMap(values),
                metric.hasStep() ? Integer.toUnsignedLong(metric.getStep().getValue()) : null,
                metric.getModelId(),
                metric.getRoundId(),
                metric.getSessionId(),
                instant(metric.hasTimestamp(), metric.getTimestamp())));
    }

    static List<Recorded> modelUpdate(Instant time, ModelUpdate update) {
        return List.of(new Recorded.ModelUpdate(
                time,
                update.getClientId(),
                update.getModelId(),
                update.getModelUpdateId(),
                update.getCorrelationId(),
                update.getRoundId(),
                update.getSessionId(),
                instant(update.hasTimestamp(), update.getTimestamp()),
                json("meta", update.getMeta()),
                update.getMeta()));
    }

    static List<Recorded> validation(Instant time, ModelValidation validation) {
        return List.of(new Recorded.Validation(
                time,
                validation.getClientId(),
                validation.getModelId(),
                validation.getCorrelationId(),
                validation.getSessionId(),
                instant(validation.hasTimestamp(), validation.getTimestamp()),
                json("data", validation.getData()),
                validation.getData()));
    }

    static Map<String, Object> json(String field, String text) {
        try {
            return ServerJson.object(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Field " + field + ": " + e.getMessage(), e);
        }
    }

    static @Nullable Instant instant(boolean present, Timestamp timestamp) {
        return present ? MessageJson.instant(timestamp) : null;
    }
}
