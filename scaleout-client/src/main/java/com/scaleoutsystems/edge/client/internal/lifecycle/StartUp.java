package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.CredentialKind;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.Joining;
import com.scaleoutsystems.edge.client.internal.join.Login.LoggedIn;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Brings a client to the point where it takes tasks: login, assignment, greeting, start. Requests come from any thread; all else
 * happens on the client's strand.
 */
final class StartUp {

    private final ClientParts client;
    private final ClientSettings settings;
    private final Strand strand;
    private final StateMachine states;
    private final HostRequests requests;
    private final Joining joining;
    private final Membership membership;
    private @Nullable EdgeApi api;
    private @Nullable Connection connection;

    /** The greeting or start that is under way, if one is: whoever starts meanwhile waits for it. */
    private @Nullable CompletableFuture<@Nullable Void> greeting;

    private @Nullable CompletableFuture<@Nullable Void> starting;

    /** Nothing has been done yet. */
    StartUp(ClientParts client, HostRequests requests) {
        this.client = client;
        this.settings = client.settings();
        this.strand = client.strand();
        this.states = client.states();
        this.requests = requests;
        this.joining = new Joining(settings, client.env(), client.adapters().directory(), strand);
        this.membership = new Membership(settings.clientId(), settings.join().combiner());
    }

    /** What the client has become at its servers. */
    Membership membership() {
        return membership;
    }

    /** The API, if the client has used it. On the strand. */
    Optional<EdgeApi> api() {
        return Optional.ofNullable(api);
    }

    /** The connection, from its greeting on. On the strand. */
    Optional<Connection> connection() {
        return Optional.ofNullable(connection);
    }

    /** Makes no more attempts to join. On the strand. */
    void stop() {
        joining.close();
    }

    /** The API that the host has set. */
    private URI url() {
        return settings.api()
                .orElseThrow(() ->
                        new EdgeException(ErrorCode.FAILED_PRECONDITION, "no API is set: give its URL to api(...)"));
    }

    /** Asks the API that the host has set for an assignment. */
    CompletionStage<ConnectToApiResult> connectToApi() {
        return connectToApi(url(), settings.credential());
    }

    /**
     * Asks an API for an assignment. Fails only on wrong use.
     *
     * @throws IllegalArgumentException if this is not the URL of an API
     */
    CompletionStage<ConnectToApiResult> connectToApi(URI given, Credential credential) {
        URI url = ApiUrl.of(given).uri();
        return requests.begin(result -> {
            requireNoCombiner();
            states.to(ClientState.JOINING, "asking " + url + " for an assignment");
            api().ifPresent(EdgeApi::close);
            EdgeApi asked = open(url);
            api = asked;
            strand.when(joining.ask(asked, credential), result, (answer, error) -> {
                if (answer == null) {
                    HostRequests.fail(result, error);
                } else {
                    remember(answer);
                    result.complete(answer.result());
                }
            });
        });
    }

    private void remember(Joining.Answer answer) {
        if (answer.result() instanceof ConnectToApiResult.Assigned assignment) {
            Bearer bearer = answer.login().map(LoggedIn::bearer).orElseGet(Bearer::none);
            membership.loggedIn(assignment.clientId(), bearer);
            membership.assigned(assignment.options());
        } else {
            answer.login().ifPresent(in -> membership.knownAs(in.clientId()));
        }
    }

    private EdgeApi open(URI url) {
        return client.adapters().apis().api(url, strand);
    }

    /**
     * Exchanges the enrollment token that the host has set for an identity of the client's own, and keeps it.
     *
     * @throws EdgeException FAILED_PRECONDITION if no API is set or the credential is no enrollment token
     */
    CompletionStage<String> enroll() {
        URI url = url();
        Credential credential = settings.credential();
        if (!CredentialKind.isEnrollment(credential)) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the credential is no enrollment token; have one made for this network and give it to credential(...)");
        }
        return requests.begin(result -> {
            EdgeApi asked = open(url);
            strand.when(joining.logIn(Optional.of(asked), credential), result, (in, error) -> {
                asked.close();
                if (in == null) {
                    HostRequests.fail(result, error);
                } else {
                    membership.knownAs(in.clientId());
                    result.complete(in.clientId());
                }
            });
        });
    }

    /** Greets a combiner and checks that the versions fit. Logs in first if that has not been done. */
    CompletionStage<@Nullable Void> initGrpcHandler(GrpcConnectionOptions combiner) {
        return requests.begin(result -> {
            requireNoCombiner();
            states.to(ClientState.JOINING, "greeting " + combiner.address());
            greeting = result;
            Optional<Bearer> known = membership.bearer();
            if (known.isPresent()) {
                greet(combiner, known.get(), result);
                return;
            }
            strand.when(Stages.begun(this::loggedIn), result, (in, error) -> {
                if (in == null || states.isClosing()) {
                    greeting = null;
                    HostRequests.fail(result, error);
                } else {
                    membership.loggedIn(in.clientId(), in.bearer());
                    greet(combiner, in.bearer(), result);
                }
            });
        });
    }

    private CompletionStage<LoggedIn> loggedIn() {
        if (api == null) {
            api = settings.api().map(this::open).orElse(null);
        }
        return joining.logIn(api(), settings.credential());
    }

    private void requireNoCombiner() {
        if (connection != null || greeting != null) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "this client has its combiner already");
        }
    }

    private void greet(GrpcConnectionOptions combiner, Bearer bearer, CompletableFuture<@Nullable Void> result) {
        Connection made;
        try {
            made = connect(combiner, bearer);
        } catch (Throwable failure) {
            greeting = null;
            HostRequests.fail(result, failure);
            return;
        }
        connection = made;
        strand.when(Stages.begun(made::greet), result, (ok, error) -> {
            greeting = null;
            if (error != null) {
                connection = null;
                HostRequests.fail(result, error);
                made.abandon();
            } else {
                result.complete(null);
            }
        });
    }

    private Connection connect(GrpcConnectionOptions combiner, Bearer bearer) {
        ClientIdentity identity = settings.identity(membership.clientId());
        CombinerTransport transport =
                client.adapters().transports().transport(settings.dialect().secured(combiner), identity, bearer);
        try {
            return new Connection(client, CombinerParts.of(client, identity, transport));
        } catch (Throwable failure) {
            transport.close();
            throw failure;
        }
    }

    /** Joins as far as that has not been done, and begins to take tasks. */
    CompletionStage<@Nullable Void> start() {
        return requests.begin(result -> {
            if (starting != null) {
                strand.when(starting, result, (ok, error) -> end(result, error));
                return;
            }
            CompletionStage<@Nullable Void> joined = greeted();
            starting = result;
            strand.when(joined, result, (ok, error) -> {
                starting = null;
                Connection ready = connection;
                if (error == null && ready != null && !states.isClosing()) {
                    begin(ready, result);
                } else {
                    HostRequests.fail(result, error == null ? HostRequests.closed() : error);
                }
            });
        });
    }

    private static void begin(Connection ready, CompletableFuture<@Nullable Void> result) {
        try {
            ready.start();
            result.complete(null);
        } catch (Throwable failure) {
            HostRequests.fail(result, failure);
        }
    }

    private static void end(CompletableFuture<@Nullable Void> result, @Nullable Throwable error) {
        if (error == null) {
            result.complete(null);
        } else {
            HostRequests.fail(result, error);
        }
    }

    /** Completes when there is a combiner that has greeted back. */
    private CompletionStage<@Nullable Void> greeted() {
        if (greeting != null) {
            return greeting;
        }
        if (connection != null) {
            return CompletableFuture.completedFuture(null);
        }
        if (membership.combiner().isPresent()) {
            return initGrpcHandler(membership.combiner().get());
        }
        if (settings.api().isEmpty()) {
            return CompletableFuture.failedFuture(new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "there is no combiner to join: set api(...), or call initGrpcHandler(...) first"));
        }
        return connectToApi().thenCompose(this::greetAssigned);
    }

    private CompletionStage<@Nullable Void> greetAssigned(ConnectToApiResult answer) {
        return answer instanceof ConnectToApiResult.Assigned assignment
                ? initGrpcHandler(assignment.options())
                : CompletableFuture.failedFuture(Joining.notAssigned(url(), answer));
    }
}
