package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.CredentialKind;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.join.Login.LoggedIn;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.CredentialsCallback;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The credential of the moment, and what calls show because of it. If the server refuses it for good, the host is asked for another one,
 * and the client logs in with that. Lives on the client's strand; calls come from any thread.
 */
final class Credentials {

    private static final Logger LOG = Loggers.of(Loggers.CLIENT);

    /** How long the client waits before it asks a host that had no other credential. */
    private static final RetryPolicy ASKING = RetryPolicy.defaults()
            .withMaxAttempts(1)
            .withFirstDelay(Duration.ofMinutes(1))
            .withMultiplier(2)
            .withMaxDelay(Duration.ofHours(1));

    /** So long the client tries another credential before it asks for a third one. */
    private static final Duration BETWEEN = Duration.ofSeconds(10);

    /** How often a login with another credential is tried while the API is away. */
    private static final RetryPolicy LOGGING_IN = RetryPolicy.defaults()
            .withMaxAttempts(Integer.MAX_VALUE)
            .withFirstDelay(Duration.ofSeconds(1))
            .withMultiplier(2)
            .withMaxDelay(Duration.ofSeconds(30));

    /** How often in turn a login fails in a way that nobody knows before the host hears of it. */
    private static final int MOST_UNKNOWN = 5;

    private final ClientParts client;
    private final Env env;
    private final Strand strand;
    private final Optional<CredentialsCallback> host;
    private final Function<Credential, CompletionStage<LoggedIn>> login;
    private final Membership membership;
    private final Backoff pauses;
    private final Shown shown = new Shown();
    private Credential current;

    /** What the host has given since, as long as it may be good. */
    private @Nullable Credential offered;

    /** What the host has given and is another client's. */
    private Credential foreign = Credential.none();

    private Runnable renewed = () -> {};
    private Cancellable loggingIn = () -> {};
    private boolean asking;

    /** What the host is asked at the moment, for all who wait for its answer. */
    private @Nullable CompletableFuture<Boolean> question;

    private boolean stopped;
    private long notBefore;

    /**
     * The credential that the host has set.
     *
     * @param login logs in with a credential at the API that the client uses
     */
    Credentials(ClientParts client, Membership membership, Function<Credential, CompletionStage<LoggedIn>> login) {
        this.client = client;
        this.env = client.env();
        this.strand = client.strand();
        this.host = client.settings().join().onCredentialsRejected();
        this.membership = membership;
        this.login = login;
        this.current = client.settings().credential();
        this.pauses = new Backoff(ASKING, env.random());
        this.notBefore = env.nanos();
    }

    /** The credential with which the client has logged in, or is to do so. */
    Credential current() {
        return current;
    }

    /** The credential for the next login of a start: what the host has given last. */
    Credential latest() {
        return offered != null ? offered : current;
    }

    /**
     * The latest credential, which must be good for an enrollment.
     *
     * @throws EdgeException FAILED_PRECONDITION if it is no enrollment token
     */
    Credential forEnrollment() {
        Credential latest = latest();
        if (!CredentialKind.isEnrollment(latest)) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the credential is no enrollment token; have one made for this network and give it to credential(...)");
        }
        return latest;
    }

    /** The client has logged in with this one. */
    void use(Credential credential) {
        current = credential;
        offered = null;
    }

    /**
     * What calls to the combiner show: the token of this login, and later that of a login with another credential.
     *
     * @param whenRenewed goes on with what the refusal of the former credential holds up
     */
    Bearer shown(Bearer bearer, Runnable whenRenewed) {
        shown.bearer = bearer;
        renewed = whenRenewed;
        return shown;
    }

    /** Asks the host for nothing from now on, and logs in no more. */
    void stop() {
        stopped = true;
        loggingIn.cancel();
    }

    /** Whether the server refuses the credential, and will go on refusing it. */
    static boolean isRejection(Throwable failure) {
        return failure instanceof EdgeException known
                && known.code() == ErrorCode.UNAUTHENTICATED
                && !known.retryable();
    }

    /**
     * The server refuses a credential: asks the host for another one, unless it has been asked shortly before.
     *
     * @return whether the host has given another one, which is the latest now
     */
    CompletionStage<Boolean> replaced(Credential refused, EdgeException error) {
        if (question != null) {
            return question;
        }
        CompletableFuture<Boolean> replaced = new CompletableFuture<>();
        if (host.isEmpty() || stopped || asking || env.nanos() - notBefore < 0) {
            replaced.complete(false);
            return replaced;
        }
        asking = true;
        question = replaced;
        LOG.info("the server refuses the client's credential; the client asks the program for another one");
        CredentialsCallback callback = host.get();
        strand.when(
                Stages.begun(() -> CompletableFuture.supplyAsync(() -> asked(callback, error), env.io())),
                (given, failure) -> {
                    asking = false;
                    question = null;
                    if (stopped) {
                        // An enrollment token is good for one login: the next process may need it.
                        replaced.complete(false);
                        return;
                    }
                    boolean another = given != null
                            && given.isPresent()
                            && isAnother(given.get(), refused)
                            && isAnother(given.get(), foreign);
                    if (another) {
                        offered = given.get();
                        notBefore = env.nanos() + BETWEEN.toNanos();
                    } else {
                        Duration pause = pauses.next();
                        notBefore = env.nanos() + pause.toNanos();
                        LOG.warn(
                                "the server refuses the client's credential, and the program has no other one{}; the client asks again"
                                        + " after {} s",
                                failure == null ? "" : ": " + Failures.describe(failure),
                                pause.toSeconds());
                    }
                    replaced.complete(another);
                },
                fault -> {
                    asking = false;
                    question = null;
                    replaced.complete(false);
                });
        return replaced;
    }

    /** A program that reads its credential from a file gives a new object each time. */
    private static boolean isAnother(Credential one, Credential other) {
        boolean isNone = one.isNone() || other.isNone();
        return isNone ? one.isNone() != other.isNone() : !one.reveal().equals(other.reveal());
    }

    private static Optional<Credential> asked(CredentialsCallback callback, EdgeException error) {
        try {
            return callback.credentialsRejected(error);
        } catch (Exception failure) {
            throw new IllegalStateException("the callback failed", failure);
        }
    }

    /** A call failed: if that is because the credential is refused for good, the client logs in with another one. */
    void rejected(EdgeException error) {
        if (!isRejection(error)) {
            return;
        }
        strand.when(replaced(current, error), (another, failure) -> {
            if (Boolean.TRUE.equals(another) && !stopped) {
                logIn(latest());
            }
        });
    }

    private void logIn(Credential credential) {
        if (asking || stopped) {
            // Several calls may have heard of the other credential.
            return;
        }
        asking = true;
        int[] unknown = {0};
        SaidOnce said = new SaidOnce(env::nanos);
        RetryLoop<LoggedIn> attempts = new RetryLoop<>(env, strand, LOGGING_IN, () -> login.apply(credential))
                .retryAfter(failure ->
                        failure instanceof EdgeException known ? known.retryable() : ++unknown[0] < MOST_UNKNOWN)
                .beforeWait((failure, wait) -> said.fails(
                        LOG, failure, "the client cannot log in with another credential yet and tries again"));
        loggingIn = attempts;
        strand.when(
                attempts.start(),
                (in, error) -> {
                    asking = false;
                    if (stopped) {
                        return;
                    }
                    if (in == null) {
                        notLoggedIn(error instanceof EdgeException known ? known : failed(error));
                    } else if (!in.clientId().equals(membership.clientId())) {
                        foreign = credential;
                        notLoggedIn(new EdgeException(
                                ErrorCode.FAILED_PRECONDITION,
                                "the other credential is that of another client, " + in.clientId()));
                    } else {
                        LOG.info("client {}: logged in with another credential", in.clientId());
                        use(credential);
                        membership.loggedIn(in.clientId(), in.bearer());
                        shown.bearer = in.bearer();
                        pauses.reset();
                        renewed.run();
                    }
                },
                fault -> asking = false);
    }

    /** The host may give the same one again: it may be good later. */
    private void notLoggedIn(EdgeException error) {
        offered = null;
        LOG.warn("the client cannot log in with another credential: {}", error.getMessage());
        client.listeners().error(error);
        notBefore = env.nanos() + pauses.next().toNanos();
    }

    private static EdgeException failed(@Nullable Throwable error) {
        return new EdgeException(ErrorCode.INTERNAL, "logging in failed: " + Failures.describe(error), error);
    }

    /** Shows the token of the login of the moment. */
    private final class Shown implements Bearer {

        private volatile Bearer bearer = Bearer.none();

        @Override
        public CompletionStage<Optional<String>> token() {
            Bearer asked = bearer;
            return asked.token().whenComplete((token, error) -> {
                if (error != null && isRejection(Stages.cause(error)) && asked == bearer) {
                    EdgeException refusal = (EdgeException) Stages.cause(error);
                    strand.execute(() -> rejected(refusal));
                }
            });
        }

        @Override
        public void refused(String token) {
            Bearer asked = bearer;
            asked.refused(token);
            if (!asked.isRenewed()) {
                strand.execute(() -> {
                    if (asked == bearer) {
                        rejected(new EdgeException(
                                ErrorCode.UNAUTHENTICATED,
                                "the combiner refuses the token, and there is no other one"));
                    }
                });
            }
        }

        @Override
        public boolean isRenewed() {
            return bearer.isRenewed();
        }
    }
}
