package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.ClientSettings;
import com.scaleoutsystems.edge.client.internal.join.Joining;
import com.scaleoutsystems.edge.client.internal.join.Login.LoggedIn;
import com.scaleoutsystems.edge.client.internal.net.ApiUrl;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Brings a client to the point where it takes tasks: login, assignment, greeting, start. Requests come from any thread; all else
 * happens on the client's strand.
 */
final class StartUp {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    private final ClientParts client;
    private final ClientSettings settings;
    private final Strand strand;
    private final StateMachine states;
    private final HostRequests requests;
    private final Joining joining;
    private final Membership membership;
    private final OpenApis apis;
    private final Credentials credentials;
    private @Nullable Connection connection;

    /** Who assigned the combiner of the connection, and may assign another one. */
    private @Nullable AssignedAgain assigner;

    /** The greeting that is under way, if one is: whoever starts meanwhile waits for it. */
    private @Nullable CompletableFuture<@Nullable Void> greeting;

    private final JoinAttempts attempts;

    /** Whether the assignment of the moment is one that a start asked for: the next start asks again. */
    private boolean askedByStart;

    /** Nothing has been done yet. */
    StartUp(ClientParts client, HostRequests requests) {
        this.client = client;
        this.settings = client.settings();
        this.strand = client.strand();
        this.states = client.states();
        this.requests = requests;
        this.joining = new Joining(settings, client.env(), client.adapters().directory(), strand);
        this.attempts = new JoinAttempts(client, this::attempt);
        this.apis = new OpenApis(url -> client.adapters().apis().api(url, strand, attempts::callRetry));
        this.membership = new Membership(settings.clientId(), settings.join().combiner());
        this.credentials = new Credentials(
                client, membership, credential -> joining.logIn(assigningApi().or(apis::latest), credential));
    }

    /** What the client has become at its servers. */
    Membership membership() {
        return membership;
    }

    /** The APIs that the client has used. On the strand. */
    OpenApis apis() {
        return apis;
    }

    /** The connection, from its greeting on. On the strand. */
    Optional<Connection> connection() {
        return Optional.ofNullable(connection);
    }

    /** Makes no more attempts to join. On the strand. */
    void stop() {
        joining.close();
        attempts.stop();
        credentials.stop();
    }

    /** The API that the host has set. */
    private URI url() {
        return settings.api()
                .orElseThrow(() ->
                        new EdgeException(ErrorCode.FAILED_PRECONDITION, "no API is set: give its URL to api(...)"));
    }

    /** Asks the API that the host has set for an assignment. */
    CompletionStage<ConnectToApiResult> connectToApi() {
        return connectToApi(url(), credentials.latest());
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
            states.on(StateEvent.JOIN, "asking " + url + " for an assignment");
            ask(apis.at(url), credential, result);
        });
    }

    private void ask(EdgeApi asked, Credential credential, CompletableFuture<ConnectToApiResult> result) {
        strand.when(joining.ask(asked, credential), result, (answer, error) -> {
            if (answer == null) {
                notJoined(error);
                HostRequests.fail(result, error);
            } else {
                if (!hasCombiner()) {
                    remember(answer, asked, credential);
                }
                if (!(answer.result() instanceof ConnectToApiResult.Assigned)) {
                    notJoined(answer.result().message());
                }
                result.complete(answer.result());
            }
        });
    }

    /** A start that goes on says for itself where the client stands. */
    private void notJoined(Object why) {
        if (!attempts.isTrying() && !hasCombiner()) {
            states.on(
                    StateEvent.NOT_JOINED,
                    why instanceof Throwable failure ? Failures.describe(failure) : String.valueOf(why));
        }
    }

    private void remember(Joining.Answer answer, EdgeApi api, Credential credential) {
        if (answer.result() instanceof ConnectToApiResult.Assigned assignment) {
            membership.loggedIn(assignment.clientId(), answer.bearer());
            membership.assigned(
                    assignment.options(),
                    new Membership.Source(api, credential, assignment.clientId(), Optional.of(answer.bearer())));
        } else {
            answer.login().ifPresent(in -> membership.knownAs(in.clientId()));
        }
    }

    /**
     * Exchanges the enrollment token that the host has set for an identity of the client's own, and keeps it.
     *
     * @throws EdgeException FAILED_PRECONDITION if no API is set or the credential is no enrollment token
     */
    CompletionStage<String> enroll() {
        URI url = url();
        Credential credential = credentials.forEnrollment();
        return requests.begin(result -> {
            EdgeApi asked = apis.at(url);
            strand.when(joining.logIn(Optional.of(asked), credential), result, (in, error) -> {
                if (in == null) {
                    HostRequests.fail(result, error);
                } else {
                    if (!hasCombiner()) {
                        membership.knownAs(in.clientId());
                    }
                    result.complete(in.clientId());
                }
            });
        });
    }

    /** Greets a combiner and checks that the versions fit. Logs in first if that has not been done. */
    CompletionStage<@Nullable Void> initGrpcHandler(GrpcConnectionOptions combiner) {
        return requests.begin(result -> {
            requireNoCombiner();
            begin(combiner, result);
        });
    }

    /** Joins the greeting that is under way, or goes on with the combiner that is there: the host may have chosen one meanwhile. */
    private CompletionStage<@Nullable Void> greetUnlessGreeted(GrpcConnectionOptions combiner) {
        return requests.begin(result -> {
            if (greeting != null) {
                strand.when(greeting, result, (ok, error) -> HostRequests.end(result, error));
            } else if (connection != null) {
                result.complete(null);
            } else {
                begin(combiner, result);
            }
        });
    }

    private void begin(GrpcConnectionOptions combiner, CompletableFuture<@Nullable Void> result) {
        states.on(StateEvent.JOIN, "greeting " + combiner.address());
        greeting = result;
        // The login that belongs to this combiner: the host may have asked another API since.
        Optional<Membership.Source> source = membership.source(combiner);
        source.ifPresent(from -> {
            from.bearer().ifPresent(bearer -> membership.loggedIn(from.clientId(), bearer));
            credentials.use(from.credential());
        });
        Optional<Bearer> known = membership.bearer();
        if (known.isPresent()) {
            greet(combiner, known.get(), result);
            return;
        }
        Optional<EdgeApi> api = source.map(Membership.Source::api);
        Credential credential = credentials.latest();
        strand.when(Stages.begun(() -> loggedIn(api, credential)), result, (in, error) -> {
            if (in == null || states.isClosing()) {
                greeting = null;
                notJoined(error);
                HostRequests.fail(result, error);
            } else {
                credentials.use(credential);
                membership.loggedIn(in.clientId(), in.bearer());
                greet(combiner, in.bearer(), result);
            }
        });
    }

    private CompletionStage<LoggedIn> loggedIn(Optional<EdgeApi> api, Credential credential) {
        if (apis.latest().isEmpty()) {
            settings.api().ifPresent(apis::at);
        }
        return joining.logIn(api.or(apis::latest), credential);
    }

    private void requireNoCombiner() {
        if (hasCombiner()) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "this client has its combiner already");
        }
    }

    private boolean hasCombiner() {
        return connection != null || greeting != null;
    }

    private void greet(GrpcConnectionOptions combiner, Bearer bearer, CompletableFuture<@Nullable Void> result) {
        Connection made;
        try {
            made = connect(combiner, bearer);
        } catch (Throwable failure) {
            greeting = null;
            notJoined(failure);
            HostRequests.fail(result, failure);
            return;
        }
        connection = made;
        strand.when(Stages.begun(() -> made.greet(attempts.callRetry())), result, (ok, error) -> {
            greeting = null;
            if (error != null) {
                connection = null;
                notJoined(error);
                HostRequests.fail(result, error);
                made.abandon();
            } else {
                LOG.info("client {}: joined combiner {}", membership.clientId(), combiner.address());
                result.complete(null);
            }
        });
    }

    private Connection connect(GrpcConnectionOptions combiner, Bearer bearer) {
        ClientIdentity identity = settings.identity(membership.clientId());
        Bearer shown = credentials.shown(bearer, () -> connection().ifPresent(Connection::goOn));
        CombinerLink link = new CombinerLink(
                client.adapters().transports(), settings.dialect()::secured, identity, shown, combiner);
        try {
            AssignedAgain again = new AssignedAgain(strand, apis, joining, credentials, membership, combiner);
            assigner = again;
            return new Connection(client, CombinerParts.of(client, identity, link, again));
        } catch (Throwable failure) {
            link.close();
            throw failure;
        }
    }

    private Optional<EdgeApi> assigningApi() {
        return Optional.ofNullable(assigner).flatMap(AssignedAgain::api);
    }

    /**
     * Joins as far as that has not been done, and begins to take tasks.
     *
     * @param patience how long to try again after failures that may pass
     * @param aside whether nobody may look at the result
     */
    CompletionStage<@Nullable Void> start(Duration patience, boolean aside) {
        return requests.begin(result -> attempts.join(patience, aside, result));
    }

    /** Why the client has not joined, for people, if it has tried to. On the strand. */
    Optional<String> trouble() {
        return attempts.trouble();
    }

    private CompletionStage<@Nullable Void> attempt() {
        CompletableFuture<@Nullable Void> taking = new CompletableFuture<>();
        attempt(taking);
        return taking;
    }

    private void attempt(CompletableFuture<@Nullable Void> taking) {
        Credential used = credentials.latest();
        strand.when(Stages.begun(this::greeted), taking, (ok, error) -> {
            Connection ready = connection;
            if (error == null && ready != null && !states.isClosing()) {
                ready.start();
                taking.complete(null);
            } else {
                if (askedByStart && connection == null) {
                    askedByStart = false;
                    membership.notAssigned();
                }
                if (error instanceof EdgeException refusal && Credentials.isRejection(refusal)) {
                    again(taking, used, refusal);
                } else {
                    HostRequests.fail(taking, error == null ? HostRequests.closed() : error);
                }
            }
        });
    }

    /** Joins with another credential, if the host has one. */
    private void again(CompletableFuture<@Nullable Void> taking, Credential used, EdgeException refusal) {
        strand.when(credentials.replaced(used, refusal), taking, (another, fault) -> {
            // A call may have asked the host before.
            if (!credentials.latest().equals(used) && !states.isClosing()) {
                membership.hasAnotherCredential(credentials.latest());
                attempt(taking);
            } else {
                HostRequests.fail(taking, refusal);
            }
        });
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
            return greetUnlessGreeted(membership.combiner().get());
        }
        if (settings.api().isEmpty()) {
            return CompletableFuture.failedFuture(new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "there is no combiner to join: set api(...), or call initGrpcHandler(...) first"));
        }
        return assigned(url()).thenCompose(this::greetAssigned);
    }

    /** Asks as before, with what the client has logged in with: a token may be good for one login only. */
    private CompletionStage<ConnectToApiResult> assigned(URI given) {
        URI url = ApiUrl.of(given).uri();
        return requests.begin(result -> {
            states.on(StateEvent.JOIN, "asking " + url + " for an assignment");
            ask(apis.at(url), credentials.latest(), result);
        });
    }

    private CompletionStage<@Nullable Void> greetAssigned(ConnectToApiResult answer) {
        askedByStart = answer instanceof ConnectToApiResult.Assigned;
        return answer instanceof ConnectToApiResult.Assigned assignment
                ? greetUnlessGreeted(assignment.options())
                : CompletableFuture.failedFuture(Joining.notAssigned(url(), answer));
    }
}
