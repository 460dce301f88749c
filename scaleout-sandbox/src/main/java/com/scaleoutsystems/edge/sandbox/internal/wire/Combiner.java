package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.google.protobuf.Message;
import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientImplBase;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.Status;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.proto.TelemetryMessage;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.internal.task.TaskBoard;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What combiners of all generations answer. Methods that a generation does not have are not overridden and so answer
 * UNIMPLEMENTED. Each message is recorded before it is answered, so that who has the answer finds it in the recording.
 * What all generations take is read by {@link RecordedMessages}, what one generation takes by its own combiner.
 */
public abstract class Combiner extends CombinerClientImplBase {
    private final SandboxState state;
    private final CallRecorder recorder;

    Combiner(SandboxState state, CallRecorder recorder) {
        this.state = state;
        this.recorder = recorder;
    }

    final SandboxState state() {
        return state;
    }

    final CallRecorder recorder() {
        return recorder;
    }

    @Override
    public void announce(ClientAnnounceRequest request, StreamObserver<Response> observer) {
        switch (request.getType()) {
            case "Connect" -> {
                state.clients().connect(request.getClientId());
                acknowledge("Announce", request, RecordedMessages::announcement, observer, "Client connected");
            }
            case "Disconnect" -> {
                state.clients().disconnect(request.getClientId());
                acknowledge("Announce", request, RecordedMessages::announcement, observer, "Client disconnected");
            }
            case "VersionCheck" -> checkVersion(request, observer);
            default -> refuse("Announce", request, observer, "Unknown announcement " + request.getType());
        }
    }

    private void checkVersion(ClientAnnounceRequest request, StreamObserver<Response> observer) {
        Object version;
        try {
            version = ServerJson.object(request.getParameters()).get("client-version");
        } catch (IllegalArgumentException e) {
            refuse("Announce", request, observer, "Field parameters: " + e.getMessage());
            return;
        }
        if (!recorded("Announce", request, RecordedMessages::announcement, observer)) {
            return;
        }
        boolean compatible = version instanceof String text
                && !state.settings().incompatibleVersions().contains(text);
        Map<String, Object> verdict = new LinkedHashMap<>();
        verdict.put("success", compatible);
        verdict.put("version", state.settings().generation().release());
        answer(
                observer,
                Response.newBuilder()
                        .setResponse(compatible ? "Versions are compatible" : "Versions are not compatible")
                        .setParameters(ServerJson.write(verdict))
                        .build());
    }

    @Override
    public void taskStream(ClientAvailableMessage request, StreamObserver<TaskRequest> observer) {
        if (!recorded("TaskStream", request, RecordedMessages::nothing, observer)) {
            return;
        }
        ServerCallStreamObserver<TaskRequest> stream = (ServerCallStreamObserver<TaskRequest>) observer;
        TaskBoard.Subscriber subscriber = new TaskBoard.Subscriber() {
            @Override
            public boolean isReady() {
                return stream.isReady();
            }

            @Override
            public void push(TaskRequest task) {
                stream.onNext(task);
            }
        };
        stream.setOnCancelHandler(() -> state.tasks().unsubscribe(request.getClientId(), subscriber));
        stream.setOnReadyHandler(() -> state.tasks().pushTo(request.getClientId(), subscriber));
        state.clients().connect(request.getClientId());
        state.tasks().subscribe(request.getClientId(), subscriber);
    }

    @Override
    public void sendModelUpdate(ModelUpdate request, StreamObserver<Response> observer) {
        if (recorded("SendModelUpdate", request, RecordedMessages::modelUpdate, observer)) {
            state.tasks().resultCame(request.getCorrelationId());
            answer(observer, response("Model update received"));
        }
    }

    @Override
    public void sendModelValidation(ModelValidation request, StreamObserver<Response> observer) {
        if (recorded("SendModelValidation", request, RecordedMessages::validation, observer)) {
            state.tasks().resultCame(request.getCorrelationId());
            answer(observer, response("Model validation received"));
        }
    }

    @Override
    public void sendModelMetric(ModelMetric request, StreamObserver<Response> observer) {
        acknowledge("SendModelMetric", request, RecordedMessages::metric, observer, "Model metric received");
    }

    @Override
    public void sendStatus(Status request, StreamObserver<Response> observer) {
        acknowledge("SendStatus", request, RecordedMessages::status, observer, "Status received");
    }

    @Override
    public void sendAttributeMessage(AttributeMessage request, StreamObserver<Response> observer) {
        acknowledge("SendAttributeMessage", request, RecordedMessages::attributes, observer, "Attributes received");
    }

    @Override
    public void sendTelemetryMessage(TelemetryMessage request, StreamObserver<Response> observer) {
        acknowledge("SendTelemetryMessage", request, RecordedMessages::telemetry, observer, "Telemetry received");
    }

    @Override
    public void sendHeartbeat(Heartbeat request, StreamObserver<Response> observer) {
        acknowledge("SendHeartbeat", request, RecordedMessages::heartbeat, observer, "Heartbeat received");
    }

    final <M extends Message> void acknowledge(
            String rpc,
            M request,
            CallRecorder.Reading<? super M> reading,
            StreamObserver<Response> observer,
            String text) {
        if (recorded(rpc, request, reading, observer)) {
            answer(observer, response(text));
        }
    }

    /** Records a message; one that is not as the protocol wants it is answered with the error. */
    final <M extends Message> boolean recorded(
            String rpc, M request, CallRecorder.Reading<? super M> reading, StreamObserver<?> observer) {
        io.grpc.Status status = recorder.record(rpc, Caller.current(), request, reading);
        if (!status.isOk()) {
            observer.onError(status.asRuntimeException());
        }
        return status.isOk();
    }

    final void refuse(String rpc, Message request, StreamObserver<?> observer, String reason) {
        io.grpc.Status status = io.grpc.Status.INVALID_ARGUMENT.withDescription(reason);
        observer.onError(recorder.refuse(rpc, Caller.current(), request, status).asRuntimeException());
    }

    static Response response(String text) {
        return Response.newBuilder().setResponse(text).build();
    }

    static <A> void answer(StreamObserver<A> observer, A answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }
}
