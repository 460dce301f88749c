package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the host does with models and tasks by itself, not on the combiner's order. From any thread. */
public final class HostCalls {

    /** It goes with every report until the server knows the task, and must leave room for all others in a poll. */
    private static final int LONGEST_TYPE = 1_000;

    private static final int SHOWN_OF_TYPE = 50;

    private final TaskService service;
    private final TaskService.Parts parts;
    private final ModelFetcher fetcher;
    private final StagedModels staged;
    private final Handlers handlers;

    HostCalls(
            TaskService service,
            TaskService.Parts parts,
            ModelFetcher fetcher,
            StagedModels staged,
            Handlers handlers) {
        this.service = service;
        this.parts = parts;
        this.fetcher = fetcher;
        this.staged = staged;
        this.handlers = handlers;
    }

    /** Gets a model from the cache or the combiner; whoever takes it closes it. */
    public CompletionStage<ScaleoutModel> model(String modelId) {
        CompletableFuture<ScaleoutModel> result = new CompletableFuture<>();
        parts.strand().execute(() -> forward(fetcher.fetch(modelId).model(), result));
        return result;
    }

    private static <T> void forward(CompletionStage<T> from, CompletableFuture<T> to) {
        var unused = from.whenComplete((value, error) -> {
            if (error == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(error);
            }
        });
    }

    /** Gets a model and takes note that it is staged. */
    public CompletionStage<ScaleoutModel> stage(String modelId) {
        return model(modelId).whenComplete((model, error) -> {
            if (error == null) {
                staged.add(modelId);
            }
        });
    }

    /** Keeps a model of the host's, as if it had been staged. Blocks on the disk. */
    public void stage(ScaleoutModel model) {
        parts.models().keep(model, true);
        staged.add(model.modelId());
    }

    /** The ids of staged models. Blocks on the disk. */
    public List<String> staged() {
        return staged.all();
    }

    /** Drops a staged model; false if it is none. Blocks on the disk. */
    public boolean unstage(String modelId) {
        return staged.remove(modelId);
    }

    /** Runs the inference callback on the calling thread. */
    public @Nullable Object infer(ScaleoutModel model, Map<String, Object> parameters) throws Exception {
        InferenceCallback callback = inference();
        TaskRequest request = TaskRequest.of(parts.env().newId(), "Scaleout_Inference")
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

    /** Runs the predict callback on the calling thread and gives what is to be sent. */
    public RecordBody.Prediction predict(ScaleoutModel model, TaskRequest request) throws Exception {
        PredictHandler handler = handlers.predictHandler();
        CallbackContext context = context(request, handler.prepare(request));
        Runnable leave = context.enter();
        try {
            return handler.predict(new TaskHandler.Job(Optional.of(model), context, Duration.ZERO));
        } finally {
            context.end();
            leave.run();
        }
    }

    private CallbackContext context(TaskRequest request, Map<String, Object> settings) {
        return new CallbackContext(
                request, settings, new AbortControl(parts.env().io()), Optional.empty(), service.meansOfContext());
    }

    private InferenceCallback inference() {
        return parts.callbacks().inference().orElseThrow(() -> Handlers.missing("inference", "onInference"));
    }

    /** Starts a task of the host's. */
    public CompletionStage<AutonomousTask> start(String type, Map<String, Object> parameters, CustomCallback callback) {
        TaskRequest request = autonomousRequest(bounded(TaskTypes.autonomousType(type)), "", parameters);
        return begin(
                request,
                new AutonomousHandler(
                        job -> callback.run(job.task().settings(), job.task()), parameters, false, parts.log()));
    }

    /** Starts an inference of the host's, which the combiner hears of. */
    public CompletionStage<AutonomousTask> startInference(String modelId, Map<String, Object> parameters) {
        InferenceCallback callback = inference();
        Map<String, Object> told = new LinkedHashMap<>(parameters);
        told.put("model_id", modelId);
        TaskRequest request = autonomousRequest(TaskTypes.AUTONOMOUS_INFERENCE, modelId, told);
        return begin(
                request,
                new AutonomousHandler(job -> callback.infer(job.model(), job.task()), parameters, true, parts.log()));
    }

    private static String bounded(String type) {
        if (type.length() > LONGEST_TYPE) {
            throw new IllegalArgumentException(
                    "the type " + type.substring(0, SHOWN_OF_TYPE) + "… of a task of your own has " + type.length()
                            + " characters; expected " + LONGEST_TYPE + " at the most: put more into its parameters");
        }
        return type;
    }

    private String data(Map<String, Object> parameters) {
        try {
            return parameters.isEmpty() ? "" : CustomHandler.text("the task's parameters", parameters, parts.log());
        } catch (EdgeException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    private TaskRequest autonomousRequest(String type, String modelId, Map<String, Object> parameters) {
        return TaskRequest.of(parts.env().newId(), type).withModelId(modelId).withData(data(parameters));
    }

    private CompletionStage<AutonomousTask> begin(TaskRequest request, AutonomousHandler handler) {
        CompletableFuture<AutonomousTask> started = new CompletableFuture<>();
        parts.strand().execute(() -> {
            try {
                started.complete(new Started(service.beginAutonomous(request, handler), service));
            } catch (EdgeException refused) {
                started.completeExceptionally(refused);
            } catch (RuntimeException failure) {
                started.completeExceptionally(new EdgeException(
                        ErrorCode.INTERNAL, "the task could not be started: " + Failures.describe(failure), failure));
            }
        });
        return started;
    }

    private record Started(RunningTask task, TaskService service) implements AutonomousTask {

        @Override
        public String correlationId() {
            return task.request().correlationId();
        }

        @Override
        public CompletionStage<@Nullable Object> result() {
            return task.value();
        }

        @Override
        public void abort() {
            service.strand().execute(() -> task.abort(AbortReason.HOST_REQUEST, service.abortGrace()));
        }
    }
}
