package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The tasks that the host runs on its own account: inferences, predictions and autonomous tasks. From any thread. */
public final class HostTasks {

    /** The type goes with every report until the server knows the task, and must leave room for all other reports in a poll. */
    private static final int LONGEST_TYPE = 1_000;

    private static final int SHOWN_OF_TYPE = 50;

    /** Starts a task of the host's. Called on the client's strand. */
    interface AutonomousStart {

        /** Begins the task; throws an EdgeException if the client takes no more tasks. */
        RunningTask begin(TaskRequest request, AutonomousHandler handler);
    }

    private final FewLines lines;
    private final TaskDependencies client;
    private final Handlers handlers;
    private final CallbackServices services;
    private final AutonomousStart start;

    HostTasks(TaskDependencies client, Handlers handlers, CallbackServices services, AutonomousStart start) {
        this.lines = new FewLines(client.env(), Loggers.of(Loggers.TASK));
        this.client = client;
        this.handlers = handlers;
        this.services = services;
        this.start = start;
    }

    /** Runs the inference callback on the calling thread. */
    public @Nullable Object infer(ScaleoutModel model, Map<String, Object> parameters) throws Exception {
        InferenceCallback callback = inference();
        TaskRequest request = TaskRequest.of(client.env().newId(), "Scaleout_Inference")
                .withModelId(model.modelId())
                .withData(Json.write("parameters", parameters));
        CallbackContext context = context(request, parameters);
        Runnable leave = context.enter();
        try {
            return callback.infer(model, context);
        } finally {
            context.end();
            leave.run();
        }
    }

    /** Runs the predict callback on the calling thread and sends its values. */
    public Delivery predict(ScaleoutModel model, TaskRequest request) throws Exception {
        PredictHandler handler = handlers.predictHandler();
        CallbackContext context = context(request, handler.prepare(request));
        RecordBody.Prediction prediction;
        Runnable leave = context.enter();
        try {
            prediction = handler.predict(new TaskHandler.CallbackInput(Optional.of(model), context, Duration.ZERO));
        } finally {
            context.end();
            leave.run();
        }
        return client.log().prediction(prediction);
    }

    private CallbackContext context(TaskRequest request, Map<String, Object> settings) {
        return new CallbackContext(
                request, settings, new AbortControl(client.env().io(), lines), Optional.empty(), services);
    }

    private InferenceCallback inference() {
        return client.callbacks().inference().orElseThrow(() -> Handlers.missing("inference", "onInference"));
    }

    /** Starts a task of the host's. */
    public CompletionStage<AutonomousTask> start(String type, Map<String, Object> parameters, CustomCallback callback) {
        TaskRequest request = autonomousRequest(bounded(TaskTypes.autonomousType(type)), "", parameters);
        return begin(
                request,
                new AutonomousHandler(
                        input -> callback.run(input.task().settings(), input.task()), parameters, false, client.log()));
    }

    /** Starts an inference of the host's, which the client reports to the combiner. */
    public CompletionStage<AutonomousTask> startInference(String modelId, Map<String, Object> parameters) {
        InferenceCallback callback = inference();
        Map<String, Object> told = new LinkedHashMap<>(parameters);
        told.put("model_id", modelId);
        TaskRequest request = autonomousRequest(TaskTypes.AUTONOMOUS_INFERENCE, modelId, told);
        return begin(
                request,
                new AutonomousHandler(
                        input -> callback.infer(input.model(), input.task()), parameters, true, client.log()));
    }

    private static String bounded(String type) {
        if (type.length() > LONGEST_TYPE) {
            throw new IllegalArgumentException(
                    "the type " + type.substring(0, SHOWN_OF_TYPE) + "… of a task of your own has " + type.length()
                            + " characters; expected " + LONGEST_TYPE + " at the most: put more into its parameters");
        }
        return type;
    }

    private TaskRequest autonomousRequest(String type, String modelId, Map<String, Object> parameters) {
        return TaskRequest.of(client.env().newId(), type).withModelId(modelId).withData(data(parameters));
    }

    private String data(Map<String, Object> parameters) {
        try {
            return parameters.isEmpty() ? "" : CustomHandler.text("the task's parameters", parameters, client.log());
        } catch (EdgeException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused.getCause());
        }
    }

    private CompletionStage<AutonomousTask> begin(TaskRequest request, AutonomousHandler handler) {
        CompletableFuture<AutonomousTask> started = new CompletableFuture<>();
        client.strand().execute(() -> {
            try {
                started.complete(new Started(start.begin(request, handler), client.strand()));
            } catch (EdgeException refused) {
                started.completeExceptionally(refused);
            } catch (Throwable failure) {
                started.completeExceptionally(new EdgeException(
                        ErrorCode.INTERNAL, "the task could not be started: " + Failures.describe(failure), failure));
            }
        });
        return started;
    }

    private record Started(RunningTask task, Strand strand) implements AutonomousTask {

        @Override
        public String correlationId() {
            return task.correlationId();
        }

        @Override
        public CompletionStage<@Nullable Object> result() {
            return task.value();
        }

        @Override
        public void abort() {
            strand.execute(() -> task.abort(AbortReason.HOST_REQUEST));
        }
    }
}
