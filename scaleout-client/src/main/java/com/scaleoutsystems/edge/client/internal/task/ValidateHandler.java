package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import java.util.Map;
import java.util.Optional;

/** Validation: the callback's metrics become a model validation. */
record ValidateHandler(ValidateCallback callback, Env env, HostLog log) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        // The reference client never reads the data of a validation, so an empty one is no fault.
        return request.data().isEmpty() ? Map.of() : TaskData.object(request, "client_settings");
    }

    @Override
    public Optional<String> statusBeforeFetch(TaskRequest request) {
        return Optional.of("Processing validate request for model_id " + request.modelId());
    }

    @Override
    public Optional<String> statusAfterDelivery() {
        return Optional.of("Model validation completed.");
    }

    @Override
    public String statusType() {
        return "MODEL_VALIDATION";
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        Map<String, ?> metrics = TaskHandler.returned(
                "validate callback", callback.validate(input.model(), input.task()), "a map of metrics");
        TaskRequest request = input.request();
        return new Sent(
                new RecordBody.Validation(
                        request.modelId(),
                        request.correlationId(),
                        request.sessionId(),
                        env.wall(),
                        log.json("the validate callback's metrics", metrics)),
                Optional.empty());
    }
}
