package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Map;
import java.util.Optional;

/** Prediction, as generation 1.0 knows it: the callback's values become a model prediction. */
record PredictHandler(PredictCallback callback, Env env, HostLog log) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        return request.data().isEmpty() ? Map.of() : TaskData.object(request, "client_settings");
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        return new Sent(predict(input), Optional.empty());
    }

    RecordBody.Prediction predict(CallbackInput input) throws Exception {
        Map<String, ?> values = TaskHandler.returned(
                "predict callback", callback.predict(input.model(), input.task()), "a map of values");
        TaskRequest request = input.request();
        return new RecordBody.Prediction(
                request.modelId(),
                request.correlationId(),
                request.sessionId(),
                env.wall(),
                log.json("the predict callback's values", values));
    }
}
