package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;

/** Finds the handler of each task. Lives on the client's strand. */
final class Handlers {

    private final TaskDependencies client;
    private final Callbacks callbacks;
    private final UpdateIds updateIds;
    private final StagedModels staged;

    Handlers(TaskDependencies client, UpdateIds updateIds, StagedModels staged) {
        this.client = client;
        this.callbacks = client.callbacks();
        this.updateIds = updateIds;
        this.staged = staged;
    }

    /**
     * The handler of a task that the combiner sent.
     *
     * @param others what a restart asks about the other tasks
     * @throws EdgeException if no callback handles the task
     */
    TaskHandler of(TaskRequest request, RestartHandler.OtherTasks others) {
        if (request.type().equals(TaskTypes.RESTART)) {
            return new RestartHandler(callbacks.restart(), others);
        }
        TaskKind kind = TaskKind.ofType(request.type())
                .orElseThrow(() -> new EdgeException(
                        ErrorCode.UNIMPLEMENTED,
                        "unknown task type '" + request.type() + "'; the types of custom tasks begin with Custom_"));
        return handler(kind, request);
    }

    private TaskHandler handler(TaskKind kind, TaskRequest request) {
        return switch (kind) {
            case TRAIN ->
                new TrainHandler(
                        callbacks.train().orElseThrow(() -> missing("train", "onTrain")),
                        client.env(),
                        client.log(),
                        updateIds);
            case VALIDATE ->
                new ValidateHandler(
                        callbacks.validate().orElseThrow(() -> missing("validate", "onValidate")),
                        client.env(),
                        client.log());
            case PREDICT -> predictHandler();
            case INFERENCE ->
                new InferenceHandler(callbacks.inference().orElseThrow(() -> missing("inference", "onInference")));
            case STAGE -> new StageHandler(callbacks.stage(), staged);
            case CUSTOM ->
                new CustomHandler(
                        callbacks
                                .customOf(request.type())
                                .orElseThrow(
                                        () -> new EdgeException(
                                                ErrorCode.UNIMPLEMENTED,
                                                "unknown task type '" + request.type()
                                                        + "': this client has no such custom callback; set one with onCustom(...)")),
                        client.log(),
                        client.transport().dialect().sendsBareParameters());
        };
    }

    PredictHandler predictHandler() {
        return new PredictHandler(
                callbacks.predict().orElseThrow(() -> missing("predict", "onPredict")), client.env(), client.log());
    }

    static EdgeException missing(String callback, String setter) {
        return new EdgeException(
                ErrorCode.FAILED_PRECONDITION,
                "this client has no " + callback + " callback; set one with " + setter + "(...)");
    }
}
