package com.scaleoutsystems.edge.client.internal.wire;

import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.AttributeElem;
import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.AttributeRecord;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.LogLevel;
import com.scaleoutsystems.edge.proto.MetricElem;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelPrediction;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.Status;
import com.scaleoutsystems.edge.proto.TelemetryElem;
import com.scaleoutsystems.edge.proto.TelemetryMessage;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders the SDK's terms into messages of the wire, and back. */
final class Messages {

    /** The key under which a plain value travels in a payload. */
    private static final String SINGLE_VALUE = "value";

    private Messages() {}

    static ClientAnnounceRequest announcement(ClientIdentity client, Announcement what) {
        ClientAnnounceRequest.Builder request = ClientAnnounceRequest.newBuilder()
                .setClientId(client.clientId())
                .setType(what.wireName());
        if (what == Announcement.VERSION_CHECK) {
            request.setParameters(Json.write("parameters", Map.of("client-version", client.version())));
        }
        return request.build();
    }

    static Hello hello(Announcement asked, Response answer) {
        if (asked != Announcement.VERSION_CHECK) {
            return new Hello(true, "", answer.getResponse());
        }
        Map<String, @Nullable Object> parameters =
                Json.readObject("the answer to the version check", answer.getParameters());
        return new Hello(
                Boolean.TRUE.equals(parameters.get("success")), Json.text(parameters, "version"), answer.getResponse());
    }

    static TaskRequest taskRequest(com.scaleoutsystems.edge.proto.TaskRequest message) {
        return TaskRequest.of(message.getCorrelationId(), message.getType())
                .withModelId(message.getModelId())
                .withSessionId(message.getSessionId())
                .withRoundId(message.getRoundId())
                .withData(message.getData())
                .withStatus(message.getStatus());
    }

    static ActivityReport activityReport(String clientId, TaskReport report) {
        ActivityReport.Builder message = ActivityReport.newBuilder()
                .setNodeId(clientId)
                .setCorrelationId(report.correlationId())
                .setStatus(report.status())
                .setDone(report.done())
                .setResponse(report.response());
        if (report.startedAt() != null) {
            message.setStartedAt(timestamp(report.startedAt()));
        }
        if (report.completedAt() != null) {
            message.setCompletedAt(timestamp(report.completedAt()));
        }
        TaskReport.Announcement announcement = report.announcement();
        if (announcement != null) {
            message.setCommandType(announcement.type());
            if (!announcement.parameters().isEmpty()) {
                message.setParameters(announcement.parameters());
            }
        }
        return message.build();
    }

    /** The report as the poll for one task has it: without times. */
    static ActivityReport singleReport(String clientId, TaskReport report) {
        return activityReport(clientId, report).toBuilder()
                .clearStartedAt()
                .clearCompletedAt()
                .clearCommandType()
                .clearParameters()
                .build();
    }

    static ModelUpdate modelUpdate(String clientId, RecordBody.ModelUpdate update) {
        return ModelUpdate.newBuilder()
                .setClientId(clientId)
                .setModelId(update.modelId())
                .setModelUpdateId(update.updateId())
                .setCorrelationId(update.correlationId())
                .setTimestamp(timestamp(update.timestamp()))
                .setMeta(meta(update))
                .setRoundId(update.roundId())
                .setSessionId(update.sessionId())
                .build();
    }

    /** The callback's metadata, then the four keys that the SDK adds, in the reference client's order. */
    private static String meta(RecordBody.ModelUpdate update) {
        Map<String, @Nullable Object> meta = new LinkedHashMap<>(Json.readObject("metadata", update.metadata()));
        meta.put("processing_time", update.processingSeconds());
        meta.put("upload_model", update.uploadSeconds() == null ? 0.0 : update.uploadSeconds());
        meta.put("fetch_model", update.fetchSeconds());
        meta.put("config", update.config());
        return Json.write("metadata", meta);
    }

    static ModelValidation modelValidation(String clientId, RecordBody.Validation validation) {
        return ModelValidation.newBuilder()
                .setClientId(clientId)
                .setModelId(validation.modelId())
                .setData(validation.data())
                .setCorrelationId(validation.correlationId())
                .setTimestamp(timestamp(validation.timestamp()))
                .setSessionId(validation.sessionId())
                .build();
    }

    static ModelPrediction modelPrediction(String clientId, RecordBody.Prediction prediction) {
        return ModelPrediction.newBuilder()
                .setClientId(clientId)
                .setModelId(prediction.modelId())
                .setData(prediction.data())
                .setCorrelationId(prediction.correlationId())
                .setTimestamp(timestamp(prediction.timestamp()))
                .setSessionId(prediction.sessionId())
                .build();
    }

    static InferenceResult inference(String clientId, String recordId, RecordBody.Inference inference) {
        return InferenceResult.newBuilder()
                .setInferenceResultId(recordId)
                .setNodeId(clientId)
                .setTimestamp(timestamp(inference.timestamp()))
                .setKey(inference.key())
                .setPayload(inference.payload())
                .setInferenceId(inference.inferenceId())
                .setModelId(inference.modelId())
                .build();
    }

    /** A record of measurements as a message of its own, which holds numbers only. The reference client leaves its id empty. */
    static TelemetryMessage telemetryMessage(String clientId, RecordBody.Telemetry telemetry) {
        TelemetryMessage.Builder message =
                TelemetryMessage.newBuilder().setClientId(clientId).setTimestamp(timestamp(telemetry.timestamp()));
        Json.readObject("the payload", telemetry.payload()).forEach((name, value) -> {
            if (value instanceof Number number) {
                message.addTelemetries(TelemetryElem.newBuilder()
                        .setKey(elementKey(telemetry.key(), name))
                        .setValue(number.floatValue()));
            }
        });
        if (message.getTelemetriesCount() == 0) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the payload of telemetry " + telemetry.key()
                            + " holds no number, and this combiner takes nothing else");
        }
        return message.build();
    }

    private static String elementKey(String key, String name) {
        if (key.isEmpty()) {
            return name;
        }
        return name.equals(SINGLE_VALUE) ? key : key + "." + name;
    }

    /** One fact as a message of its own, which holds texts only. */
    static AttributeMessage attributeMessage(String clientId, RecordBody.Attribute attribute) {
        Map<String, @Nullable Object> payload = Json.readObject("the payload", attribute.payload());
        boolean single = payload.size() == 1 && payload.containsKey(SINGLE_VALUE);
        String text = single ? text(payload.get(SINGLE_VALUE)) : attribute.payload();
        return AttributeMessage.newBuilder()
                .setClientId(clientId)
                .setTimestamp(timestamp(attribute.timestamp()))
                .addAttributes(
                        AttributeElem.newBuilder().setKey(attribute.key()).setValue(text))
                .build();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : Json.write("the value", value);
    }

    static ModelMetric modelMetric(String clientId, RecordBody.Metric metric) {
        ModelMetric.Builder message = ModelMetric.newBuilder()
                .setClientId(clientId)
                .setTimestamp(timestamp(metric.timestamp()))
                .setStep(UInt32Value.of(metric.step()))
                .setModelId(metric.modelId())
                .setRoundId(metric.roundId())
                .setSessionId(metric.sessionId());
        metric.values()
                .forEach((key, value) ->
                        message.addMetrics(MetricElem.newBuilder().setKey(key).setValue(value)));
        return message.build();
    }

    static Status status(String clientId, RecordBody.StatusLine status) {
        return Status.newBuilder()
                .setClientId(clientId)
                .setStatus(status.text())
                .setLogLevel(LogLevel.valueOf(status.level().name()))
                .setTimestamp(timestamp(status.timestamp()))
                .setType(status.type())
                .build();
    }

    static TelemetryRecord telemetry(String clientId, String recordId, RecordBody.Telemetry telemetry) {
        return TelemetryRecord.newBuilder()
                .setTelemetryId(recordId)
                .setClientId(clientId)
                .setTimestamp(timestamp(telemetry.timestamp()))
                .setKey(telemetry.key())
                .setPayload(telemetry.payload())
                .build();
    }

    static AttributeRecord attribute(String clientId, String recordId, RecordBody.Attribute attribute) {
        return AttributeRecord.newBuilder()
                .setAttributeId(recordId)
                .setClientId(clientId)
                .setTimestamp(timestamp(attribute.timestamp()))
                .setKey(attribute.key())
                .setPayload(attribute.payload())
                .build();
    }

    /** An interval as messages hold it; the longest that fits if it is too long. */
    static int milliseconds(Duration interval) {
        boolean fits = interval.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
        return fits ? (int) interval.toMillis() : Integer.MAX_VALUE;
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
