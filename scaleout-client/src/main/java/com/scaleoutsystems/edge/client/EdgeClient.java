package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.api.CredentialKind;
import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.doctor.Doctor;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientSettings;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.record.ContextScope;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordLog;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.StageModelCallback;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in federated learning on a Scaleout Edge network: joins it, takes tasks, runs the host's callbacks, moves models
 * and reports.
 *
 * <pre>{@code
 * try (EdgeClient client = EdgeClient.builder()
 *         .api(URI.create("https://edge.example.org"))
 *         .credential(Credential.token(token))
 *         .name("clinic-1")
 *         .onTrain((model, task) -> TrainResult.of(train(model), 600))
 *         .onValidate((model, task) -> Map.of("accuracy", accuracy(model)))
 *         .build()) {
 *     client.run();
 * }
 * }</pre>
 *
 * <p>A method that blocks throws the exception that describes the failure, for example a {@link com.scaleoutsystems.edge.ModelException}
 * with its reason. If the failure happened on another thread, the stack trace is the one of that thread, and the caller's own stack
 * is attached as a suppressed exception.
 *
 * <p>All methods may be called from any thread. Several clients in one JVM do not see each other. The client installs no signal
 * handler: the host calls {@link #close()}.
 */
public final class EdgeClient implements RecordLog, AutoCloseable {

    private static final Duration DEFAULT_CLOSE_BUDGET = Duration.ofSeconds(10);

    private final ClientSettings settings;
    private final ClientRuntime runtime;

    EdgeClient(ClientSettings settings, Adapters adapters) {
        this.settings = settings;
        this.runtime = new ClientRuntime(settings, adapters);
    }

    /**
     * Begins to describe a client.
     *
     * @return a builder with all defaults
     */
    public static EdgeClientBuilder builder() {
        return new EdgeClientBuilder();
    }

    /**
     * The client's id: the one that the server gave on assignment, before that the host's or a made one.
     *
     * @return the id
     */
    public String clientId() {
        return runtime.clientId();
    }

    /**
     * The client's name.
     *
     * @return the name
     */
    public String name() {
        return settings.name();
    }

    /**
     * Where the client keeps its state. The directory is the client's alone until it is closed.
     *
     * @return the directory; empty if the client is stateless
     */
    public Optional<Path> stateDirectory() {
        return runtime.directory().map(StateDirectory::path);
    }

    /**
     * Where the client stands.
     *
     * @return the state
     */
    public ClientState state() {
        return runtime.state();
    }

    /**
     * Looks at everything that joining with this client's settings needs, and says what is wrong and what to do. The client itself
     * stays as it is. Blocks for as long as the network profile's timeouts allow.
     *
     * @return what was found
     */
    public DoctorReport doctor() {
        return new Doctor(Adapters.systemEnv()).examine(settings, runtime.directory(), runtime.bearer());
    }

    /**
     * Asks the API that the builder was given for an assignment. Blocks for as long as the retries take.
     *
     * @return the answer; a refusal is a value, not an exception
     * @throws EdgeException FAILED_PRECONDITION if no API is set or the client is closed; CANCELLED on interrupt
     */
    public ConnectToApiResult connectToApi() {
        return connectToApi(
                settings.api()
                        .orElseThrow(() -> new EdgeException(
                                ErrorCode.FAILED_PRECONDITION, "no API is set: give its URL to api(...)")),
                settings.credential());
    }

    /**
     * Asks an API for an assignment. Blocks for as long as the retries take.
     *
     * @param api the API's URL
     * @param credential what to show there
     * @return the answer; a refusal is a value, not an exception
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public ConnectToApiResult connectToApi(URI api, Credential credential) {
        return await(runtime.connectToApi(api, credential));
    }

    /**
     * Exchanges the enrollment token that the builder was given for an identity of the client's own, and keeps it as {@link
     * TokenSettings} say, without joining. A client that is built later on the same state directory joins with it, and needs no
     * credential then. Does nothing more if that was done before with the same token. Blocks for as long as the retries take.
     *
     * @return the client's id, as the server knows it
     * @throws EdgeException FAILED_PRECONDITION if no API is set, the credential is no enrollment token or the client is closed;
     *     UNAUTHENTICATED if the server refuses the token; UNAVAILABLE if it cannot be reached
     */
    public String enroll() {
        URI api = settings.api()
                .orElseThrow(() ->
                        new EdgeException(ErrorCode.FAILED_PRECONDITION, "no API is set: give its URL to api(...)"));
        if (!CredentialKind.isEnrollment(settings.credential())) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the credential is no enrollment token; have one made for this network and give it to credential(...)");
        }
        return await(runtime.enroll(api, settings.credential()));
    }

    /**
     * Greets a combiner and checks that it accepts the client's protocol release. Blocks until it has answered.
     *
     * @param combiner how to reach it: the options of {@link ConnectToApiResult.Assigned}, or made by hand
     * @throws EdgeException UNAVAILABLE if it cannot be reached, INCOMPATIBLE if it refuses the release, FAILED_PRECONDITION if the
     *     client has a combiner already or is closed; CANCELLED on interrupt
     */
    public void initGrpcHandler(GrpcConnectionOptions combiner) {
        await(runtime.initGrpcHandler(combiner));
    }

    /**
     * Joins the network as far as that has not been done, and begins to take tasks. Blocks until the combiner has greeted back,
     * not longer.
     *
     * @throws EdgeException if joining fails; {@link EdgeException#retryable()} says whether it may work later
     */
    public void start() {
        await(runtime.start());
    }

    /**
     * Starts, and blocks until the client is closed or the calling thread is interrupted.
     *
     * @throws EdgeException as {@link #start()}; CANCELLED on interrupt, the client then stays as it is
     */
    public void run() {
        start();
        await(runtime.closed());
    }

    /**
     * Starts as the reference client's {@code run} does, and blocks until the client is closed or the calling thread is interrupted.
     *
     * @param withHeartbeat whether to tell the combiner that the client lives
     * @param withPolling whether to poll for tasks; otherwise the combiner pushes them, and learns of their end by their results only
     * @throws EdgeException as {@link #start()}; CANCELLED on interrupt, the client then stays as it is
     */
    public void run(boolean withHeartbeat, boolean withPolling) {
        await(runtime.start(withHeartbeat, withPolling));
        await(runtime.closed());
    }

    /**
     * Sets the train callback for tasks that come from now on.
     *
     * @param callback the host's training code; null for none
     */
    public void setTrainCallback(@Nullable TrainCallback callback) {
        runtime.callbacks().train(callback);
    }

    /**
     * Sets the validate callback for tasks that come from now on.
     *
     * @param callback the host's validation code; null for none
     */
    public void setValidateCallback(@Nullable ValidateCallback callback) {
        runtime.callbacks().validate(callback);
    }

    /**
     * Sets the predict callback for tasks that come from now on.
     *
     * @param callback the host's prediction code; null for none
     */
    public void setPredictCallback(@Nullable PredictCallback callback) {
        runtime.callbacks().predict(callback);
    }

    /**
     * Sets the inference callback for tasks that come from now on.
     *
     * @param callback the host's inference code; null for none
     */
    public void setInferenceCallback(@Nullable InferenceCallback callback) {
        runtime.callbacks().inference(callback);
    }

    /**
     * Sets who hears of models that are staged from now on.
     *
     * @param callback what to do with a staged model; null for nothing
     */
    public void setStageModelCallback(@Nullable StageModelCallback callback) {
        runtime.callbacks().stage(callback);
    }

    /**
     * Sets the callback of a custom task, in place of a former one.
     *
     * @param name the task's name; {@code Custom_} is put before it unless it is there
     * @param callback the host's code
     */
    public void setCustomCallback(String name, CustomCallback callback) {
        runtime.callbacks().custom(name, callback);
    }

    /**
     * Removes the callback of a custom task.
     *
     * @param name the task's name, with or without {@code Custom_}
     * @return false if there was none
     */
    public boolean removeCustomCallback(String name) {
        return runtime.callbacks().removeCustom(name);
    }

    /**
     * Gets a model, from those that came before or from the combiner. Blocks for as long as the retries take.
     *
     * @param modelId the model
     * @return the model, verified; the caller closes it
     * @throws EdgeException NOT_FOUND if the combiner does not have it, DATA_LOSS if it keeps arriving damaged,
     *     FAILED_PRECONDITION if there is no combiner yet
     */
    public ScaleoutModel getModelFromCombiner(String modelId) {
        return awaitModel(await(runtime.hostCalls()).model(modelId));
    }

    /**
     * Stores a model at the combiner under its id. Blocks for as long as the retries take.
     *
     * @param model the model; stays the caller's
     * @throws EdgeException if the combiner does not store it; FAILED_PRECONDITION if there is no combiner yet
     */
    public void sendModelToCombiner(ScaleoutModel model) {
        await(runtime.upload(model));
    }

    /**
     * Gets a model and keeps it for later inferences.
     *
     * @param modelId the model
     * @return the model; the caller closes it
     * @throws EdgeException as {@link #getModelFromCombiner(String)}
     */
    public ScaleoutModel stageModel(String modelId) {
        return awaitModel(await(runtime.hostCalls()).stage(modelId));
    }

    /**
     * Keeps a model of the host's for later inferences, as if it had been staged.
     *
     * @param model the model; stays the caller's
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet, IO if it cannot be kept
     */
    public void stageModel(ScaleoutModel model) {
        await(runtime.hostCalls()).stage(model);
    }

    /**
     * The models that were staged and are still kept: staged models make room like all others when the store is full, or, without a
     * state directory, when four newer models came.
     *
     * @return their ids, in the order of staging
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet
     */
    public List<String> stagedModels() {
        return await(runtime.hostCalls()).staged();
    }

    /**
     * Drops a staged model.
     *
     * @param modelId the model
     * @return false if it was not staged
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet
     */
    public boolean deleteStagedModel(String modelId) {
        return await(runtime.hostCalls()).unstage(modelId);
    }

    /**
     * Runs the inference callback on the calling thread; the server is not told. The model is staged first.
     *
     * @param modelId the model to infer with
     * @param parameters what the callback finds in {@link TaskContext#settings()}
     * @return what the callback returned
     * @throws EdgeException FAILED_PRECONDITION if there is no inference callback or no combiner yet; as
     *     {@link #getModelFromCombiner(String)}
     * @throws Exception what the callback throws
     */
    public @Nullable Object runInference(String modelId, Map<String, Object> parameters) throws Exception {
        try (ScaleoutModel model = stageModel(modelId)) {
            return runInference(model, parameters);
        }
    }

    /**
     * Runs the inference callback on the calling thread; the server is not told.
     *
     * @param model the model to infer with; stays the caller's
     * @param parameters what the callback finds in {@link TaskContext#settings()}
     * @return what the callback returned
     * @throws EdgeException FAILED_PRECONDITION if there is no inference callback or no combiner yet
     * @throws Exception what the callback throws
     */
    public @Nullable Object runInference(ScaleoutModel model, Map<String, Object> parameters) throws Exception {
        return await(runtime.hostCalls()).infer(model, Map.copyOf(parameters));
    }

    /**
     * Predicts with a model as if the server had asked for it: gets the model, runs the predict callback on the calling thread and
     * sends its values. For combiners of generation 1.0.
     *
     * @param request the model, and the correlation and session ids that the prediction is sent with
     * @return what becomes of the prediction
     * @throws EdgeException FAILED_PRECONDITION if there is no predict callback or no combiner yet; as
     *     {@link #getModelFromCombiner(String)}
     * @throws Exception what the callback throws
     */
    public Delivery predictGlobalModel(TaskRequest request) throws Exception {
        HostCalls calls = await(runtime.hostCalls());
        try (ScaleoutModel model = await(calls.model(request.modelId()))) {
            return runtime.log().prediction(calls.predict(model, request));
        }
    }

    /**
     * Starts an autonomous task: one that the host wants done and that the client reports to the server.
     *
     * @param type the task's type; {@code Autonomous_} is put before it unless it is there, and it may have 1,000 characters then
     * @param parameters what the callback gets and the server is told; numbers, texts, booleans, lists and maps of these
     * @param callback the host's code; runs at once on a thread of its own
     * @return the task
     * @throws IllegalArgumentException if the type or the parameters are too long, or the parameters have no form in JSON
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet
     */
    public AutonomousTask startAutonomousTask(String type, Map<String, Object> parameters, CustomCallback callback) {
        return await(await(runtime.hostCalls()).start(type, Map.copyOf(parameters), callback));
    }

    /**
     * Starts an autonomous inference: one that the host wants done and that the client reports to the server. Its answer is what the
     * inference callback returns.
     *
     * @param modelId the model to infer with; fetched if it is not here
     * @param parameters what the callback finds in {@link TaskContext#settings()}
     * @return the task
     * @throws EdgeException FAILED_PRECONDITION if there is no inference callback or no combiner yet
     */
    public AutonomousTask startAutonomousInference(String modelId, Map<String, Object> parameters) {
        return await(await(runtime.hostCalls()).startInference(modelId, Map.copyOf(parameters)));
    }

    /**
     * Makes the calling thread log metrics into a context, until the result is closed on the same thread. So the context of a
     * callback can be carried to threads that it starts.
     *
     * @param context where metrics belong
     * @return ends it, and restores the former context
     */
    public ContextScope loggingContext(LoggingContext context) {
        return runtime.current().enter(context)::run;
    }

    /**
     * Makes the calling thread log results of inference into a context, until the result is closed on the same thread.
     *
     * @param context where results belong
     * @return ends it, and restores the former context
     */
    public ContextScope inferenceContext(InferenceContext context) {
        return runtime.current().enter(context)::run;
    }

    /**
     * Throws if the calling thread runs a callback whose task was asked to stop; does nothing on any other thread. Threads that a
     * callback starts use {@link TaskContext#checkAbort()}.
     *
     * @throws TaskAbortedException if the task was asked to stop
     */
    public void checkTaskAbort() {
        runtime.currentTask().ifPresent(TaskContext::checkAbort);
    }

    /**
     * Where metrics of the calling thread's task belong; empty on threads that run no callback of this client.
     *
     * @return the context, if any
     */
    public Optional<LoggingContext> currentLoggingContext() {
        return runtime.current().logging();
    }

    /**
     * Where results of inference of the calling thread belong; empty on threads that run no callback of this client.
     *
     * @return the context, if any
     */
    public Optional<InferenceContext> currentInferenceContext() {
        return runtime.current().inference();
    }

    @Override
    public Delivery logInferenceResult(String key, Map<String, ?> payload, LogOptions options) {
        return runtime.log().logInferenceResult(key, payload, options);
    }

    @Override
    public Delivery logMetric(Map<String, ? extends Number> metrics, LogOptions options) {
        return runtime.log().logMetric(metrics, options);
    }

    @Override
    public Delivery logTelemetry(String key, Map<String, ?> payload, LogOptions options) {
        return runtime.log().logTelemetry(key, payload, options);
    }

    @Override
    public Delivery logAttributes(Map<String, ?> attributes, LogOptions options) {
        return runtime.log().logAttributes(attributes, options);
    }

    @Override
    public Delivery sendStatus(String message, LogLevel level, LogOptions options) {
        return runtime.log().sendStatus(message, level, options);
    }

    /**
     * Tries to send all that waits now, and blocks until everything that was logged before the call is settled or the time is up.
     *
     * @param longest how long to wait
     * @return what was sent, what remains, what was dropped
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public FlushResult flush(Duration longest) {
        return await(runtime.flush(Durations.requirePositive("longest", longest)));
    }

    /**
     * How the client fares. Blocks for a second at most; a client that does not answer by then is not live.
     *
     * @return liveness, readiness, link, queues, counts, tasks
     * @throws EdgeException CANCELLED on interrupt
     */
    public Health health() {
        return await(runtime.health());
    }

    /**
     * The priority classes as they are now, without the default one.
     *
     * @return the classes, in the order they were added
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public List<PriorityClass> priorityClasses() {
        return await(runtime.priorityClasses());
    }

    /**
     * Adds a priority class, until the client is closed.
     *
     * @param added the class
     * @throws EdgeException ALREADY_EXISTS if there is one of the name; FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public void addPriorityClass(PriorityClass added) {
        await(runtime.changeClasses(outbox -> {
            outbox.addPriorityClass(added);
            return added;
        }));
    }

    /**
     * Gives a priority class other rules; what waits in it stays.
     *
     * @param changed the class as it should be
     * @throws EdgeException NOT_FOUND if there is none of the name; FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public void replacePriorityClass(PriorityClass changed) {
        await(runtime.changeClasses(outbox -> {
            outbox.replacePriorityClass(changed);
            return changed;
        }));
    }

    /**
     * Removes a priority class. Records that name it have the lowest priority from then on.
     *
     * @param name of the class
     * @param force whether what waits in it may move to the class of the lowest priority
     * @return how many records moved
     * @throws EdgeException NOT_FOUND if there is none of the name; FAILED_PRECONDITION if it is not empty and force is false, or if
     *     the client is closed; CANCELLED on interrupt
     */
    public int removePriorityClass(String name, boolean force) {
        return await(runtime.changeClasses(outbox -> outbox.removePriorityClass(name, force)));
    }

    /**
     * Closes the client within 10 seconds. See {@link #close(Duration)}.
     *
     * @throws EdgeException CANCELLED if the calling thread is interrupted; closing then goes on without it
     */
    @Override
    public void close() {
        close(DEFAULT_CLOSE_BUDGET);
    }

    /**
     * Takes no more tasks, asks running callbacks to stop, tells the combiner how each task ended, sends what waits, and leaves.
     * Blocks until that is done or the budget is used up; a second call waits for the first. Callbacks that ignore both abort and
     * interrupt are named in a warning and may outlive the client. Called by a callback, which is among those asked to stop, it
     * begins to close and returns at once.
     *
     * @param budget the longest time that closing may take; a disk that does not answer may cost half a second more
     * @throws EdgeException CANCELLED if the calling thread is interrupted; closing then goes on without it
     */
    public void close(Duration budget) {
        CompletionStage<@Nullable Void> closed = runtime.close(Durations.requirePositive("budget", budget));
        if (runtime.currentTask().isEmpty()) {
            await(closed);
        }
    }

    /** A model that comes after its caller has gone is closed. */
    private static ScaleoutModel awaitModel(CompletionStage<ScaleoutModel> stage) {
        try {
            return await(stage);
        } catch (EdgeException failure) {
            if (Thread.currentThread().isInterrupted()) {
                var unused = stage.thenAccept(ScaleoutModel::close);
            }
            throw failure;
        }
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return Blocking.await(stage, "interrupted while waiting for the client");
    }
}
