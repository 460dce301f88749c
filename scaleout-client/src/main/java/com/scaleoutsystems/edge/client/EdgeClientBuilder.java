package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.Experimental;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.doctor.Doctor;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.state.HomeDirectory;
import com.scaleoutsystems.edge.client.internal.state.StoredModelCache;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.CredentialsCallback;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TokenCallback;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.RestartCallback;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.StageModelCallback;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Builds a client. Everything has a default, except the API (or a combiner, given later) and the callbacks.
 *
 * @since 0.1.0
 */
public final class EdgeClientBuilder {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private @Nullable URI api;
    private Credential credential = Credential.none();
    private @Nullable String clientId;
    private @Nullable String name;
    private @Nullable String preferredCombiner;
    private @Nullable String clientVersion;
    private @Nullable Path stateDirectory;
    private boolean stateless;
    private @Nullable Path home;
    private @Nullable GrpcConnectionOptions combiner;
    private @Nullable Duration shutdownBudget;
    private Duration networkWait = Duration.ZERO;
    private Duration reassignAfter = JoinSettings.REASSIGN_AFTER;
    private @Nullable CredentialsCallback onCredentialsRejected;
    private Duration computePackageWait = Duration.ZERO;
    private TokenSettings tokens = TokenSettings.defaults();
    private @Nullable TokenCallback onTokenRefresh;
    private RetryPolicy connect = RetryPolicy.defaults();
    private NetworkProfile network = NetworkProfile.defaults();
    private TaskSettings tasks = TaskSettings.defaults();
    private @Nullable Duration pollInterval;
    private @Nullable CallbackThreads callbackThreads;
    private ReportingSettings reporting = ReportingSettings.defaults();
    private TransferSettings transfers = TransferSettings.defaults();
    private ModelStoreSettings models = StoredModelCache.defaults();
    private TrustPolicy trust = TrustPolicy.defaults();
    private SignatureSource signatures = modelId -> Optional.empty();
    private final Callbacks callbacks;
    private Generation generation = Generation.AUTO;
    private final List<EdgeClientListener> listeners;

    EdgeClientBuilder() {
        this.callbacks = new Callbacks();
        this.listeners = new ArrayList<>();
    }

    /** The same settings, to be changed apart from those. */
    EdgeClientBuilder(EdgeClientBuilder other) {
        this.api = other.api;
        this.credential = other.credential;
        this.clientId = other.clientId;
        this.name = other.name;
        this.preferredCombiner = other.preferredCombiner;
        this.clientVersion = other.clientVersion;
        this.stateDirectory = other.stateDirectory;
        this.stateless = other.stateless;
        this.home = other.home;
        this.combiner = other.combiner;
        this.shutdownBudget = other.shutdownBudget;
        this.networkWait = other.networkWait;
        this.reassignAfter = other.reassignAfter;
        this.onCredentialsRejected = other.onCredentialsRejected;
        this.computePackageWait = other.computePackageWait;
        this.tokens = other.tokens;
        this.onTokenRefresh = other.onTokenRefresh;
        this.connect = other.connect;
        this.network = other.network;
        this.tasks = other.tasks;
        this.pollInterval = other.pollInterval;
        this.callbackThreads = other.callbackThreads;
        this.reporting = other.reporting;
        this.transfers = other.transfers;
        this.models = other.models;
        this.trust = other.trust;
        this.signatures = other.signatures;
        this.callbacks = other.callbacks.copy();
        this.generation = other.generation;
        this.listeners = new ArrayList<>(other.listeners);
    }

    /** The id that was set on this builder. */
    Optional<String> id() {
        return Optional.ofNullable(clientId);
    }

    /**
     * The API that assigns a combiner.
     *
     * @param url the network's API, {@code http://host[:port][/path]} or {@code https://host[:port][/path]}
     * @return this builder
     */
    public EdgeClientBuilder api(URI url) {
        this.api = ApiUrl.of(Objects.requireNonNull(url, "url is null")).uri();
        return this;
    }

    /**
     * The API that assigns a combiner, as people write it: without a scheme, the client uses http for this machine and https for all
     * others.
     *
     * @param url the network's API, {@code [http[s]://]host[:port][/path]}
     * @return this builder
     */
    public EdgeClientBuilder api(String url) {
        this.api = ApiUrl.parse(Objects.requireNonNull(url, "url is null"));
        return this;
    }

    /**
     * The combiner to join, without an assignment. If an API is also set, it then only issues tokens, unless the program calls
     * {@link EdgeClient#connectToApi()} and gets an assignment.
     *
     * @param value how to reach it, such as {@link GrpcConnectionOptions#of(String, int)}
     * @return this builder
     */
    public EdgeClientBuilder combiner(GrpcConnectionOptions value) {
        this.combiner = Objects.requireNonNull(value, "combiner");
        return this;
    }

    /**
     * How long to wait if the network has no compute package yet. The client asks again every 3 s, as the reference client does. By
     * default it does not wait, and the answer is {@link ConnectToApiResult.ComputePackageMissing}.
     *
     * @param atMost the longest wait; zero for none
     * @return this builder
     */
    public EdgeClientBuilder waitForComputePackage(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException(
                    "the wait for a compute package is " + atMost + "; it must not be negative");
        }
        this.computePackageWait = atMost;
        return this;
    }

    /**
     * How long {@link EdgeClient#start()} and {@link EdgeClient#run()} wait for the network: after a failure that may pass, such as a
     * server that is not reachable, they try again until this time is over. The waits between attempts grow to a minute. By default they
     * throw after the attempts of {@link #connectRetry}.
     *
     * @param atMost the longest wait; zero for none
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder waitForNetwork(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("the wait for the network is " + atMost + "; it must not be negative");
        }
        this.networkWait = atMost;
        return this;
    }

    /**
     * Lets {@link EdgeClient#start()} and {@link EdgeClient#run()} wait for the network without limit. To start without waiting, use
     * {@link EdgeClient#startInBackground()}.
     *
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder waitForNetwork() {
        return waitForNetwork(ChronoUnit.FOREVER.getDuration());
    }

    /**
     * How long the combiner may stay away before the client asks the API for another one. Default: 30 s. The client then goes on trying its
     * combiner as well, and moves if the API names another one: with its tasks, its waiting records and all models of results. Callbacks
     * go on meanwhile. A client whose combiner the program has chosen stays with it.
     *
     * @param limit positive; {@code ChronoUnit.FOREVER.getDuration()} for never
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder reassignAfter(Duration limit) {
        this.reassignAfter =
                Durations.requirePositive("the limit after which the client asks for another combiner", limit);
        return this;
    }

    /**
     * Called when the server refuses the client's credential for good, to get another one. Without it, the client goes on as it is, keeps
     * everything, and tells its listeners, until the program builds another client.
     *
     * @param callback the program's code
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder onCredentialsRejected(CredentialsCallback callback) {
        this.onCredentialsRejected = Objects.requireNonNull(callback, "callback");
        return this;
    }

    /**
     * Where the client keeps its tokens.
     *
     * @param value the settings
     * @return this builder
     */
    public EdgeClientBuilder tokens(TokenSettings value) {
        this.tokens = Objects.requireNonNull(value, "tokens");
        return this;
    }

    /**
     * Called with every new pair of tokens, including the pair from enrollment.
     *
     * @param callback the program's code
     * @return this builder
     */
    public EdgeClientBuilder onTokenRefresh(TokenCallback callback) {
        this.onTokenRefresh = Objects.requireNonNull(callback, "callback");
        return this;
    }

    /**
     * The credential for the API. Without it the client sends no authorization header.
     *
     * @param value the credential
     * @return this builder
     */
    public EdgeClientBuilder credential(Credential value) {
        this.credential = Objects.requireNonNull(value, "credential");
        return this;
    }

    /**
     * The client's id. Without it, the client uses the id in the state directory, or a generated one.
     *
     * @param value not blank
     * @return this builder
     */
    public EdgeClientBuilder clientId(String value) {
        this.clientId = text("clientId", value);
        return this;
    }

    /**
     * The client's name, for people. Default: {@code client-} and the first eight characters of its id.
     *
     * @param value not blank
     * @return this builder
     */
    public EdgeClientBuilder name(String value) {
        this.name = text("name", value);
        return this;
    }

    /**
     * The combiner that the client prefers in the assignment.
     *
     * @param value the combiner's name
     * @return this builder
     */
    public EdgeClientBuilder preferredCombiner(String value) {
        this.preferredCombiner = text("preferredCombiner", value);
        return this;
    }

    /**
     * The protocol release that the client reports in the version check. Default: 1.1.0.
     *
     * @param value a release such as {@code 1.1.0}
     * @return this builder
     */
    public EdgeClientBuilder clientVersion(String value) {
        this.clientVersion = Texts.requireText("clientVersion", value);
        return this;
    }

    /**
     * Where the client keeps its state: one directory for one client at a time. Default: {@code ~/.scaleout/edge/} and a folder
     * named after the API's host and the client's id or name; if the JVM finds no home directory, that of {@code HOME} counts.
     *
     * @param directory the directory; the client creates it if it is missing
     * @return this builder
     */
    public EdgeClientBuilder stateDirectory(Path directory) {
        this.stateDirectory = Objects.requireNonNull(directory, "directory");
        Texts.requireUndamaged("stateDirectory", directory.toString());
        this.stateless = false;
        return this;
    }

    /** The parent of the folder {@code .scaleout}, which holds default state directories. Default: the user's home directory. */
    EdgeClientBuilder home(Path directory) {
        this.home = directory;
        return this;
    }

    /**
     * Keeps all state in memory. Undelivered records are lost with the process, and their receipts say so.
     *
     * @return this builder
     */
    public EdgeClientBuilder stateless() {
        this.stateless = true;
        this.stateDirectory = null;
        return this;
    }

    /**
     * How often the client tries to join.
     *
     * @param value the policy
     * @return this builder
     */
    public EdgeClientBuilder connectRetry(RetryPolicy value) {
        this.connect = Objects.requireNonNull(value, "connectRetry");
        return this;
    }

    /**
     * How the client reaches the network.
     *
     * @param value the profile
     * @return this builder
     */
    public EdgeClientBuilder network(NetworkProfile value) {
        this.network = Objects.requireNonNull(value, "network");
        return this;
    }

    /**
     * How the client takes and runs tasks. What {@link #pollInterval} and {@link #callbackThreads} have set stays, unless these settings
     * have another value than the default for it.
     *
     * @param value the settings
     * @return this builder
     */
    public EdgeClientBuilder tasks(TaskSettings value) {
        TaskSettings given = Objects.requireNonNull(value, "tasks");
        TaskSettings defaults = TaskSettings.defaults();
        if (pollInterval != null && given.pollInterval().equals(defaults.pollInterval())) {
            given = given.withPollInterval(pollInterval);
        }
        if (callbackThreads != null && given.callbackThreads().equals(defaults.callbackThreads())) {
            given = given.withCallbackThreads(callbackThreads);
        }
        this.tasks = given;
        return this;
    }

    /**
     * Time from the start of one poll to the next while nothing happens. Default 5 s. The same as the setting in {@link
     * TaskSettings}, and a later call of {@link #tasks} with the default interval does not change it.
     *
     * @param value longer than zero
     * @return this builder
     */
    public EdgeClientBuilder pollInterval(Duration value) {
        this.tasks = tasks.withPollInterval(value);
        this.pollInterval = value;
        return this;
    }

    /**
     * On which threads callbacks run. Default: a platform thread for each callback. The same as the setting in {@link TaskSettings}, and a
     * later call of {@link #tasks} with the default threads does not change it.
     *
     * @param value platform threads, virtual threads, or an executor of the program
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder callbackThreads(CallbackThreads value) {
        this.tasks = tasks.withCallbackThreads(value);
        this.callbackThreads = value;
        return this;
    }

    /**
     * How the client reports.
     *
     * @param value the settings
     * @return this builder
     */
    public EdgeClientBuilder reporting(ReportingSettings value) {
        this.reporting = Objects.requireNonNull(value, "reporting");
        return this;
    }

    /**
     * How the client transfers models.
     *
     * @param value the settings
     * @return this builder
     */
    public EdgeClientBuilder transfers(TransferSettings value) {
        this.transfers = Objects.requireNonNull(value, "transfers");
        return this;
    }

    /**
     * How the client keeps downloaded models for later tasks, how large they may be and how it decodes them. The models are in the
     * state directory; a stateless client keeps only the last few. Default: the 8 models that were used last, at most 256 MiB, for 7 days
     * after their last use, and the model module's default limits for decoding. The limits of number and size are not for staged models,
     * which may take as many bytes as the settings allow, and at least 2 GiB. Whatever the settings say, the other models never take more
     * than a tenth of the disk's space that is free at the start.
     *
     * @param value the settings
     * @return this builder
     */
    public EdgeClientBuilder models(ModelStoreSettings value) {
        this.models = Objects.requireNonNull(value, "models");
        return this;
    }

    /**
     * What a model must prove before a callback sees it. Default: its checksum, if the combiner sends one.
     *
     * @param policy the rules, without signers, because combiners send no signatures
     * @return this builder
     */
    public EdgeClientBuilder trust(TrustPolicy policy) {
        return trust(policy, signatures);
    }

    /**
     * What a model must prove before a callback sees it, including signatures.
     *
     * @param policy the rules
     * @param source finds the signature of a model
     * @return this builder
     */
    public EdgeClientBuilder trust(TrustPolicy policy, SignatureSource source) {
        this.trust = Objects.requireNonNull(policy, "policy");
        this.signatures = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Runs training tasks. Without it they end as FAILED.
     *
     * @param callback the program's training code
     * @return this builder
     */
    public EdgeClientBuilder onTrain(TrainCallback callback) {
        callbacks.train(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Runs validation tasks. Without it they end as FAILED.
     *
     * @param callback the program's validation code
     * @return this builder
     */
    public EdgeClientBuilder onValidate(ValidateCallback callback) {
        callbacks.validate(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Runs prediction tasks, which only combiners of generation 1.0 hand out. Without it they end as FAILED.
     *
     * @param callback the program's prediction code
     * @return this builder
     */
    public EdgeClientBuilder onPredict(PredictCallback callback) {
        callbacks.predict(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Runs inference tasks. Without it they end as FAILED.
     *
     * @param callback the program's inference code
     * @return this builder
     */
    public EdgeClientBuilder onInference(InferenceCallback callback) {
        callbacks.inference(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Called for staged models. The client stages models without it, too.
     *
     * @param callback what to do with a staged model
     * @return this builder
     */
    public EdgeClientBuilder onStageModel(StageModelCallback callback) {
        callbacks.stage(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Runs custom tasks of one name. Those without a callback, this or {@link #onOtherCustom}, end as FAILED.
     *
     * @param name the task's name; the client adds the prefix {@code Custom_} if it is missing
     * @param callback the program's code
     * @return this builder
     */
    public EdgeClientBuilder onCustom(String name, CustomCallback callback) {
        callbacks.custom(Texts.requireText("name", name), Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Runs custom tasks whose name has no callback of its own. {@link TaskContext#request()} contains the name.
     *
     * @param callback the program's code
     * @return this builder
     */
    public EdgeClientBuilder onOtherCustom(CustomCallback callback) {
        callbacks.otherCustom(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Consents to restarts that the server requests. Without it the client refuses them.
     *
     * @param callback prepares the restart, or refuses it
     * @return this builder
     */
    public EdgeClientBuilder onRestartRequested(RestartCallback callback) {
        callbacks.restart(Objects.requireNonNull(callback, "callback"));
        return this;
    }

    /**
     * Sets which generation of the protocol the combiner speaks. Default: {@link Generation#AUTO}.
     *
     * @param value the generation
     * @return this builder
     */
    @Experimental
    public EdgeClientBuilder generation(Generation value) {
        this.generation = Objects.requireNonNull(value, "generation");
        return this;
    }

    /**
     * Traces the client's tasks. Without a tracer nothing is traced.
     *
     * @param tracer the tracer
     * @return this builder
     */
    public EdgeClientBuilder tracer(TaskTracer tracer) {
        callbacks.tracer(Objects.requireNonNull(tracer, "tracer"));
        return this;
    }

    /**
     * Adds a listener for the client's events. Each call adds one.
     *
     * @param listener the listener
     * @return this builder
     */
    public EdgeClientBuilder listener(EdgeClientListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Closes the client within 10 seconds when the JVM shuts down. See {@link #closeOnShutdown(Duration)}.
     *
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder closeOnShutdown() {
        return closeOnShutdown(EdgeClient.DEFAULT_CLOSE_BUDGET);
    }

    /**
     * Closes the client when the JVM shuts down: after SIGTERM or Ctrl-C, {@code System.exit}, or the end of the last thread that is no
     * daemon. For programs without a framework that closes the client. The client then adds a shutdown hook to the JVM when it is built,
     * and removes it when it is closed. Several clients close at the same time. By default there is no hook.
     *
     * @param budget the longest time that closing may take; the time that the system gives to a process which is to end should be longer
     * @return this builder
     * @since 0.1.0
     */
    public EdgeClientBuilder closeOnShutdown(Duration budget) {
        this.shutdownBudget = Durations.requirePositive("budget", budget);
        return this;
    }

    /**
     * Checks everything that joining with these settings needs (names, connections, certificates, clock, credential, assignment,
     * combiner, state directory), and says what is wrong and what to do. Takes no task, and keeps no connection open afterwards.
     * Blocks until all checks are done or have timed out.
     *
     * @return the findings
     */
    public DoctorReport doctor() {
        return new Doctor(new SystemEnv()).examine(this::settings, Optional.ofNullable(clientId), chosenDirectory());
    }

    /**
     * Builds the client, and locks its state directory if it has one. The client does not use the network yet.
     *
     * @return the client
     * @throws com.scaleoutsystems.edge.EdgeException FAILED_PRECONDITION if another client has the state directory or it belongs
     *     to another id, or if the default directory is wanted and the user has no home directory, or if the libraries on the class path do
     *     not fit together; IO if it cannot be written; CANCELLED if the calling thread is interrupted
     */
    public EdgeClient build() {
        return new EdgeClient(open(
                new Opening<>(ClientRuntime::closeOnShutdown, ClientRuntime::close),
                directory -> ClientRuntime.open(this::settings, id(), callbacks(), directory)));
    }

    /** The builder of one client of a group. */
    EdgeClientBuilder member(int number) {
        EdgeClientBuilder member = new EdgeClientBuilder(this);
        if (name != null) {
            member.name(name + "-" + number);
        }
        if (clientId != null) {
            member.clientId(clientId + "-" + number);
        }
        return member;
    }

    /** What the clients of a group share. */
    List<Object> shared() {
        return List.of(
                stateless, Optional.ofNullable(stateDirectory), network, models, Optional.ofNullable(shutdownBudget));
    }

    /** Opens what has this builder's state directory. */
    <T> T open(Opening<T> how, Function<Optional<Path>, T> opener) {
        return how.open(() -> opener.apply(chosenDirectory()), shutdownBudget);
    }

    /** The host's code that was set on this builder so far. */
    Callbacks callbacks() {
        return callbacks.copy();
    }

    private Optional<Path> chosenDirectory() {
        if (stateless) {
            return Optional.empty();
        }
        if (stateDirectory != null) {
            return Optional.of(stateDirectory);
        }
        String who = clientId != null ? clientId : name;
        if (who == null) {
            LOG.warn("the client has no id, no name and no state directory; it keeps its state only in memory");
            return Optional.empty();
        }
        String where = api == null ? "direct" : ApiUrl.folder(api);
        Path parent = home != null ? home : HomeDirectory.find();
        return Optional.of(parent.resolve(".scaleout").resolve("edge").resolve(Texts.fileName(where + "-" + who)));
    }

    private static String text(String setting, String value) {
        return Texts.requireUndamaged(setting, Texts.requireText(setting, value));
    }

    /** What was set on this builder, for a client of this id. */
    ClientSettings settings(String id) {
        String shownName = name != null ? name : "client-" + id.substring(0, Math.min(8, id.length()));
        return new ClientSettings(
                Optional.ofNullable(api),
                credential,
                id,
                shownName,
                Optional.ofNullable(preferredCombiner),
                clientVersion != null ? clientVersion : Dialects.of(generation).release(),
                generation,
                connect,
                new JoinSettings(
                        Optional.ofNullable(combiner),
                        networkWait,
                        computePackageWait,
                        reassignAfter,
                        tokens,
                        Optional.ofNullable(onTokenRefresh),
                        Optional.ofNullable(onCredentialsRejected)),
                network,
                tasks,
                reporting,
                transfers,
                models,
                trust,
                signatures,
                List.copyOf(listeners));
    }
}
