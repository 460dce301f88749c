package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.task.RestartCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Map;
import java.util.Optional;

/** A restart, which needs the host's consent. It also needs that no other task runs, unless the combiner says otherwise. */
record RestartHandler(Optional<RestartCallback> callback, OtherTasks others) implements TaskHandler {

    /** The other tasks of the client. */
    interface OtherTasks {

        /** Whether any task has not ended. Called on the client's strand. */
        boolean anyActive();

        /** Takes no more tasks and asks all others to stop. From any thread. */
        void abortOthers();
    }

    private static final String ABORT = "abort_ongoing_tasks";
    private static final String FORCE = "force";

    @Override
    public Map<String, Object> prepare(TaskRequest request) {
        Map<String, Object> parameters = request.data().isEmpty() ? Map.of() : TaskData.object(request, "parameters");
        if (callback.isEmpty()) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "this client does not restart on request: its host has set no onRestartRequested(...)");
        }
        if (others.anyActive() && !isSet(parameters, ABORT) && !isSet(parameters, FORCE)) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the client has other tasks; ask with " + ABORT + " or " + FORCE + " to restart all the same");
        }
        return parameters;
    }

    private static boolean isSet(Map<String, Object> parameters, String flag) {
        return Boolean.TRUE.equals(parameters.get(flag));
    }

    @Override
    public boolean needsModel() {
        return false;
    }

    @Override
    public Result call(CallbackInput input) throws Exception {
        Map<String, Object> parameters = input.task().settings();
        boolean abort = isSet(parameters, ABORT);
        RestartCallback consent = callback.orElseThrow();
        Runnable restart = TaskHandler.returned(
                "restart callback",
                consent.onRestartRequested(abort, isSet(parameters, FORCE)),
                "what restarts the program, or an exception to refuse");
        if (abort) {
            others.abortOthers();
        }
        return new Answered(null, "", Optional.of(restart));
    }
}
