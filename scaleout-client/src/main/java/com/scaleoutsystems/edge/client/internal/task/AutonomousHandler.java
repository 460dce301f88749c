package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An autonomous task, which the client started itself: what the host's code returns is the answer.
 *
 * @param needsModel whether it is an inference
 */
record AutonomousHandler(Code code, Map<String, Object> parameters, boolean needsModel, HostLog log)
        implements TaskHandler {

    /** What the host wants done. */
    interface Code {
        @Nullable
        Object run(CallbackInput input) throws Exception;
    }

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        return parameters;
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        return CustomHandler.answer(code.run(input), log);
    }
}
