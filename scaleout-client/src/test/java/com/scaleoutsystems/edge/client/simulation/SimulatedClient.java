package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.JoinSettings;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.RecentModels;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A whole client after joining, on one thread and in virtual time, against a simulated combiner. */
final class SimulatedClient {

    /** No test needs more virtual time than this. */
    static final Duration LIMIT = Duration.ofHours(2);

    /** How long each callback seems to take. */
    static final Duration CALLBACK_TIME = Duration.ofSeconds(7);

    private static final Adapters.ApiFactory JOINED = (url, strand, retry) -> {
        throw new AssertionError("this client has joined already");
    };

    final VirtualEnv env;
    final SimulatedCombiner combiner;
    ClientRuntime runtime;

    /** The addresses to which the client has opened a transport. */
    final List<String> opened = new ArrayList<>();

    /** What the client shows its combiner. */
    Bearer shown = Bearer.none();

    private final Map<String, SimulatedCombiner> others = new HashMap<>();

    /** Begins a process of this client. */
    private final Supplier<ClientRuntime> process;

    /** What a process finds when it begins. */
    interface Disk {
        /** The store as it is now. */
        StateStore store(VirtualEnv env);

        /** The pinned models as they are now. */
        BlobStore blobs();

        /** What is forgotten with the last process. */
        static Disk memory(StateStore store) {
            BlobStore blobs = new MemoryBlobStore();
            return new Disk() {
                @Override
                public StateStore store(VirtualEnv env) {
                    return store;
                }

                @Override
                public BlobStore blobs() {
                    return blobs;
                }
            };
        }
    }

    SimulatedClient(long seed, @Nullable TrainCallback train, @Nullable ValidateCallback validate) {
        this(seed, train, validate, TaskSettings.defaults(), new MemoryStateStore());
    }

    SimulatedClient(
            long seed,
            @Nullable TrainCallback train,
            @Nullable ValidateCallback validate,
            TrustPolicy trust,
            SignatureSource signatures) {
        this(
                seed,
                settings(TaskSettings.defaults(), trust, signatures),
                callbacks(train, validate),
                new MemoryStateStore());
    }

    /** A client with some other adapters than the usual ones. */
    SimulatedClient(Callbacks callbacks, long seed, UnaryOperator<Adapters> change) {
        this(callbacks, TaskSettings.defaults(), seed, change);
    }

    /** A client with some other adapters than the usual ones, and with all that belongs to its program. */
    SimulatedClient(
            Callbacks callbacks,
            TaskSettings tasks,
            TrustPolicy trust,
            SignatureSource signatures,
            List<EdgeClientListener> listeners,
            UnaryOperator<Adapters> change) {
        this(
                1,
                settings(
                        Optional.empty(),
                        tasks,
                        trust,
                        signatures,
                        JoinSettings.defaults(),
                        ReportingSettings.defaults().withNodeTelemetry(false),
                        listeners),
                callbacks,
                Disk.memory(new MemoryStateStore()),
                JOINED,
                change);
    }

    /** A client with some other adapters than the usual ones. */
    SimulatedClient(Callbacks callbacks, TaskSettings tasks, long seed, UnaryOperator<Adapters> change) {
        this(
                seed,
                settings(tasks, TrustPolicy.defaults(), id -> Optional.empty()),
                callbacks,
                Disk.memory(new MemoryStateStore()),
                JOINED,
                change);
    }

    SimulatedClient(Callbacks callbacks, TaskSettings tasks, long seed) {
        this(seed, settings(tasks, TrustPolicy.defaults(), id -> Optional.empty()), callbacks, new MemoryStateStore());
    }

    SimulatedClient(
            long seed,
            @Nullable TrainCallback train,
            @Nullable ValidateCallback validate,
            TaskSettings tasks,
            StateStore store) {
        this(seed, settings(tasks, TrustPolicy.defaults(), id -> Optional.empty()), callbacks(train, validate), store);
    }

    /** A client that has not joined yet. */
    SimulatedClient(JoinSettings join, EdgeApi api) {
        this(
                1,
                settings(TaskSettings.defaults(), TrustPolicy.defaults(), id -> Optional.empty(), join),
                new Callbacks(),
                Disk.memory(new MemoryStateStore()),
                (url, strand, retry) -> api,
                UnaryOperator.identity());
    }

    /** A client that has not joined yet, and whose API may be one that cannot be opened. */
    SimulatedClient(URI url, Adapters.ApiFactory apis) {
        this(url, Credential.none(), JoinSettings.defaults(), apis, List.of());
    }

    /** A client that has not joined yet. */
    SimulatedClient(
            URI url,
            Credential credential,
            JoinSettings join,
            Adapters.ApiFactory apis,
            List<EdgeClientListener> listeners) {
        this(
                1,
                settings(
                        Optional.of(url),
                        credential,
                        TaskSettings.defaults(),
                        TrustPolicy.defaults(),
                        id -> Optional.empty(),
                        join,
                        ReportingSettings.defaults().withNodeTelemetry(false),
                        listeners),
                new Callbacks(),
                Disk.memory(new MemoryStateStore()),
                apis,
                UnaryOperator.identity());
    }

    /** A client with callbacks that has not joined yet. */
    SimulatedClient(
            URI url,
            Credential credential,
            JoinSettings join,
            EdgeApi api,
            List<EdgeClientListener> listeners,
            Callbacks callbacks) {
        this(
                1,
                settings(
                        Optional.of(url),
                        credential,
                        TaskSettings.defaults(),
                        TrustPolicy.defaults(),
                        id -> Optional.empty(),
                        join,
                        ReportingSettings.defaults().withNodeTelemetry(false),
                        listeners),
                callbacks,
                Disk.memory(new MemoryStateStore()),
                (at, strand, retry) -> api,
                UnaryOperator.identity());
    }

    SimulatedClient(long seed, @Nullable TrainCallback train, ReportingSettings reporting, Disk disk) {
        this(seed, train, reporting, disk, List.of());
    }

    SimulatedClient(
            long seed,
            @Nullable TrainCallback train,
            ReportingSettings reporting,
            Disk disk,
            List<EdgeClientListener> listeners) {
        this(
                seed,
                settings(
                        Optional.empty(),
                        TaskSettings.defaults(),
                        TrustPolicy.defaults(),
                        id -> Optional.empty(),
                        JoinSettings.defaults(),
                        reporting,
                        listeners),
                callbacks(train, null),
                disk,
                JOINED,
                UnaryOperator.identity());
    }

    SimulatedClient(long seed, @Nullable TrainCallback train, TaskSettings tasks, ReportingSettings reporting) {
        this(
                seed,
                settings(
                        Optional.empty(),
                        tasks,
                        TrustPolicy.defaults(),
                        id -> Optional.empty(),
                        JoinSettings.defaults(),
                        reporting,
                        List.of()),
                callbacks(train, null),
                new MemoryStateStore());
    }

    private SimulatedClient(long seed, ClientSettings settings, Callbacks callbacks, StateStore store) {
        this(seed, settings, callbacks, Disk.memory(store), JOINED, UnaryOperator.identity());
    }

    private SimulatedClient(
            long seed,
            ClientSettings settings,
            Callbacks callbacks,
            Disk disk,
            Adapters.ApiFactory apis,
            UnaryOperator<Adapters> change) {
        env = new VirtualEnv(seed, CALLBACK_TIME);
        combiner = new SimulatedCombiner(env);
        RecentModels models = new RecentModels(ModelSettings.defaults());
        process = () -> new ClientRuntime(
                settings,
                callbacks,
                change.apply(new Adapters(
                        env,
                        disk.store(env),
                        disk.blobs(),
                        models,
                        Optional.empty(),
                        apis,
                        (options, identity, bearer) -> {
                            opened.add(options.address());
                            shown = bearer;
                            combiner.opened(bearer);
                            return others.getOrDefault(options.address(), combiner);
                        })));
        runtime = process.get();
    }

    /** There is another combiner at this address. */
    SimulatedCombiner addCombiner(GrpcConnectionOptions at) {
        SimulatedCombiner other = new SimulatedCombiner(env);
        others.put(at.address(), other);
        return other;
    }

    /** The process is killed, and another one begins with what the stores have kept. */
    void killAndRestart() {
        killAndBuild();
        start();
    }

    /** The process is killed, and another one begins and has not joined yet. */
    void killAndBuild() {
        env.kill();
        combiner.clientGone();
        runtime = process.get();
    }

    private static Callbacks callbacks(@Nullable TrainCallback train, @Nullable ValidateCallback validate) {
        Callbacks callbacks = new Callbacks();
        callbacks.train(train);
        callbacks.validate(validate);
        return callbacks;
    }

    private static ClientSettings settings(TaskSettings tasks, TrustPolicy trust, SignatureSource signatures) {
        return settings(tasks, trust, signatures, JoinSettings.defaults());
    }

    private static ClientSettings settings(
            TaskSettings tasks, TrustPolicy trust, SignatureSource signatures, JoinSettings join) {
        return settings(
                Optional.empty(),
                tasks,
                trust,
                signatures,
                join,
                ReportingSettings.defaults().withNodeTelemetry(false),
                List.of());
    }

    private static ClientSettings settings(
            Optional<URI> api,
            TaskSettings tasks,
            TrustPolicy trust,
            SignatureSource signatures,
            JoinSettings join,
            ReportingSettings reporting,
            List<EdgeClientListener> listeners) {
        return settings(api, Credential.none(), tasks, trust, signatures, join, reporting, listeners);
    }

    private static ClientSettings settings(
            Optional<URI> api,
            Credential credential,
            TaskSettings tasks,
            TrustPolicy trust,
            SignatureSource signatures,
            JoinSettings join,
            ReportingSettings reporting,
            List<EdgeClientListener> listeners) {
        return new ClientSettings(
                api,
                credential,
                "client-1",
                "simulated",
                Optional.empty(),
                "1.1.0",
                Generation.AUTO,
                RetryPolicy.defaults(),
                join,
                NetworkProfile.defaults(),
                tasks,
                reporting,
                TransferSettings.defaults(),
                ModelStoreSettings.defaults(),
                trust,
                signatures,
                listeners);
    }

    void start() {
        await(runtime.initGrpcHandler(GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT)));
        await(runtime.start());
    }

    void close(Duration budget) {
        runtime.close(budget);
        runUntil(() -> runtime.state() == ClientState.CLOSED);
    }

    void await(CompletionStage<?> stage) {
        var future = stage.toCompletableFuture();
        runUntil(future::isDone);
        future.join();
    }

    void runUntil(BooleanSupplier condition) {
        env.runUntil(condition, LIMIT);
    }

    /** Goes on for so long. */
    void runFor(Duration time) {
        boolean[] over = {false};
        env.schedule(time, () -> over[0] = true);
        runUntil(() -> over[0]);
    }

    /** How many last reports of the task the combiner has. */
    int doneReports(String task) {
        return combiner.doneReports().getOrDefault(task, List.of()).size();
    }

    void runUntilDone(String task) {
        runUntil(() -> doneReports(task) > 0);
    }
}
