package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Map;

/** Inference: its results are records that the callback logs; what it returns is dropped, as by the reference client. */
record InferenceHandler(InferenceCallback callback) implements TaskHandler {

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        requireModel(request, "infer with");
        return TaskData.object(request, "parameters");
    }

    static void requireModel(TaskRequest request, String what) {
        if (request.modelId().isEmpty()) {
            throw new EdgeException(ErrorCode.INVALID_ARGUMENT, "the task names no model to " + what);
        }
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        callback.infer(input.model(), input.task());
        return Answered.NOTHING;
    }
}
