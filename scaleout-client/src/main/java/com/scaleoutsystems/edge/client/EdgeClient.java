package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkPolicy;
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
import com.scaleoutsystems.edge.internal.NamedValues;
import com.scaleoutsystems.edge.internal.OwnValues;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in federated learning on a Scaleout Edge network: it joins the network, takes tasks, runs the program's
 * callbacks, transfers models and reports.
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
 * handler: the program calls {@link #close()}, or builds the client with {@link EdgeClientBuilder#closeOnShutdown()}.
 *
 * @since 0.1.0
 */
public final class EdgeClient implements RecordLog, AutoCloseable {

    static final Duration DEFAULT_CLOSE_BUDGET = Duration.ofSeconds(10);

    private final ClientRuntime runtime;

    EdgeClient(ClientRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Returns a builder for a client.
     *
     * @return a builder with all defaults
     */
    public static EdgeClientBuilder builder() {
        return new EdgeClientBuilder();
    }

    /**
     * The client's id. After the assignment it is the id from the server; before, it is the id from the builder or a generated one.
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
        return runtime.name();
    }

    /**
     * Where the client keeps its state. No other client can use the directory until this one is closed.
     *
     * @return the directory; empty if the client is stateless
     */
    public Optional<Path> stateDirectory() {
        return runtime.stateDirectory();
    }

    /**
     * The state of the client.
     *
     * @return the state
     */
    public ClientState state() {
        return runtime.state();
    }

    /**
     * Checks everything that joining with this client's settings needs, and says what is wrong and what to do. The client itself
     * does not change. Blocks until all checks are done or have timed out.
     *
     * @return the findings
     */
    public DoctorReport doctor() {
        return runtime.doctor();
    }

    /**
     * Requests an assignment from the API that is set on the builder. Blocks until the last retry.
     *
     * @return the answer; a refusal is a value, not an exception
     * @throws EdgeException FAILED_PRECONDITION if no API is set or the client is closed; CANCELLED on interrupt
     */
    public ConnectToApiResult connectToApi() {
        return Blocking.await(runtime.connectToApi());
    }

    /**
     * Requests an assignment from an API. Blocks until the last retry.
     *
     * @param api the API's URL
     * @param credential the credential for the API
     * @return the answer; a refusal is a value, not an exception
     * @throws IllegalArgumentException if this is not the URL of an API
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public ConnectToApiResult connectToApi(URI api, Credential credential) {
        return Blocking.await(runtime.connectToApi(
                Objects.requireNonNull(api, "api"), Objects.requireNonNull(credential, "credential")));
    }

    /**
     * Enrolls without joining: exchanges the enrollment token for an identity, and keeps the identity as {@link TokenSettings}
     * say. A later client with the same state directory joins with this identity and needs no credential. If the client has
     * already enrolled with the same token, it only returns the id. Blocks until the last retry.
     *
     * @return the client's id, as the server knows it
     * @throws EdgeException FAILED_PRECONDITION if no API is set, the credential is not an enrollment token or the client is closed;
     *     UNAUTHENTICATED if the server refuses the token; UNAVAILABLE if the server is unreachable
     */
    public String enroll() {
        return Blocking.await(runtime.enroll());
    }

    /**
     * Connects to a combiner and checks that it accepts the client's protocol release. Blocks until the combiner has answered.
     *
     * @param combiner how to reach it: the options of {@link ConnectToApiResult.Assigned}, or others
     * @throws EdgeException UNAVAILABLE if it is unreachable, INCOMPATIBLE if it refuses the release, FAILED_PRECONDITION if the
     *     client already has a combiner or is closed; CANCELLED on interrupt
     */
    public void initGrpcHandler(GrpcConnectionOptions combiner) {
        Blocking.await(runtime.initGrpcHandler(Objects.requireNonNull(combiner, "combiner")));
    }

    /**
     * Joins the network, unless the client has joined already, and starts to take tasks. Blocks only until the combiner has
     * answered. After a failure that may pass it tries again as long as {@link EdgeClientBuilder#waitForNetwork(Duration)} says; without
     * that, it throws after the attempts of {@link EdgeClientBuilder#connectRetry}. If the client is being started already, for example by
     * {@link #startInBackground()}, the next attempt comes at once, and this method waits at least as long as the other one.
     *
     * @throws EdgeException if joining fails; {@link EdgeException#retryable()} says whether a later attempt may succeed. The client can
     *     be started again. CANCELLED on interrupt, after which the client keeps trying, or if the client is closed meanwhile
     */
    public void start() {
        Blocking.await(runtime.start());
    }

    /**
     * Whether {@link #start()} and {@link #run()} wait for the network, as {@link EdgeClientBuilder#waitForNetwork(Duration)} says. For a
     * framework that starts the client: if they do not wait, {@link #startInBackground()} starts a client whose network is away. From any
     * thread, also after {@link #close()}.
     *
     * @return true if they try again after failures that may pass
     * @since 0.1.0
     */
    public boolean waitsForNetwork() {
        return runtime.waitsForNetwork();
    }

    /**
     * Starts the client and returns at once. The client joins by itself as soon as it can, for example when a device has booted before its
     * network. Failures that may pass are tried again without limit, after waits that grow to a minute. The client reports each of them
     * to {@link com.scaleoutsystems.edge.client.event.EdgeClientListener#error}, and the last one in
     * {@link com.scaleoutsystems.edge.client.event.Health#troubles()}. Records that the program logs meanwhile wait, and are sent after
     * joining. Methods that need a combiner throw FAILED_PRECONDITION until then. {@link #close()} ends the attempts.
     *
     * @return completes when the client takes tasks; fails with an {@link EdgeException} if no further attempt can succeed, for example
     *     because the server refuses the credential, or with code CANCELLED if the client is closed before it has joined. After such a
     *     failure the client can be started again. Code that follows the stage may block
     * @since 0.1.0
     */
    public CompletionStage<@Nullable Void> startInBackground() {
        return runtime.startInBackground();
    }

    /**
     * Starts the client, and blocks until it is closed or the calling thread is interrupted. After {@link #startInBackground()}, waits for
     * the network without limit. If the client is closed before it has joined, returns as well.
     *
     * @throws EdgeException as {@link #start()}; CANCELLED on interrupt, after which the client keeps running
     */
    public void run() {
        try {
            start();
        } catch (EdgeException failure) {
            if (failure.code() != ErrorCode.CANCELLED || !runtime.isClosing()) {
                throw failure;
            }
        }
        Blocking.await(runtime.closed());
    }

    /**
     * Lets the client use the network for heartbeats alone, for example while the device has only a metered link. Short for
     * {@link #setNetworkPolicy(NetworkPolicy)} with {@link NetworkPolicy#PAUSED}.
     *
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     * @since 0.1.0
     */
    public void pause() {
        setNetworkPolicy(NetworkPolicy.PAUSED);
    }

    /**
     * Lets the client use the network for everything again. Short for {@link #setNetworkPolicy(NetworkPolicy)} with
     * {@link NetworkPolicy#ALL}.
     *
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     * @since 0.1.0
     */
    public void resume() {
        setNetworkPolicy(NetworkPolicy.ALL);
    }

    /**
     * Changes what the client may use the network for. From any thread, before the start or after it. When the method returns, the client
     * begins no call that the policy forbids; a short call that is under way still ends.
     *
     * <p>While the policy is not {@link NetworkPolicy#ALL}, the client takes no tasks. Callbacks that run go on, and their results wait.
     * Records are stored, and sent when the policy allows for them. Transfers of tasks stop, and begin again later without using up
     * attempts; methods of this class that transfer a model fail with a retryable UNAVAILABLE, unless the model is in the cache. A client
     * joins whatever the policy is, because the program asks for that. {@link #close()} keeps the policy: it neither waits for what the
     * policy holds back nor says goodbye, and the next client with the same state directory delivers it.
     *
     * @param policy what the client may use the network for from now on
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     * @since 0.1.0
     */
    public void setNetworkPolicy(NetworkPolicy policy) {
        Blocking.await(runtime.connectedCalls().networkPolicy(Objects.requireNonNull(policy, "policy")));
    }

    /**
     * What the client may use the network for. From any thread, also after {@link #close()}.
     *
     * @return the policy; {@link NetworkPolicy#ALL} unless the program has changed it
     * @since 0.1.0
     */
    public NetworkPolicy networkPolicy() {
        return runtime.connectedCalls().networkPolicy();
    }

    /**
     * Sets the train callback for future tasks.
     *
     * @param callback the program's training code; null for none
     */
    public void setTrainCallback(@Nullable TrainCallback callback) {
        runtime.callbacks().train(callback);
    }

    /**
     * Sets the validate callback for future tasks.
     *
     * @param callback the program's validation code; null for none
     */
    public void setValidateCallback(@Nullable ValidateCallback callback) {
        runtime.callbacks().validate(callback);
    }

    /**
     * Sets the predict callback for future tasks.
     *
     * @param callback the program's prediction code; null for none
     */
    public void setPredictCallback(@Nullable PredictCallback callback) {
        runtime.callbacks().predict(callback);
    }

    /**
     * Sets the inference callback for future tasks.
     *
     * @param callback the program's inference code; null for none
     */
    public void setInferenceCallback(@Nullable InferenceCallback callback) {
        runtime.callbacks().inference(callback);
    }

    /**
     * Sets the callback for models that are staged from now on.
     *
     * @param callback what to do with a staged model; null for nothing
     */
    public void setStageModelCallback(@Nullable StageModelCallback callback) {
        runtime.callbacks().stage(callback);
    }

    /**
     * Sets the callback of a custom task, and replaces the previous one.
     *
     * @param name the task's name; the client adds the prefix {@code Custom_} if it is missing
     * @param callback the program's code
     */
    public void setCustomCallback(String name, CustomCallback callback) {
        runtime.callbacks().custom(Texts.requireText("name", name), Objects.requireNonNull(callback, "callback"));
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
     * Gets a model from the cache or from the combiner. Blocks until the last retry: for ten minutes if the network is at fault.
     *
     * @param modelId the model
     * @return the model, verified; the caller closes it
     * @throws EdgeException NOT_FOUND if the combiner does not have it, DATA_LOSS if every download of it is damaged,
     *     FAILED_PRECONDITION if there is no combiner yet
     */
    public ScaleoutModel getModelFromCombiner(String modelId) {
        return runtime.connectedCalls().model(modelId);
    }

    /**
     * Stores a model at the combiner under its id. Blocks until the last retry.
     *
     * @param model the model; the caller still owns it
     * @throws EdgeException if the combiner does not store it; FAILED_PRECONDITION if there is no combiner yet
     */
    public void sendModelToCombiner(ScaleoutModel model) {
        runtime.connectedCalls().send(Objects.requireNonNull(model, "model"));
    }

    /**
     * Gets a model and keeps it for later inferences.
     *
     * @param modelId the model
     * @return the model; the caller closes it
     * @throws EdgeException as {@link #getModelFromCombiner(String)}
     */
    public ScaleoutModel stageModel(String modelId) {
        return runtime.connectedCalls().stage(modelId);
    }

    /**
     * Keeps a model of the program for later inferences, as if the server had staged it.
     *
     * @param model the model; the caller still owns it
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet, IO if it cannot be kept
     */
    public void stageModel(ScaleoutModel model) {
        runtime.connectedCalls().stage(Objects.requireNonNull(model, "model"));
    }

    /**
     * The staged models that the client still keeps. When the store is full, the client removes staged models like any others.
     * Without a state directory, it removes a model after four newer ones.
     *
     * @return their ids, in the order of staging
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet
     */
    public List<String> stagedModels() {
        return runtime.connectedCalls().staged();
    }

    /**
     * Removes a staged model.
     *
     * @param modelId the model
     * @return false if it was not staged
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet
     */
    public boolean deleteStagedModel(String modelId) {
        return runtime.connectedCalls().unstage(modelId);
    }

    /**
     * Stages a model and runs the inference callback on the calling thread. The client does not report this to the server.
     *
     * @param modelId the model to infer with
     * @param parameters what the callback finds in {@link TaskContext#settings()}; copied
     * @return what the callback returned
     * @throws EdgeException FAILED_PRECONDITION if there is no inference callback or no combiner yet; as
     *     {@link #getModelFromCombiner(String)}
     * @throws Exception what the callback throws, as it is: the callback runs on the calling thread
     */
    public @Nullable Object runInference(String modelId, Map<String, Object> parameters) throws Exception {
        try (ScaleoutModel model = stageModel(modelId)) {
            return runInference(model, parameters);
        }
    }

    /**
     * Runs the inference callback on the calling thread. The client does not report this to the server.
     *
     * @param model the model to infer with; the caller still owns it
     * @param parameters what the callback finds in {@link TaskContext#settings()}; copied
     * @return what the callback returned
     * @throws EdgeException FAILED_PRECONDITION if there is no inference callback or no combiner yet
     * @throws Exception what the callback throws, as it is: the callback runs on the calling thread
     */
    public @Nullable Object runInference(ScaleoutModel model, Map<String, Object> parameters) throws Exception {
        return runtime.connectedCalls().infer(Objects.requireNonNull(model, "model"), copyOf(parameters));
    }

    /**
     * Predicts with a model as if the server had requested it: gets the model, runs the predict callback on the calling thread and
     * sends its values. For combiners of generation 1.0.
     *
     * @param request the model, and the correlation and session ids to send with the prediction
     * @return the receipt of the prediction
     * @throws EdgeException FAILED_PRECONDITION if there is no predict callback or no combiner yet; as
     *     {@link #getModelFromCombiner(String)}
     * @throws Exception what the callback throws, as it is: the callback runs on the calling thread
     */
    public Delivery predictGlobalModel(TaskRequest request) throws Exception {
        return runtime.connectedCalls().predict(request);
    }

    /**
     * Starts an autonomous task: one that the program starts and that the client reports to the server.
     *
     * @param type the task's type; the client adds the prefix {@code Autonomous_} if it is missing; at most 1,000 characters with it
     * @param parameters the parameters for the callback and for the server; copied; numbers, texts, booleans, lists and maps of these
     * @param callback the program's code; it starts at once on a thread of its own
     * @return the task
     * @throws IllegalArgumentException if the type or the parameters are too long, or the parameters have no form in JSON
     * @throws EdgeException FAILED_PRECONDITION if there is no combiner yet
     */
    public AutonomousTask startAutonomousTask(String type, Map<String, Object> parameters, CustomCallback callback) {
        return runtime.connectedCalls()
                .start(
                        Texts.requireText("type", type),
                        copyOf(parameters),
                        Objects.requireNonNull(callback, "callback"));
    }

    /**
     * Starts an autonomous inference: one that the program starts and that the client reports to the server. Its answer is the
     * result of the inference callback.
     *
     * @param modelId the model to infer with; the client downloads it if necessary
     * @param parameters what the callback finds in {@link TaskContext#settings()}; copied
     * @return the task
     * @throws EdgeException FAILED_PRECONDITION if there is no inference callback or no combiner yet
     */
    public AutonomousTask startAutonomousInference(String modelId, Map<String, Object> parameters) {
        return runtime.connectedCalls().startInference(modelId, copyOf(parameters));
    }

    private static Map<String, Object> copyOf(Map<String, Object> parameters) {
        Map<String, Object> copy = OwnValues.copyOf(Objects.requireNonNull(parameters, "parameters is null"));
        copy.forEach((name, value) -> {
            Objects.requireNonNull(name, "a name in parameters is null");
            Objects.requireNonNull(value, () -> "parameters." + name + " is null");
        });
        return copy;
    }

    /**
     * Makes a context current for the metrics of the calling thread, until the result is closed on the same thread. A callback can
     * carry its context to its threads in this way.
     *
     * @param context the context of the metrics
     * @return a scope that restores the previous context when it is closed
     */
    public ContextScope makeCurrent(LoggingContext context) {
        return runtime.current().enter(Objects.requireNonNull(context, "context"))::run;
    }

    /**
     * Makes a context current for the inference results of the calling thread, until the result is closed on the same thread.
     *
     * @param context the context of the results
     * @return a scope that restores the previous context when it is closed
     */
    public ContextScope makeCurrent(InferenceContext context) {
        return runtime.current().enter(Objects.requireNonNull(context, "context"))::run;
    }

    /**
     * Throws if the calling thread runs a callback whose task was aborted. On any other thread it does nothing; threads that a
     * callback starts use {@link TaskContext#checkAbort()}.
     *
     * @throws TaskAbortedException if the task was aborted
     */
    public void checkTaskAbort() {
        runtime.current().ofThisThread().ifPresent(TaskContext::checkAbort);
    }

    /**
     * The context of metrics on the calling thread; empty on threads that run no callback of this client.
     *
     * @return the context, if any
     */
    public Optional<LoggingContext> currentLoggingContext() {
        return runtime.current().logging();
    }

    /**
     * The context of inference results on the calling thread; empty on threads that run no callback of this client.
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
     * Tries to send all waiting records now. Blocks until every record that was logged before the call is settled, or until the time is up.
     *
     * @param longest how long to wait
     * @return how many records were sent, remain, were rejected and were dropped
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public FlushResult flush(Duration longest) {
        return Blocking.await(runtime.flush(Durations.requirePositive("longest", longest)));
    }

    /**
     * The client's health. Blocks for a second at most; a client that does not answer by then is not live.
     *
     * @return liveness, readiness, link, queues, counts, tasks
     * @throws EdgeException CANCELLED on interrupt
     */
    public Health health() {
        return Blocking.await(runtime.health());
    }

    /**
     * The current priority classes, without the default class.
     *
     * @return the classes, in the order they were added
     * @throws EdgeException FAILED_PRECONDITION if the client is closed; CANCELLED on interrupt
     */
    public List<PriorityClass> priorityClasses() {
        return Blocking.await(runtime.priorityClasses().all());
    }

    /**
     * Adds a priority class, until the client is closed.
     *
     * @param added the class
     * @throws EdgeException ALREADY_EXISTS if there is already a class with this name; FAILED_PRECONDITION if the client is closed;
     *     CANCELLED on interrupt
     */
    public void addPriorityClass(PriorityClass added) {
        Blocking.await(runtime.priorityClasses().add(Objects.requireNonNull(added, "added")));
    }

    /**
     * Changes the rules of a priority class. Its waiting records remain in it.
     *
     * @param changed the class with its new rules
     * @throws EdgeException NOT_FOUND if there is no class with this name; FAILED_PRECONDITION if the client is closed; CANCELLED on
     *     interrupt
     */
    public void replacePriorityClass(PriorityClass changed) {
        Blocking.await(runtime.priorityClasses().replace(Objects.requireNonNull(changed, "changed")));
    }

    /**
     * Removes a priority class in which no record waits. From then on, records that name it have the lowest priority.
     *
     * @param name the name of the class
     * @throws EdgeException NOT_FOUND if there is no class with this name; FAILED_PRECONDITION if records wait in it or the client is
     *     closed; CANCELLED on interrupt
     */
    public void removePriorityClass(String name) {
        Blocking.await(runtime.priorityClasses().remove(Objects.requireNonNull(name, "name")));
    }

    /**
     * Removes a priority class, and moves the records that wait in it to the default class.
     *
     * @param name the name of the class
     * @return how many records moved
     * @throws EdgeException NOT_FOUND if there is no class with this name; FAILED_PRECONDITION if the client is closed; CANCELLED on
     *     interrupt
     */
    public int mergePriorityClassIntoDefault(String name) {
        return Blocking.await(runtime.priorityClasses().mergeIntoDefault(Objects.requireNonNull(name, "name")));
    }

    /**
     * Closes the client within 10 seconds. See {@link #close(Duration)}.
     *
     * @throws EdgeException CANCELLED if the calling thread is interrupted; closing then continues without it
     */
    @Override
    public void close() {
        close(DEFAULT_CLOSE_BUDGET);
    }

    /**
     * Closes the client: it accepts no more tasks, aborts running callbacks, reports how each task ended, sends waiting records, and
     * says goodbye. Blocks until that is done or the budget is used up. A warning names callbacks that ignore both abort and
     * interrupt; they may outlive the client. If a callback calls this method, closing starts, the callback is aborted like the
     * others, and the method returns at once.
     *
     * <p>If several threads call this method, closing ends when the first of their budgets is used up. If the client cannot keep a
     * budget, for example on an overloaded machine, the method logs a warning and returns. Closing then continues in the background.
     *
     * @param budget the longest time that closing may take; if the disk does not answer or the machine is too busy, the method may take
     *     0.6 s more
     * @throws EdgeException CANCELLED if the calling thread is interrupted; closing then continues without it
     */
    public void close(Duration budget) {
        CompletionStage<@Nullable Void> closed = runtime.close(Durations.requirePositive("budget", budget));
        if (runtime.current().ofThisThread().isEmpty()) {
            Blocking.await(closed);
        }
    }

    /**
     * Describes the client for a log. Never blocks.
     *
     * @return its name, id and state; no secrets
     */
    @Override
    public String toString() {
        return "EdgeClient"
                + new NamedValues().with("name", name()).with("id", clientId()).with("state", state());
    }
}
