package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.lifecycle.Login.LoggedIn;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.report.Backlog;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.internal.report.Outbox;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.task.CurrentTasks;
import com.scaleoutsystems.edge.client.internal.task.HostCalls;
import com.scaleoutsystems.edge.client.internal.task.RecoveredRows;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.task.TaskContext;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One client: its parts, and the order in which they come to life and end. Lives on its strand; never blocks. */
public final class ClientRuntime {

    private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final Adapters adapters;
    private final Strand strand;
    private final Events events;
    private final StateMachine states;
    private final IdentityRows rows;
    private final RecoveredRows recovered;
    private final Outbox outbox;
    private final HostLog log;
    private final HostRequests requests;
    private final PriorityClasses priorityClasses;
    private final Joining joining;
    private final CurrentTasks current = new CurrentTasks();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private volatile @Nullable LoggedIn login;
    private @Nullable EdgeApi api;
    private @Nullable Connection connection;
    private @Nullable GrpcConnectionOptions assigned;

    /** The greeting or start that is under way, if one is: whoever starts meanwhile waits for it. */
    private @Nullable CompletableFuture<@Nullable Void> greeting;

    private @Nullable CompletableFuture<@Nullable Void> starting;

    private volatile String clientId;
    private boolean closing;

    /** A client that has done nothing yet, with what the store has kept. Blocks on the disk. */
    public ClientRuntime(ClientSettings settings, Adapters adapters) {
        this.settings = settings;
        this.adapters = adapters;
        Env env = adapters.env();
        this.clientId = settings.clientId();
        this.assigned = settings.join().combiner().orElse(null);
        this.strand = env.strand("client " + clientId);
        this.events = new Events(settings.listeners(), env.listeners());
        this.states = new StateMachine(events, clientId);
        this.rows = new IdentityRows(adapters.store(), clientId);
        this.recovered = RecoveredRows.load(rows);
        this.outbox = new Outbox(env, strand, rows, adapters.blobs(), settings.reporting(), events);
        this.log = new HostLog(outbox, env, current);
        this.requests = new HostRequests(strand, states);
        this.priorityClasses = new PriorityClasses(requests, outbox);
        this.joining = new Joining(settings, adapters, strand);
    }

    /** Where the client stands. */
    public ClientState state() {
        return states.state();
    }

    /** The client's id: the host's, or the one that the server gave. */
    public String clientId() {
        return clientId;
    }

    /** The state directory, which stays the client's. */
    public Optional<StateDirectory> directory() {
        return adapters.directory();
    }

    /** What calls show, once the client has logged in. */
    public Optional<Bearer> bearer() {
        return Optional.ofNullable(login).map(LoggedIn::bearer);
    }

    /** Where the host's records go. */
    public HostLog log() {
        return log;
    }

    /** Waits for all that was logged so far to be settled, but not longer than the given time. */
    public CompletionStage<FlushResult> flush(Duration longest) {
        return requests.begin(result -> strand.when(outbox.flush(longest), (done, error) -> {
            if (done == null) {
                fail(result, error);
            } else {
                result.complete(done);
            }
        }));
    }

    /** How the client fares. A client whose strand does not answer within a second is not live. */
    public CompletionStage<Health> health() {
        CompletableFuture<Health> health = new CompletableFuture<>();
        Cancellable timeout = adapters.env().after(HEALTH_PATIENCE, () -> health.complete(silent()));
        strand.execute(() -> {
            timeout.cancel();
            health.complete(healthNow());
        });
        return health;
    }

    private Health silent() {
        return Health.of(states.state(), LinkQuality.OFFLINE);
    }

    private Health healthNow() {
        ClientState state = states.state();
        boolean answers = state == ClientState.CONNECTED || state == ClientState.DEGRADED;
        Connection link = connection;
        Backlog backlog = outbox.backlog();
        Health health = Health.of(state, link == null ? LinkQuality.OFFLINE : link.linkQuality())
                .withLive(state != ClientState.CLOSED)
                .withQueues(backlog.queues())
                .withSent(backlog.sent())
                .withRejected(backlog.rejected())
                .withDropped(backlog.dropped());
        return link == null
                ? health
                : health.withReady(answers && !link.isBlocked())
                        .withRunningTasks(link.runningTasks())
                        .withStuckTasks(link.stuckTasks());
    }

    /** The priority classes, which the host may change. */
    public PriorityClasses priorityClasses() {
        return priorityClasses;
    }

    /** The task of the calling thread, if it runs a callback of this client. */
    public Optional<TaskContext> currentTask() {
        return current.ofThisThread();
    }

    /** What threads work for which task, and where they log. */
    public CurrentTasks current() {
        return current;
    }

    /** The host's code. */
    public Callbacks callbacks() {
        return settings.callbacks();
    }

    /**
     * What the host does with models and tasks by itself.
     *
     * @throws EdgeException FAILED_PRECONDITION, in the stage, if there is no combiner yet
     */
    public CompletionStage<HostCalls> hostCalls() {
        return requests.begin(result -> {
            if (connection == null) {
                fail(result, noCombiner());
            } else {
                result.complete(connection.hostCalls());
            }
        });
    }

    private static EdgeException noCombiner() {
        return new EdgeException(
                ErrorCode.FAILED_PRECONDITION,
                "there is no combiner yet: call start(), or connectToApi() and initGrpcHandler(...), first");
    }

    /** Completes when the client is closed. */
    public CompletionStage<@Nullable Void> closed() {
        return closed.minimalCompletionStage();
    }

    /**
     * Asks for an assignment. Fails only on wrong use.
     *
     * @throws IllegalArgumentException if that is no URL of an API
     */
    public CompletionStage<ConnectToApiResult> connectToApi(URI given, Credential credential) {
        URI url = ApiUrl.of(given).uri();
        return requests.begin(result -> {
            if (hasCombiner(result)) {
                return;
            }
            states.to(ClientState.JOINING, "asking " + url + " for an assignment");
            if (api != null) {
                api.close();
            }
            EdgeApi asked = adapters.apis().api(url, strand);
            api = asked;
            strand.when(joining.ask(asked, credential), (joined, error) -> {
                if (joined == null) {
                    fail(result, error);
                    return;
                }
                clientId = joined.clientId();
                if (joined.result() instanceof ConnectToApiResult.Assigned assignment) {
                    login = new LoggedIn(joined.bearer(), assignment.clientId(), false);
                    clientId = assignment.clientId();
                    assigned = assignment.options();
                }
                result.complete(joined.result());
            });
        });
    }

    /** Exchanges an enrollment token for an identity of the client's own, and keeps it. */
    public CompletionStage<String> enroll(URI url, Credential credential) {
        return requests.begin(result -> {
            EdgeApi asked = adapters.apis().api(url, strand);
            strand.when(joining.logIn(Optional.of(asked), credential), (in, error) -> {
                asked.close();
                if (in == null) {
                    fail(result, error);
                } else {
                    clientId = in.clientId();
                    result.complete(in.clientId());
                }
            });
        });
    }

    /** Greets a combiner and checks that the versions fit. Logs in first if that has not been done. */
    public CompletionStage<@Nullable Void> initGrpcHandler(GrpcConnectionOptions combiner) {
        return requests.begin(result -> {
            if (hasCombiner(result)) {
                return;
            }
            states.to(ClientState.JOINING, "greeting " + combiner.address());
            greeting = result;
            LoggedIn known = login;
            if (known != null) {
                greet(combiner, known, result);
                return;
            }
            if (api == null) {
                api = settings.api()
                        .map(url -> adapters.apis().api(url, strand))
                        .orElse(null);
            }
            strand.when(joining.logIn(Optional.ofNullable(api), settings.credential()), (in, error) -> {
                if (in == null || states.isClosing()) {
                    greeting = null;
                    fail(result, error);
                } else {
                    login = in;
                    clientId = in.clientId();
                    greet(combiner, in, result);
                }
            });
        });
    }

    private boolean hasCombiner(CompletableFuture<?> result) {
        boolean has = connection != null || greeting != null;
        if (has) {
            fail(result, new EdgeException(ErrorCode.FAILED_PRECONDITION, "this client has its combiner already"));
        }
        return has;
    }

    private void greet(GrpcConnectionOptions combiner, LoggedIn in, CompletableFuture<@Nullable Void> result) {
        ClientIdentity identity = settings.identity(clientId);
        Connection made = new Connection(
                settings,
                adapters,
                strand,
                identity,
                adapters.transports().transport(settings.dialect().secured(combiner), identity, in.bearer()),
                new Connection.Shared(rows, recovered, outbox, log, events, states, current));
        connection = made;
        strand.when(made.greet(), (ok, error) -> {
            greeting = null;
            if (error != null) {
                made.abandon();
                connection = null;
                fail(result, error);
            } else {
                result.complete(null);
            }
        });
    }

    /** Joins as far as that has not been done, and begins to take tasks. */
    public CompletionStage<@Nullable Void> start() {
        return requests.begin(result -> {
            if (starting != null) {
                follow(starting, result);
                return;
            }
            starting = result;
            strand.when(result, (ok, error) -> starting = null);
            begin(result);
        });
    }

    private void begin(CompletableFuture<@Nullable Void> result) {
        GrpcConnectionOptions combiner = assigned;
        if (greeting != null) {
            chain(greeting, result);
        } else if (connection != null) {
            connection.start();
            result.complete(null);
        } else if (combiner != null) {
            chain(initGrpcHandler(combiner), result);
        } else if (settings.api().isPresent()) {
            URI url = settings.api().get();
            strand.when(connectToApi(url, settings.credential()), (answer, error) -> {
                if (answer == null) {
                    fail(result, error);
                } else if (answer instanceof ConnectToApiResult.Assigned assignment) {
                    chain(initGrpcHandler(assignment.options()), result);
                } else {
                    fail(result, Joining.notAssigned(url, answer));
                }
            });
        } else {
            fail(
                    result,
                    new EdgeException(
                            ErrorCode.FAILED_PRECONDITION,
                            "there is no combiner to join: set api(...), or call initGrpcHandler(...) first"));
        }
    }

    private void follow(CompletionStage<@Nullable Void> other, CompletableFuture<@Nullable Void> result) {
        strand.when(other, (ok, error) -> {
            if (error != null) {
                fail(result, error);
            } else {
                result.complete(null);
            }
        });
    }

    /** After the greeting, the rest of the start. */
    private void chain(CompletionStage<@Nullable Void> greeted, CompletableFuture<@Nullable Void> result) {
        strand.when(greeted, (ok, error) -> {
            Connection ready = connection;
            if (error != null) {
                fail(result, error);
            } else if (ready == null || states.isClosing()) {
                fail(result, HostRequests.closed());
            } else {
                ready.start();
                result.complete(null);
            }
        });
    }

    /** Accepts no more tasks, ends the current ones, sends waiting records, and says goodbye. Done within the budget, whatever happens. */
    public CompletionStage<@Nullable Void> close(Duration budget) {
        strand.execute(() -> {
            if (!closing) {
                closing = true;
                states.to(ClientState.DRAINING, "closing");
                joining.close();
                Closing.Parts parts = new Closing.Parts(
                        strand, adapters, outbox, Optional.ofNullable(connection), Optional.ofNullable(api));
                new Closing(parts, budget, () -> {
                            states.to(ClientState.CLOSED, "closed");
                            closed.complete(null);
                        })
                        .begin();
                requests.releaseAll();
            }
        });
        return closed();
    }

    private static void fail(CompletableFuture<?> result, @Nullable Throwable error) {
        result.completeExceptionally(error == null ? new IllegalStateException("failed without an error") : error);
    }
}
