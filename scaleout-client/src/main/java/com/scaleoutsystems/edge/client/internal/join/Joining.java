package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.Login.LoggedIn;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** From a credential to an assignment. Lives on the client's strand. */
public final class Joining {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** How often the reference client asks for an assignment while there is no compute package. */
    private static final Duration PACKAGE_PAUSE = Duration.ofSeconds(3);

    /**
     * What the API answered.
     *
     * @param login who asked; empty if the API did not let the client in
     */
    public record Answer(ConnectToApiResult result, Optional<LoggedIn> login) {

        /** What the calls of whoever asked show. */
        public Bearer bearer() {
            return login.map(LoggedIn::bearer).orElseGet(Bearer::none);
        }
    }

    private final ClientSettings settings;
    private final Env env;
    private final Strand strand;
    private final Login login;
    private boolean closed;

    /** The logins, those under way included, for other requests with the same credential at the same API. */
    private final Map<Key, CompletionStage<LoggedIn>> logins = new HashMap<>();

    /** What a login is good for. A token may be good for one login only. */
    private record Key(EdgeApi api, String token) {

        static Key of(EdgeApi api, Credential credential) {
            return new Key(api, credential.isNone() ? "" : credential.reveal());
        }

        @Override
        public String toString() {
            return "Key";
        }
    }

    /**
     * Nothing has been asked yet.
     *
     * @param directory where tokens are kept, unless the settings name another place
     */
    public Joining(ClientSettings settings, Env env, Optional<StateDirectory> directory, Strand strand) {
        this.settings = settings;
        this.env = env;
        this.strand = strand;
        this.login = new Login(settings, env, directory, strand);
    }

    /** Logs in without asking for an assignment, unless that has been done. */
    public CompletionStage<LoggedIn> logIn(Optional<EdgeApi> api, Credential credential) {
        return api.isEmpty()
                ? login.in(api, credential)
                : logIn(Key.of(api.get(), credential), () -> login.in(api, credential));
    }

    /** The login that is known, or under way; another one if there is none. One that fails is forgotten before it ends. */
    private CompletionStage<LoggedIn> logIn(Key key, Supplier<CompletionStage<LoggedIn>> another) {
        CompletionStage<LoggedIn> known = logins.get(key);
        if (known != null) {
            return known;
        }
        CompletableFuture<LoggedIn> begun = new CompletableFuture<>();
        logins.put(key, begun);
        strand.when(Stages.begun(another), begun, (in, error) -> {
            if (in == null) {
                logins.remove(key, begun);
                begun.completeExceptionally(error == null ? new IllegalStateException("no login") : error);
            } else {
                begun.complete(in);
            }
        });
        return begun;
    }

    /** Ends all waits. */
    public void close() {
        closed = true;
    }

    /** Logs in and asks for an assignment. */
    public CompletionStage<Answer> ask(EdgeApi api, Credential credential) {
        CompletableFuture<Answer> answered = new CompletableFuture<>();
        long start = env.nanos();
        assign(new Request(api, credential, start, answered), logIn(Optional.of(api), credential));
        return answered;
    }

    private static Answer notLoggedIn(@Nullable Throwable error) {
        return new Answer(
                EdgeApi.failed(error == null ? new IllegalStateException("no login") : error), Optional.empty());
    }

    /** A request for an assignment. */
    private record Request(EdgeApi api, Credential credential, long start, CompletableFuture<Answer> answered) {}

    private void assign(Request request, CompletionStage<LoggedIn> from) {
        strand.when(from, request.answered(), (in, error) -> {
            if (in == null) {
                request.answered().complete(notLoggedIn(error));
            } else {
                assign(request, from, in);
            }
        });
    }

    private void assign(Request request, CompletionStage<LoggedIn> from, LoggedIn in) {
        if (closed) {
            // Whoever waited has been released.
            return;
        }
        CompletionStage<ConnectToApiResult> answer =
                request.api().assign(settings.identity(in.clientId()), settings.preferredCombiner(), in.bearer());
        strand.when(answer, request.answered(), (result, error) -> {
            if (result == null) {
                request.answered()
                        .completeExceptionally(error == null ? new IllegalStateException("no answer") : error);
                return;
            }
            Key key = Key.of(request.api(), request.credential());
            if (result instanceof ConnectToApiResult.Unauthorized) {
                logins.remove(key, from);
            }
            if (result instanceof ConnectToApiResult.Unauthorized
                    && in.remembered()
                    && !request.credential().isNone()) {
                LOG.info("the server refuses the tokens of the last run; the client uses the credential again");
                assign(
                        request,
                        logIn(key, () -> login.withCredential(Optional.of(request.api()), request.credential())));
            } else if (result instanceof ConnectToApiResult.ComputePackageMissing && maySpend(request.start())) {
                LOG.info("{}; asking again in {} s", result.message(), PACKAGE_PAUSE.toSeconds());
                strand.after(PACKAGE_PAUSE, () -> assign(request, from, in));
            } else {
                request.answered().complete(new Answer(result, Optional.of(in)));
            }
        });
    }

    /** Whether another pause fits into the time that the host grants. */
    private boolean maySpend(long start) {
        Duration spent = Duration.ofNanos(env.nanos() - start).plus(PACKAGE_PAUSE);
        return !closed && spent.compareTo(settings.join().computePackageWait()) <= 0;
    }

    /** The exception for a program that only wanted to start. */
    public static EdgeException notAssigned(URI url, ConnectToApiResult answer) {
        String what = "no assignment from " + url + ": " + answer.message();
        if (answer instanceof ConnectToApiResult.Unauthorized) {
            return new EdgeException(ErrorCode.UNAUTHENTICATED, what + "; check the credential");
        }
        if (answer instanceof ConnectToApiResult.UnmatchedConfig) {
            return new EdgeException(ErrorCode.INVALID_ARGUMENT, what);
        }
        if (answer instanceof ConnectToApiResult.IncorrectUrl incorrect) {
            return EdgeApi.wantsTls(incorrect)
                    ? new EdgeException(ErrorCode.NOT_FOUND, what + "; check the URL")
                    : new NoApiException(what + "; check the URL");
        }
        if (answer instanceof ConnectToApiResult.ComputePackageMissing) {
            return new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    what + "; the network has no compute package yet: have one set, or waitForComputePackage(...)",
                    null,
                    true,
                    1);
        }
        if (answer instanceof ConnectToApiResult.Failed failed) {
            EdgeException failure = failed.failure();
            return new EdgeException(failure.code(), what, failure.getCause(), failure.retryable(), failure.attempts());
        }
        throw new IllegalArgumentException("there is an assignment: " + answer);
    }
}
