package com.scaleoutsystems.edge.client.internal.wire;

import com.google.protobuf.UInt32Value;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.AttributeRecord;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.LogLevel;
import com.scaleoutsystems.edge.proto.MetricElem;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelPrediction;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.Status;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import io.grpc.stub.StreamObserver;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The messages of records, and the methods of the combiner that take them: for each kind a call, and a stream if the protocol has one.
 *
 * @param <B> the content of records of the kind
 */
final class RecordMessages<B extends RecordBody> {

    private static final Map<RecordKind, RecordMessages<?>> BY_KIND = new EnumMap<>(RecordKind.class);

    static {
        for (RecordKind kind : RecordKind.values()) {
            BY_KIND.put(kind, entry(kind));
        }
    }

    private static RecordMessages<?> entry(RecordKind kind) {
        return switch (kind) {
            case MODEL_UPDATE ->
                new RecordMessages<>(kind, RecordBody.ModelUpdate.class)
                        .called(
                                "announcing a model update",
                                RecordMessages::modelUpdate,
                                CombinerClientStub::sendModelUpdate);
            case MODEL_VALIDATION ->
                new RecordMessages<>(kind, RecordBody.Validation.class)
                        .called(
                                "sending a validation",
                                RecordMessages::modelValidation,
                                CombinerClientStub::sendModelValidation);
            case MODEL_PREDICTION ->
                new RecordMessages<>(kind, RecordBody.Prediction.class)
                        .called(
                                "sending a prediction",
                                RecordMessages::modelPrediction,
                                CombinerClientStub::sendModelPrediction);
            case INFERENCE_RESULT ->
                new RecordMessages<>(kind, RecordBody.Inference.class)
                        .notCalled("this combiner takes no results of inference; it needs release 1.1")
                        .streamed(RecordMessages::inferenceResult, CombinerClientStub::streamInferenceResult);
            case MODEL_METRIC ->
                new RecordMessages<>(kind, RecordBody.Metric.class)
                        .called("sending metrics", RecordMessages::modelMetric, CombinerClientStub::sendModelMetric);
            case STATUS ->
                new RecordMessages<>(kind, RecordBody.StatusLine.class)
                        .called("sending a status", RecordMessages::status, CombinerClientStub::sendStatus);
            case TELEMETRY_RECORD ->
                new RecordMessages<>(kind, RecordBody.Telemetry.class)
                        .called(
                                "sending telemetry",
                                PayloadMessages::telemetry,
                                CombinerClientStub::sendTelemetryMessage)
                        .streamed(RecordMessages::telemetryRecord, CombinerClientStub::streamTelemetryRecord);
            case ATTRIBUTE_RECORD ->
                new RecordMessages<>(kind, RecordBody.Attribute.class)
                        .called(
                                "sending attributes",
                                PayloadMessages::attributes,
                                CombinerClientStub::sendAttributeMessage)
                        .streamed(RecordMessages::attributeRecord, CombinerClientStub::streamAttributeRecord);
        };
    }

    /** The entry of a kind. */
    static RecordMessages<?> of(RecordKind kind) {
        return Objects.requireNonNull(BY_KIND.get(kind));
    }

    private final RecordKind kind;
    private final Class<B> content;
    private @Nullable Call<B> call;
    private boolean hasCall;
    private @Nullable Opening stream;

    private RecordMessages(RecordKind kind, Class<B> content) {
        this.kind = kind;
        this.content = content;
    }

    /** Sends one record by a call of its own; done means acknowledged. */
    CompletionStage<@Nullable Void> send(UnaryCalls<CombinerClientStub> calls, String clientId, RecordBody record) {
        if (call == null) {
            throw new IllegalArgumentException("records of the kind " + kind + " have no call");
        }
        return call.send(calls, clientId, content.cast(record));
    }

    /** Whether the protocol has a call for one record of this kind. */
    boolean hasCall() {
        return hasCall;
    }

    /** Opens the stream of a kind that has one. */
    WatchedStream.Breakable open(CombinerClientStub calls, String clientId, RecordStream.Receiver receiver) {
        if (stream == null) {
            throw new IllegalArgumentException("records of the kind " + kind + " have no stream");
        }
        return stream.open(calls, clientId, receiver);
    }

    /** Sends the content of one record. */
    private interface Call<B> {
        CompletionStage<@Nullable Void> send(UnaryCalls<CombinerClientStub> calls, String clientId, B body);
    }

    /** A method of the combiner with one message each way. */
    private interface Method<M> {
        void invoke(CombinerClientStub calls, M message, StreamObserver<Response> answer);
    }

    /**
     * This kind with a call.
     *
     * @param what names the call in error messages
     * @param message renders a record for a client's id
     */
    private <M> RecordMessages<B> called(String what, BiFunction<String, B, M> message, Method<M> method) {
        hasCall = true;
        call = (calls, clientId, body) -> calls.<Response>call(
                        what, (service, answer) -> method.invoke(service, message.apply(clientId, body), answer))
                .thenApply(answer -> null);
        return this;
    }

    /** This kind as one that the protocol has no call for. */
    private RecordMessages<B> notCalled(String why) {
        call = (calls, clientId, body) ->
                CompletableFuture.failedFuture(new EdgeException(ErrorCode.UNIMPLEMENTED, why));
        return this;
    }

    /** Opens a stream of records. */
    private interface Opening {
        WatchedStream.Breakable open(CombinerClientStub calls, String clientId, RecordStream.Receiver receiver);
    }

    /** Renders a message that names its record. */
    private interface StreamedMessage<B, M> {
        M of(String clientId, String recordId, B body);
    }

    /** This kind with a stream. */
    private <M> RecordMessages<B> streamed(
            StreamedMessage<B, M> message,
            BiFunction<CombinerClientStub, StreamObserver<RecordAck>, StreamObserver<M>> method) {
        stream = (calls, clientId, receiver) -> new GrpcRecordStream<>(
                method.apply(calls, new GrpcRecordStream.Acknowledgements(kind, receiver)),
                (recordId, record) -> message.of(clientId, recordId, content.cast(record)));
        return this;
    }

    private static ModelUpdate modelUpdate(String clientId, RecordBody.ModelUpdate update) {
        return ModelUpdate.newBuilder()
                .setClientId(clientId)
                .setModelId(update.modelId())
                .setModelUpdateId(update.updateId())
                .setCorrelationId(update.correlationId())
                .setTimestamp(Messages.timestamp(update.timestamp()))
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

    private static ModelValidation modelValidation(String clientId, RecordBody.Validation validation) {
        return ModelValidation.newBuilder()
                .setClientId(clientId)
                .setModelId(validation.modelId())
                .setData(validation.data())
                .setCorrelationId(validation.correlationId())
                .setTimestamp(Messages.timestamp(validation.timestamp()))
                .setSessionId(validation.sessionId())
                .build();
    }

    private static ModelPrediction modelPrediction(String clientId, RecordBody.Prediction prediction) {
        return ModelPrediction.newBuilder()
                .setClientId(clientId)
                .setModelId(prediction.modelId())
                .setData(prediction.data())
                .setCorrelationId(prediction.correlationId())
                .setTimestamp(Messages.timestamp(prediction.timestamp()))
                .setSessionId(prediction.sessionId())
                .build();
    }

    private static InferenceResult inferenceResult(String clientId, String recordId, RecordBody.Inference inference) {
        return InferenceResult.newBuilder()
                .setInferenceResultId(recordId)
                .setNodeId(clientId)
                .setTimestamp(Messages.timestamp(inference.timestamp()))
                .setKey(inference.key())
                .setPayload(inference.payload())
                .setInferenceId(inference.inferenceId())
                .setModelId(inference.modelId())
                .build();
    }

    private static ModelMetric modelMetric(String clientId, RecordBody.Metric metric) {
        ModelMetric.Builder message = ModelMetric.newBuilder()
                .setClientId(clientId)
                .setTimestamp(Messages.timestamp(metric.timestamp()))
                .setStep(UInt32Value.of(metric.step()))
                .setModelId(metric.modelId())
                .setRoundId(metric.roundId())
                .setSessionId(metric.sessionId());
        metric.values()
                .forEach((key, value) ->
                        message.addMetrics(MetricElem.newBuilder().setKey(key).setValue(value)));
        return message.build();
    }

    private static Status status(String clientId, RecordBody.StatusLine status) {
        return Status.newBuilder()
                .setClientId(clientId)
                .setStatus(status.text())
                .setLogLevel(LogLevel.valueOf(status.level().name()))
                .setTimestamp(Messages.timestamp(status.timestamp()))
                .setType(status.type())
                .build();
    }

    private static TelemetryRecord telemetryRecord(String clientId, String recordId, RecordBody.Telemetry telemetry) {
        return TelemetryRecord.newBuilder()
                .setTelemetryId(recordId)
                .setClientId(clientId)
                .setTimestamp(Messages.timestamp(telemetry.timestamp()))
                .setKey(telemetry.key())
                .setPayload(telemetry.payload())
                .build();
    }

    private static AttributeRecord attributeRecord(String clientId, String recordId, RecordBody.Attribute attribute) {
        return AttributeRecord.newBuilder()
                .setAttributeId(recordId)
                .setClientId(clientId)
                .setTimestamp(Messages.timestamp(attribute.timestamp()))
                .setKey(attribute.key())
                .setPayload(attribute.payload())
                .build();
    }
}
