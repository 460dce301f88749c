package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
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
    public Result call(Job job) throws Exception {
        return new Sent(predict(job), Optional.empty());
    }

    RecordBody.Prediction predict(Job job) throws Exception {
        Map<String, ?> values = callback.predict(job.model(), job.task());
        if (values == null) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT, "the predict callback returned null; expected a map of values");
        }
        TaskRequest request = job.request();
        return new RecordBody.Prediction(
                request.modelId(),
                request.correlationId(),
                request.sessionId(),
                env.wall(),
                log.json("the predict callback's values", values));
    }
}
