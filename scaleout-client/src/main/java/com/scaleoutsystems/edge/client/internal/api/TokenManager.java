package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Keeps an access token fresh. It exchanges the token before it expires or after the server has refused it, with one call however
 * many callers wait. It counts a token's lifetime from its arrival, by the server's clock and not by this machine's. It saves new
 * tokens before it uses them. After a failure it pauses. Its state lives on the client's strand.
 */
public final class TokenManager implements Bearer {

    private static final Logger LOG = Loggers.of(Loggers.API);
    private static final Duration AHEAD = Duration.ofSeconds(30);

    /** A token that was refused when it was this fresh is no worse than the next one would be. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** The client tries a token even if it had expired on arrival, because the clocks of two servers may differ. */
    private static final Duration LEAST_LIFETIME = Duration.ofSeconds(10);

    /** After a refusal for good: it may still be a mistake of the server that passes. */
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** Keeps tokens where they survive the process. */
    public interface Keeper {
        /**
         * Keeps new tokens; done when they are safe, or cannot be made so. Never fails.
         *
         * @param refreshToken the refresh token to use next
         */
        CompletionStage<?> keep(Tokens tokens, String refreshToken);
    }

    private final EdgeApi api;
    private final Env env;
    private final Strand strand;
    private final TokenEndpoint endpoint;
    private final Keeper keeper;
    private final Backoff pauses;
    private final Duration fresh;
    private final List<CompletableFuture<Optional<String>>> waiting = new ArrayList<>();
    private String refreshToken;
    private @Nullable Tokens current;
    private long cameAt;
    private long pauseEnd;
    private @Nullable EdgeException pauseReason;
    private boolean refreshing;

    /** Whether there was ever a token. Until then, joining reports a refusal, and the log need not. */
    private boolean served;

    /**
     * A manager that has a refresh token and fetches its first access token when one is asked for.
     *
     * @param endpoint where the refresh token is exchanged
     * @param known the access token of a former run, if there is one
     * @param retry how often joining is tried: pauses after failures are half as long
     */
    public TokenManager(
            EdgeApi api,
            Env env,
            Strand strand,
            TokenEndpoint endpoint,
            String refreshToken,
            Optional<Tokens> known,
            Keeper keeper,
            RetryPolicy retry) {
        this.api = api;
        this.env = env;
        this.strand = strand;
        this.endpoint = endpoint;
        this.refreshToken = refreshToken;
        this.keeper = keeper;
        this.current = known.orElse(null);
        this.served = known.isPresent();
        this.fresh = FRESH.compareTo(retry.maxDelay()) < 0 ? FRESH : retry.maxDelay();
        this.cameAt = env.nanos() - fresh.toNanos();
        this.pauses = new Backoff(
                RetryPolicy.defaults()
                        .withMaxAttempts(1)
                        .withFirstDelay(retry.firstDelay().dividedBy(2))
                        .withMultiplier(retry.multiplier())
                        .withMaxDelay(retry.maxDelay().dividedBy(2)),
                env.random());
    }

    @Override
    public CompletionStage<Optional<String>> token() {
        CompletableFuture<Optional<String>> asked = new CompletableFuture<>();
        strand.execute(() -> {
            Tokens tokens = current;
            if (tokens == null) {
                waiting.add(asked);
                refresh();
                return;
            }
            Duration left = lifetime(tokens).minusNanos(env.nanos() - cameAt);
            if (left.compareTo(Duration.ZERO) > 0) {
                asked.complete(Optional.of(tokens.accessToken()));
            } else {
                waiting.add(asked);
            }
            if (left.compareTo(ahead(tokens)) < 0) {
                refresh();
            }
        });
        return asked;
    }

    private static Duration lifetime(Tokens tokens) {
        return tokens.lifetime().compareTo(Duration.ZERO) > 0 ? tokens.lifetime() : LEAST_LIFETIME;
    }

    private static Duration ahead(Tokens tokens) {
        Duration part = lifetime(tokens).dividedBy(4);
        return part.compareTo(AHEAD) < 0 ? part : AHEAD;
    }

    @Override
    public void refused(String refused) {
        strand.execute(() -> {
            boolean known = current != null && current.accessToken().equals(refused);
            if (known && env.nanos() - cameAt >= fresh.toNanos()) {
                LOG.debug("the server refused the access token; the next call fetches a new one");
                current = null;
            }
        });
    }

    private void refresh() {
        if (refreshing) {
            return;
        }
        if (pauseReason != null && env.nanos() - pauseEnd < 0) {
            fail(during(pauseReason));
            return;
        }
        refreshing = true;
        strand.when(
                Stages.begun(() -> api.refresh(endpoint, refreshToken)),
                (tokens, error) -> {
                    if (tokens == null) {
                        failed(error);
                        return;
                    }
                    refreshToken = tokens.refreshToken().orElse(refreshToken);
                    keep(tokens);
                },
                this::failed);
    }

    private void keep(Tokens tokens) {
        long came = env.nanos();
        strand.when(
                Stages.begun(() -> keeper.keep(tokens, refreshToken)),
                (kept, failure) -> {
                    refreshing = false;
                    use(tokens.usable(), came);
                },
                this::failed);
    }

    private void failed(@Nullable Throwable error) {
        refreshing = false;
        pause(asEdgeException(error));
    }

    private void use(Tokens tokens, long came) {
        current = tokens;
        served = true;
        cameAt = came;
        pauseReason = null;
        pauses.reset();
        List<CompletableFuture<Optional<String>>> asked = List.copyOf(waiting);
        waiting.clear();
        asked.forEach(one -> one.complete(Optional.of(tokens.accessToken())));
    }

    private void pause(EdgeException reason) {
        Duration own = pauses.next();
        boolean refused = reason.code() == ErrorCode.UNAUTHENTICATED;
        Duration pause = refused ? AFTER_REFUSAL : TryLaterException.wait(own, reason, LONGEST_PAUSE);
        if (refused && served) {
            LOG.warn("{}", reason.getMessage());
        }
        pauseReason = reason;
        pauseEnd = env.nanos() + pause.toNanos();
        fail(during(reason));
    }

    /** Whoever tries again after the failure waits at least until the pause is over: an attempt before that would be none. */
    private EdgeException during(EdgeException reason) {
        return reason instanceof TryLaterException later
                ? later.notBefore(Duration.ofNanos(pauseEnd - env.nanos()))
                : reason;
    }

    private void fail(EdgeException reason) {
        List<CompletableFuture<Optional<String>>> asked = List.copyOf(waiting);
        waiting.clear();
        asked.forEach(one -> one.completeExceptionally(reason));
    }

    /**
     * Only the API itself can refuse a token, and only a port that wants TLS is wrong for good; what else goes wrong passes, and says nothing
     * about the token.
     */
    private static EdgeException asEdgeException(@Nullable Throwable error) {
        return error instanceof EdgeException known
                        && (known.code() == ErrorCode.UNAUTHENTICATED
                                || known.code() == ErrorCode.NOT_FOUND
                                || known instanceof TryLaterException)
                ? known
                : new TryLaterException("the access token cannot be had: " + error, error, Optional.empty());
    }
}
