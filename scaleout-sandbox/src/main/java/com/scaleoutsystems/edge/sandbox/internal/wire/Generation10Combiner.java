package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ModelPrediction;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.internal.state.SandboxState;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;

/** The combiner of generation 1.0: one task at a time, predictions, no streams of records. */
public final class Generation10Combiner extends Combiner {

    public Generation10Combiner(SandboxState state, CallRecorder recorder) {
        super(state, recorder);
    }

    /** Takes the report of one task, if the client has one. The answer is the next task, or the request to end the reported one. */
    @Override
    public void pollAndReport(ActivityReport request, StreamObserver<TaskRequest> observer) {
        if (!recorded("PollAndReport", request, Generation10Combiner::reported, observer)) {
            return;
        }
        String clientId = request.getNodeId();
        state().clients().connect(clientId);
        List<TaskRequest> next = state().tasks().pollOne(clientId, request);
        answer(observer, next.isEmpty() ? TaskRequest.getDefaultInstance() : next.get(0));
    }

    @Override
    public void sendModelPrediction(ModelPrediction request, StreamObserver<Response> observer) {
        if (recorded("SendModelPrediction", request, Generation10Combiner::prediction, observer)) {
            state().tasks().resultCame(request.getCorrelationId());
            answer(observer, response("Model prediction received"));
        }
    }

    /** A client without a task reports an empty correlation id. */
    private static List<Recorded> reported(Instant time, ActivityReport report) {
        return report.getCorrelationId().isEmpty()
                ? List.of()
                : List.of(RecordedMessages.report(time, report.getNodeId(), report));
    }

    private static List<Recorded> prediction(Instant time, ModelPrediction prediction) {
        return List.of(new Recorded.Prediction(
                time,
                prediction.getClientId(),
                prediction.getModelId(),
                prediction.getCorrelationId(),
                prediction.getSessionId(),
                RecordedMessages.instant(prediction.hasTimestamp(), prediction.getTimestamp()),
                RecordedMessages.json("data", prediction.getData()),
                prediction.getData()));
    }
}
