package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.doctor.Doctor;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.CurrentTasks;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.record.FlushResult;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** One client, as its facade knows it: whoever asks for something gets a stage, and blocks on it or not. From any thread. */
public final class ClientRuntime {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final ClientParts client;
    private final HostRequests requests;
    private final StartUp startUp;
    private final HealthCheck health;
    private final PriorityClasses priorityClasses;
    private final ConnectedCalls connectedCalls;
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private @Nullable Closing closing;

    /** A client that has done nothing yet, with what the store has kept. Blocks on the disk. */
    public ClientRuntime(ClientSettings settings, Callbacks callbacks, Adapters adapters) {
        this.client = ClientParts.of(settings, callbacks, adapters);
        this.requests = new HostRequests(client.strand(), client.states());
        this.startUp = new StartUp(client, requests);
        this.health = new HealthCheck(client, startUp::connection, startUp::trouble);
        this.priorityClasses = new PriorityClasses(requests, client.outbox());
        this.connectedCalls = new ConnectedCalls(client, requests, startUp::connection, startUp::trouble);
    }

    /**
     * A real client that has done nothing yet, and whose state directory is locked. Blocks on the disk.
     *
     * @param settings what the host has set, once the client's id is known
     * @param clientId the id that the host has set
     * @param directory where the client keeps its state
     */
    public static ClientRuntime open(
            Function<String, ClientSettings> settings,
            Optional<String> clientId,
            Callbacks callbacks,
            Optional<Path> directory) {
        return open(settings, clientId, callbacks, directory.map(StateDirectory::open), (chosen, env, state) -> {
            state.ifPresent(StateDirectory::checkPlace);
            return Adapters.real(chosen, env, state);
        });
    }

    /** Makes the adapters of a client from its settings and its locked state directory. */
    interface AdapterFactory {
        Adapters adapters(ClientSettings settings, Env env, Optional<StateDirectory> directory);
    }

    /**
     * The same, in a directory that is locked already and that is closed if this fails.
     *
     * @param outside makes what connects the client with the outside
     */
    static ClientRuntime open(
            Function<String, ClientSettings> settings,
            Optional<String> clientId,
            Callbacks callbacks,
            Optional<StateDirectory> state,
            AdapterFactory outside) {
        Env env = new SystemEnv();
        try {
            String id = state.map(open -> open.clientId(clientId, env::newId))
                    .or(() -> clientId)
                    .orElseGet(env::newId);
            return open(settings.apply(id), callbacks, env, state, outside);
        } catch (Throwable failure) {
            state.ifPresent(StateDirectory::close);
            throw failure;
        }
    }

    private static ClientRuntime open(
            ClientSettings settings,
            Callbacks callbacks,
            Env env,
            Optional<StateDirectory> state,
            AdapterFactory outside) {
        Adapters adapters = outside.adapters(settings, env, state);
        try {
            return new ClientRuntime(settings, callbacks, adapters);
        } catch (Throwable failure) {
            adapters.closeStores();
            throw failure;
        }
    }

    /** Where the client stands. */
    public ClientState state() {
        return client.states().state();
    }

    /** Whether the client is being closed, or is closed. */
    public boolean isClosing() {
        return client.states().isClosing();
    }

    /** The client's id: the host's, or the one that the server gave. */
    public String clientId() {
        return startUp.membership().clientId();
    }

    /** The client's name. */
    public String name() {
        return client.settings().name();
    }

    /** The state directory, which stays the client's. */
    public Optional<Path> stateDirectory() {
        return client.adapters().directory().map(StateDirectory::path);
    }

    /** Where the host's records go. */
    public HostLog log() {
        return client.log();
    }

    /** What threads work for which task, and where they log. */
    public CurrentTasks current() {
        return client.current();
    }

    /** The host's code. */
    public Callbacks callbacks() {
        return client.callbacks();
    }

    /** The priority classes, which the host may change. */
    public PriorityClasses priorityClasses() {
        return priorityClasses;
    }

    /** What the host does with models and tasks on its own account; these calls block. */
    public ConnectedCalls connectedCalls() {
        return connectedCalls;
    }

    /** Looks at everything that joining needs. Blocks. */
    public DoctorReport doctor() {
        return new Doctor(client.env())
                .examine(
                        client.settings(),
                        client.adapters().directory(),
                        startUp.membership().bearer());
    }

    /** How the client fares. A client whose strand does not answer within a second is not live. */
    public CompletionStage<Health> health() {
        return health.ask();
    }

    /** Waits for all that was logged so far to be settled, but not longer than the given time. */
    public CompletionStage<FlushResult> flush(Duration longest) {
        return requests.begin(result -> client.strand().when(client.outbox().flush(longest), (done, error) -> {
            if (done == null) {
                HostRequests.fail(result, error);
            } else {
                result.complete(done);
            }
        }));
    }

    /**
     * Asks the API that the host has set for an assignment.
     *
     * @throws com.scaleoutsystems.edge.EdgeException FAILED_PRECONDITION if it has set none
     */
    public CompletionStage<ConnectToApiResult> connectToApi() {
        return startUp.connectToApi();
    }

    /**
     * Asks an API for an assignment. Fails only on wrong use.
     *
     * @throws IllegalArgumentException if this is not the URL of an API
     */
    public CompletionStage<ConnectToApiResult> connectToApi(URI api, Credential credential) {
        return startUp.connectToApi(api, credential);
    }

    /**
     * Exchanges the enrollment token that the host has set for an identity of the client's own, and keeps it.
     *
     * @throws com.scaleoutsystems.edge.EdgeException FAILED_PRECONDITION if no API is set or the credential is no enrollment token
     */
    public CompletionStage<String> enroll() {
        return startUp.enroll();
    }

    /** Greets a combiner and checks that the versions fit. Logs in first if that has not been done. */
    public CompletionStage<@Nullable Void> initGrpcHandler(GrpcConnectionOptions combiner) {
        return startUp.initGrpcHandler(combiner);
    }

    /** Whether the host has set that a start waits for the network. */
    public boolean waitsForNetwork() {
        return !client.settings().join().networkWait().isZero();
    }

    /** Joins as far as that has not been done, and begins to take tasks. Waits for the network as long as the host has set. */
    public CompletionStage<@Nullable Void> start() {
        return startUp.start(client.settings().join().networkWait(), false);
    }

    /** Does the same in the background, and waits for the network without limit. What the host does with the stage delays nothing. */
    public CompletionStage<@Nullable Void> startInBackground() {
        CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
        var unused = startUp.start(FOREVER, true)
                .whenComplete((ok, error) -> client.env().continuations().execute(() -> HostRequests.end(told, error)));
        return told;
    }

    /**
     * Closes the client when the JVM shuts down, unless it is closed before. To be called once.
     *
     * @throws IllegalStateException if the JVM shuts down already
     */
    public void closeOnShutdown(Duration longest) {
        Cancellable hook =
                client.env().onShutdown("scaleout-shutdown-" + client.settings().clientId(), () -> close(longest));
        var unused = closed.whenComplete((done, error) -> hook.cancel());
    }

    /** Completes when the client is closed. */
    public CompletionStage<@Nullable Void> closed() {
        return closed.minimalCompletionStage();
    }

    /**
     * Accepts no more tasks, ends the current ones, sends waiting records, and says goodbye. Done when the client is closed, or when the
     * budget is used up: then closing continues in the background.
     */
    public CompletionStage<@Nullable Void> close(Duration longest) {
        Closing.Budget budget = new Closing.Budget(client.env().nanos(), longest);
        CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        // Apart from the strand, which may have much to do.
        Cancellable timeout = client.env().after(budget.patience(), () -> {
            if (over.complete(null)) {
                LOG.warn("the client is not closed after {}; it continues to close in the background", longest);
            }
        });
        var unused = closed.whenComplete((done, error) -> {
            timeout.cancel();
            over.complete(null);
        });
        client.strand().execute(() -> close(budget));
        return over;
    }

    private void close(Closing.Budget budget) {
        if (closing != null) {
            closing.shorten(budget);
            return;
        }
        client.states().closing();
        startUp.stop();
        closing = new Closing(client, startUp.connection(), startUp.apis(), budget, () -> {
            client.states().closed();
            closed.complete(null);
        });
        closing.begin();
        requests.releaseAll();
    }
}
