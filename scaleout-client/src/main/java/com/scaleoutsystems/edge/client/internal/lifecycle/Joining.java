package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.lifecycle.Login.LoggedIn;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a credential to an assignment. */
final class Joining {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.CLIENT);

    /** How often the reference client asks for an assignment while there is no compute package. */
    private static final Duration PACKAGE_PAUSE = Duration.ofSeconds(3);

    /**
     * How joining ended.
     *
     * @param clientId the id that the assignment was asked for
     */
    record Joined(ConnectToApiResult result, Bearer bearer, String clientId) {}

    private final ClientSettings settings;
    private final Adapters adapters;
    private final Strand strand;
    private final Login login;
    private boolean closed;

    Joining(ClientSettings settings, Adapters adapters, Strand strand) {
        this.settings = settings;
        this.adapters = adapters;
        this.strand = strand;
        this.login = new Login(settings, adapters.env(), adapters.directory(), strand);
    }

    /** Logs in without asking for an assignment. */
    CompletionStage<LoggedIn> logIn(Optional<EdgeApi> api, Credential credential) {
        return login.in(api, credential);
    }

    /** Ends all waits. */
    void close() {
        closed = true;
    }

    CompletionStage<Joined> ask(EdgeApi api, Credential credential) {
        CompletableFuture<Joined> joined = new CompletableFuture<>();
        long start = adapters.env().nanos();
        strand.when(login.in(Optional.of(api), credential), (in, error) -> {
            if (in == null) {
                joined.complete(notLoggedIn(error));
            } else {
                assign(api, credential, in, start, joined);
            }
        });
        return joined;
    }

    private Joined notLoggedIn(@Nullable Throwable error) {
        boolean refused = error instanceof EdgeException known && known.code() == ErrorCode.UNAUTHENTICATED;
        String message = error == null ? "no answer" : String.valueOf(error.getMessage());
        ConnectToApiResult result =
                refused ? new ConnectToApiResult.Unauthorized(message) : new ConnectToApiResult.Failed(message);
        return new Joined(result, Bearer.none(), settings.clientId());
    }

    private void assign(EdgeApi api, Credential credential, LoggedIn in, long start, CompletableFuture<Joined> joined) {
        if (closed) {
            // Whoever waited has been released.
            return;
        }
        CompletionStage<ConnectToApiResult> answer =
                api.assign(settings.identity(in.clientId()), settings.preferredCombiner(), in.bearer());
        strand.when(answer, (result, error) -> {
            if (result == null) {
                joined.completeExceptionally(error == null ? new IllegalStateException("no answer") : error);
            } else if (result instanceof ConnectToApiResult.Unauthorized && in.remembered() && !credential.isNone()) {
                assignAnew(api, credential, start, joined);
            } else if (result instanceof ConnectToApiResult.ComputePackageMissing && maySpend(start)) {
                LOG.info("{}; asking again in {} s", result.message(), PACKAGE_PAUSE.toSeconds());
                strand.after(PACKAGE_PAUSE, () -> assign(api, credential, in, start, joined));
            } else {
                joined.complete(new Joined(result, in.bearer(), in.clientId()));
            }
        });
    }

    private void assignAnew(EdgeApi api, Credential credential, long start, CompletableFuture<Joined> joined) {
        LOG.info("the server refuses the tokens of the last run; the client uses the credential again");
        strand.when(login.anew(Optional.of(api), credential), (in, error) -> {
            if (in == null) {
                joined.complete(notLoggedIn(error));
            } else {
                assign(api, credential, in, start, joined);
            }
        });
    }

    /** Whether another pause fits into the time that the host grants. */
    private boolean maySpend(long start) {
        Duration spent = Duration.ofNanos(adapters.env().nanos() - start).plus(PACKAGE_PAUSE);
        return !closed && spent.compareTo(settings.join().computePackageWait()) <= 0;
    }

    /** The exception for a program that only wanted to start. */
    static EdgeException notAssigned(URI url, ConnectToApiResult answer) {
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
        return new EdgeException(ErrorCode.UNAVAILABLE, what, null, true, 1);
    }
}
