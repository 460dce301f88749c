package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Training: the callback's model becomes a model update.
 *
 * @param updateIds gives each update an id of its own
 */
record TrainHandler(TrainCallback callback, Env env, HostLog log, UpdateIds updateIds) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        return TaskData.object(request, "client_settings");
    }

    @Override
    public Optional<String> statusBeforeCallback(TaskRequest request) {
        // The blank space at the start is what servers have seen from the reference client since 1.0.
        return Optional.of("\t Starting processing of training request for model_id " + request.modelId());
    }

    @Override
    public Optional<String> statusAfterDelivery() {
        return Optional.of("Model update completed.");
    }

    @Override
    public String statusType() {
        return "MODEL_UPDATE";
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        long start = env.nanos();
        TrainResult result =
                TaskHandler.returned("train callback", callback.train(input.model(), input.task()), "a TrainResult");
        double seconds = (env.nanos() - start) / 1e9;
        // The update has a handle of its own, and only this code can close the callback's.
        try (ScaleoutModel trained = result.model()) {
            return announced(result, trained, input.request(), seconds, input.fetchTime());
        }
    }

    private Result announced(
            TrainResult result, ScaleoutModel trained, TaskRequest request, double seconds, Duration fetchTime) {
        requireExamples(result.metadata());
        String metadata = log.json("the train callback's metadata", result.metadata());
        ScaleoutModel update = underItsOwnId(request, trained);
        return new Sent(
                new RecordBody.ModelUpdate(
                        request.modelId(),
                        update.modelId(),
                        request.correlationId(),
                        request.roundId(),
                        request.sessionId(),
                        env.wall(),
                        metadata,
                        seconds,
                        fetchTime.toNanos() / 1e9,
                        null,
                        request.data()),
                Optional.of(update));
    }

    /** A model that the callback built keeps its id, so that its signature stays good; any other gets a fresh one. */
    private ScaleoutModel underItsOwnId(TaskRequest request, ScaleoutModel model) {
        String id = model.modelId();
        boolean good = !id.isEmpty() && isMetadata(id) && !id.equals(request.modelId()) && updateIds.claim(id);
        return good ? model.share() : model.withModelId(env.newId());
    }

    /** Ids travel in the metadata of calls, which holds printable ASCII only. */
    private static boolean isMetadata(String id) {
        return id.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    private static void requireExamples(Map<String, Object> metadata) {
        Object examples =
                metadata.get("training_metadata") instanceof Map<?, ?> training ? training.get("num_examples") : null;
        if (!(examples instanceof Number number)
                || !(number.doubleValue() > 0)
                || Double.isInfinite(number.doubleValue())) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT,
                    "training_metadata.num_examples is " + examples
                            + "; the train callback must give a number above 0");
        }
    }
}
