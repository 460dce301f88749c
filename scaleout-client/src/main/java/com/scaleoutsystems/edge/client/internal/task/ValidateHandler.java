package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.TaskContext;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.ValidateCallback;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Validation: the callback's metrics become a model validation. */
final class ValidateHandler implements TaskHandler {

    private final @Nullable ValidateCallback callback;
    private final Env env;
    private final HostLog log;

    /** A handler for the given callback; null when the host has none. */
    ValidateHandler(@Nullable ValidateCallback callback, Env env, HostLog log) {
        this.callback = callback;
        this.env = env;
        this.log = log;
    }

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        if (callback == null) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "this client has no validate callback; set one with onValidate(...)");
        }
        // The reference client never reads the data of a validation, so an empty one is no fault.
        return request.data().isEmpty() ? Map.of() : TaskData.object(request, "client_settings");
    }

    @Override
    public Optional<String> statusBeforeFetch(TaskRequest request) {
        return Optional.of("Processing validate request for model_id " + request.modelId());
    }

    @Override
    public Optional<String> statusBeforeCallback(TaskRequest request) {
        return Optional.empty();
    }

    @Override
    public String statusAfterDelivery() {
        return "Model validation completed.";
    }

    @Override
    public String statusType() {
        return "MODEL_VALIDATION";
    }

    @Override
    public Result call(ScaleoutModel model, TaskContext task, Duration fetchTime) throws Exception {
        ValidateCallback validate = callback;
        if (validate == null) {
            throw new IllegalStateException("prepare was not called");
        }
        Map<String, ?> metrics = validate.validate(model, task);
        if (metrics == null) {
            throw new EdgeException(
                    ErrorCode.INVALID_ARGUMENT, "the validate callback returned null; expected a map of metrics");
        }
        TaskRequest request = task.request();
        return new Result(
                new RecordBody.Validation(
                        request.modelId(),
                        request.correlationId(),
                        request.sessionId(),
                        env.wall(),
                        log.json("the validate callback's metrics", metrics)),
                Optional.empty());
    }
}
