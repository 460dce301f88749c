package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.Login.LoggedIn;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    public record Answer(ConnectToApiResult result, Optional<LoggedIn> login) {}

    private final ClientSettings settings;
    private final Env env;
    private final Strand strand;
    private final Login login;
    private boolean closed;

    /** The last login, for the next request with the same credential at the same API: a token may be good for one login only. */
    private @Nullable Kept kept;

    private record Kept(EdgeApi api, Credential credential, LoggedIn login) {}

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

    /** Logs in without asking for an assignment. */
    public CompletionStage<LoggedIn> logIn(Optional<EdgeApi> api, Credential credential) {
        return login.in(api, credential);
    }

    /** Ends all waits. */
    public void close() {
        closed = true;
    }

    /** Logs in and asks for an assignment. */
    public CompletionStage<Answer> ask(EdgeApi api, Credential credential) {
        CompletableFuture<Answer> answered = new CompletableFuture<>();
        long start = env.nanos();
        if (kept != null && kept.api() == api && kept.credential() == credential) {
            assign(api, credential, kept.login(), start, answered);
            return answered;
        }
        strand.when(login.in(Optional.of(api), credential), answered, (in, error) -> {
            if (in == null) {
                answered.complete(notLoggedIn(error));
            } else {
                kept = new Kept(api, credential, in);
                assign(api, credential, in, start, answered);
            }
        });
        return answered;
    }

    private static Answer notLoggedIn(@Nullable Throwable error) {
        return new Answer(
                EdgeApi.failed(error == null ? new IllegalStateException("no login") : error), Optional.empty());
    }

    private void assign(
            EdgeApi api, Credential credential, LoggedIn in, long start, CompletableFuture<Answer> answered) {
        if (closed) {
            // Whoever waited has been released.
            return;
        }
        CompletionStage<ConnectToApiResult> answer =
                api.assign(settings.identity(in.clientId()), settings.preferredCombiner(), in.bearer());
        strand.when(answer, answered, (result, error) -> {
            if (result == null) {
                answered.completeExceptionally(error == null ? new IllegalStateException("no answer") : error);
            } else if (result instanceof ConnectToApiResult.Unauthorized && in.remembered() && !credential.isNone()) {
                assignWithCredential(api, credential, start, answered);
            } else if (result instanceof ConnectToApiResult.ComputePackageMissing && maySpend(start)) {
                LOG.info("{}; asking again in {} s", result.message(), PACKAGE_PAUSE.toSeconds());
                strand.after(PACKAGE_PAUSE, () -> assign(api, credential, in, start, answered));
            } else {
                if (result instanceof ConnectToApiResult.Unauthorized) {
                    kept = null;
                }
                answered.complete(new Answer(result, Optional.of(in)));
            }
        });
    }

    private void assignWithCredential(
            EdgeApi api, Credential credential, long start, CompletableFuture<Answer> answered) {
        LOG.info("the server refuses the tokens of the last run; the client uses the credential again");
        kept = null;
        strand.when(login.withCredential(Optional.of(api), credential), answered, (in, error) -> {
            if (in == null) {
                answered.complete(notLoggedIn(error));
            } else {
                kept = new Kept(api, credential, in);
                assign(api, credential, in, start, answered);
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
        if (answer instanceof ConnectToApiResult.IncorrectUrl) {
            return new EdgeException(ErrorCode.NOT_FOUND, what + "; check the URL");
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
