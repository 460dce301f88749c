package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sends records by calls of their own. */
final class RecordCalls {

    private final UnaryCalls<CombinerClientStub> calls;
    private final String clientId;

    RecordCalls(UnaryCalls<CombinerClientStub> calls, String clientId) {
        this.calls = calls;
        this.clientId = clientId;
    }

    /** Sends one record; done means acknowledged. */
    CompletionStage<@Nullable Void> send(RecordBody record) {
        return switch (record.recordKind()) {
            case MODEL_UPDATE ->
                acknowledged(
                        "announcing a model update",
                        (service, answer) -> service.sendModelUpdate(
                                Messages.modelUpdate(clientId, (RecordBody.ModelUpdate) record), answer));
            case MODEL_VALIDATION ->
                acknowledged(
                        "sending a validation",
                        (service, answer) -> service.sendModelValidation(
                                Messages.modelValidation(clientId, (RecordBody.Validation) record), answer));
            case MODEL_PREDICTION ->
                acknowledged(
                        "sending a prediction",
                        (service, answer) -> service.sendModelPrediction(
                                Messages.modelPrediction(clientId, (RecordBody.Prediction) record), answer));
            case MODEL_METRIC ->
                acknowledged(
                        "sending metrics",
                        (service, answer) -> service.sendModelMetric(
                                Messages.modelMetric(clientId, (RecordBody.Metric) record), answer));
            case STATUS ->
                acknowledged(
                        "sending a status",
                        (service, answer) ->
                                service.sendStatus(Messages.status(clientId, (RecordBody.StatusLine) record), answer));
            case TELEMETRY_RECORD ->
                acknowledged(
                        "sending telemetry",
                        (service, answer) -> service.sendTelemetryMessage(
                                Messages.telemetryMessage(clientId, (RecordBody.Telemetry) record), answer));
            case ATTRIBUTE_RECORD ->
                acknowledged(
                        "sending attributes",
                        (service, answer) -> service.sendAttributeMessage(
                                Messages.attributeMessage(clientId, (RecordBody.Attribute) record), answer));
            case INFERENCE_RESULT ->
                CompletableFuture.failedFuture(new EdgeException(
                        ErrorCode.UNIMPLEMENTED, "this combiner takes no results of inference; it needs release 1.1"));
        };
    }

    private CompletionStage<@Nullable Void> acknowledged(
            String what, UnaryCalls.Call<CombinerClientStub, Response> call) {
        return calls.call(what, call).thenApply(answer -> null);
    }
}
