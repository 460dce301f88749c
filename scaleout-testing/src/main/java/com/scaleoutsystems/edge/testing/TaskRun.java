package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.internal.local.LocalClient;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one callback without a server, and says what a server would have received.
 *
 * <pre>{@code
 * TaskRunResult result = TaskRun.train(callback).model(parameters).settings(Map.of("epochs", 3)).run();
 * }</pre>
 *
 * <p>The callback runs in a complete client. Only the network is left out: a combiner in memory hands the task to the client and takes
 * its results. So the client checks what the callback returns as it does in production, and an abort or a time limit takes the same
 * steps. Each run has a client of its own, without a state directory. The client is closed when {@link #run()} returns.
 *
 * <p>A run can be repeated. Its methods change it and return it. It is for one thread at a time.
 *
 * @since 0.1.0
 */
public final class TaskRun {

    private static final String CLIENT = "task-run";
    private static final String TASK = "task-1";
    private static final String CLIENT_SETTINGS = "client_settings";
    private static final String PARAMETERS = "parameters";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TaskKind kind;
    private final String type;
    private final String settingsKey;
    private final BiConsumer<LocalClient, Observation> registration;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private TaskSettings tasks = TaskSettings.defaults();
    private Duration patience = PATIENCE;
    private @Nullable ScaleoutModel model;
    private int abortAtCheck;
    private int abortAtProgress;
    private boolean offline;

    private TaskRun(TaskKind kind, String type, String settingsKey, BiConsumer<LocalClient, Observation> registration) {
        this.kind = kind;
        this.type = type;
        this.settingsKey = settingsKey;
        this.registration = registration;
    }

    /**
     * Runs a train callback.
     *
     * @param callback the callback
     * @return the run, which still needs a model
     */
    public static TaskRun train(TrainCallback callback) {
        Objects.requireNonNull(callback, "callback");
        return new TaskRun(
                TaskKind.TRAIN,
                "Scaleout_ModelUpdate",
                CLIENT_SETTINGS,
                (client, seen) ->
                        client.onTrain((model, task) -> seen.call(task, watched -> callback.train(model, watched))));
    }

    /**
     * Runs a validate callback.
     *
     * @param callback the callback
     * @return the run, which still needs a model
     */
    public static TaskRun validate(ValidateCallback callback) {
        Objects.requireNonNull(callback, "callback");
        return new TaskRun(
                TaskKind.VALIDATE,
                "Scaleout_Validation",
                CLIENT_SETTINGS,
                (client, seen) -> client.onValidate(
                        (model, task) -> seen.call(task, watched -> callback.validate(model, watched))));
    }

    /**
     * Runs a predict callback.
     *
     * @param callback the callback
     * @return the run, which still needs a model
     */
    public static TaskRun predict(PredictCallback callback) {
        Objects.requireNonNull(callback, "callback");
        return new TaskRun(
                TaskKind.PREDICT,
                "Scaleout_Prediction",
                CLIENT_SETTINGS,
                (client, seen) -> client.onPredict(
                        (model, task) -> seen.call(task, watched -> callback.predict(model, watched))));
    }

    /**
     * Runs an inference callback, as if the server had requested it.
     *
     * @param callback the callback
     * @return the run, which still needs a model
     */
    // NullAway does not see that the type of the result is a nullable one.
    @SuppressWarnings("NullAway")
    public static TaskRun infer(InferenceCallback callback) {
        Objects.requireNonNull(callback, "callback");
        return new TaskRun(
                TaskKind.INFERENCE,
                "Scaleout_Inference",
                PARAMETERS,
                (client, seen) -> client.onInference(
                        (model, task) -> seen.call(task, watched -> callback.infer(model, watched))));
    }

    /**
     * Runs the callback of a custom task.
     *
     * @param callback the callback
     * @return the run
     */
    // NullAway does not see that the type of the result is a nullable one.
    @SuppressWarnings("NullAway")
    public static TaskRun custom(CustomCallback callback) {
        Objects.requireNonNull(callback, "callback");
        return new TaskRun(
                TaskKind.CUSTOM,
                "Custom_test",
                PARAMETERS,
                (client, seen) -> client.onCustom(
                        (parameters, task) -> seen.call(task, watched -> callback.run(parameters, watched))));
    }

    /**
     * The model that the callback receives.
     *
     * @param value the model; the caller still owns it, and keeps it open while this run is used
     * @return this run
     */
    public TaskRun model(ScaleoutModel value) {
        model = Objects.requireNonNull(value, "model");
        return this;
    }

    /**
     * The parameters of the model that the callback receives.
     *
     * @param value the parameters
     * @return this run
     */
    public TaskRun model(ModelParameters value) {
        return model(ScaleoutModel.fromModelParameters(value));
    }

    /**
     * What the callback finds in {@link TaskContext#settings()}; a custom callback also gets it as its parameters.
     *
     * @param value numbers, texts, booleans, lists and maps of these, by name; they replace the ones set before
     * @return this run
     */
    public TaskRun settings(Map<String, ?> value) {
        settings.clear();
        settings.putAll(value);
        return this;
    }

    /**
     * The client aborts the callback after this time, which {@link TaskContext#deadline()} tells.
     *
     * @param limit the time limit
     * @return this run
     */
    public TaskRun timeLimit(Duration limit) {
        tasks = tasks.withTimeLimit(kind, limit);
        return this;
    }

    /**
     * How long the callback may ignore an abort until its thread is interrupted; after the same time again, the task ends without it.
     *
     * @param grace the time; by default that of {@link TaskSettings}
     * @return this run
     */
    public TaskRun abortGrace(Duration grace) {
        tasks = tasks.withAbortGrace(grace);
        return this;
    }

    /**
     * The server aborts the task at a call of {@link TaskContext#checkAbort()} or {@link TaskContext#isAborted()}: this call is the
     * first that tells the callback.
     *
     * @param count which of these calls, counted together from 1
     * @return this run
     */
    public TaskRun abortAtCheck(int count) {
        abortAtCheck = requirePositive(count);
        return this;
    }

    /**
     * The server aborts the task at a call of {@link TaskContext#progress(double)}: the task is aborted when this call returns.
     *
     * @param count which call, counted from 1
     * @return this run
     */
    public TaskRun abortAtProgress(int count) {
        abortAtProgress = requirePositive(count);
        return this;
    }

    private static int requirePositive(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count is " + count + "; calls are counted from 1");
        }
        return count;
    }

    /**
     * The network is away from the call of the callback to its return. The client keeps what the callback logs meanwhile, and sends it
     * when the network is back. {@link TaskRunResult#keptOffline()} tells how many records waited.
     *
     * @return this run
     */
    public TaskRun offline() {
        offline = true;
        return this;
    }

    /**
     * The longest time that the task may take.
     *
     * @param time the time; 30 s by default
     * @return this run
     */
    public TaskRun within(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("within is " + time + "; expected a time above zero");
        }
        patience = time;
        return this;
    }

    /**
     * Runs the callback, and waits until the task has ended and the outcome of its records is known.
     *
     * @return what came of it; a failure of the callback is a value, not an exception
     * @throws IllegalStateException if the kind of task needs a model and there is none, or if the run is to be offline and aborted by
     *     the server
     * @throws AssertionError if the task takes longer than {@link #within(Duration)}; the message shows where the callback is
     */
    public TaskRunResult run() {
        if (offline && (abortAtCheck > 0 || abortAtProgress > 0)) {
            throw new IllegalStateException(
                    "a server that cannot be reached cannot abort a task; use timeLimit, or leave offline out");
        }
        try (LocalClient client = new LocalClient(CLIENT, tasks)) {
            Observation seen = new Observation(client, TASK, abortAtCheck, abortAtProgress, offline);
            registration.accept(client, seen);
            client.start();
            client.give(request(client));
            LocalClient.End end = seen.awaitEnd(patience);
            client.flush(patience);
            return TaskRunResult.of(CLIENT, client, end, seen, Optional.ofNullable(model));
        }
    }

    private TaskRequest request(LocalClient client) {
        TaskRequest request = TaskRequest.of(TASK, type)
                .withSessionId("session")
                .withRoundId("1")
                .withData(LocalClient.json(Map.of(settingsKey, settings)));
        if (kind == TaskKind.CUSTOM) {
            return request;
        }
        if (model == null) {
            throw new IllegalStateException("a task of the kind " + kind + " needs a model: call model(...)");
        }
        client.add(model);
        return request.withModelId(model.modelId());
    }

    /** Part of a callback: it works with a context, and may throw anything. */
    interface Body<T extends @Nullable Object> {
        /** Calls the program's code. */
        T call(TaskContext task) throws Exception;
    }
}
