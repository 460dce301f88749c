package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an access token fresh: exchanged ahead of its expiry or when the server refused it, by one call however many ask. Its
 * state lives on the client's strand.
 */
public final class TokenManager implements Bearer {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.API);
    private static final Duration AHEAD = Duration.ofSeconds(30);

    private final EdgeApi api;
    private final Env env;
    private final Strand strand;
    private final TokenEndpoint endpoint;
    private final List<CompletableFuture<Optional<String>>> waiting = new ArrayList<>();
    private String refreshToken;
    private @Nullable Tokens current;
    private boolean refreshing;

    /**
     * A manager that has a refresh token and fetches its first access token when one is asked for.
     *
     * @param endpoint where the refresh token is exchanged
     */
    public TokenManager(EdgeApi api, Env env, Strand strand, TokenEndpoint endpoint, String refreshToken) {
        this.api = api;
        this.env = env;
        this.strand = strand;
        this.endpoint = endpoint;
        this.refreshToken = refreshToken;
    }

    @Override
    public CompletionStage<Optional<String>> token() {
        CompletableFuture<Optional<String>> asked = new CompletableFuture<>();
        strand.execute(() -> {
            Tokens tokens = current;
            if (tokens != null && env.wall().plus(AHEAD).isBefore(tokens.expiresAt())) {
                asked.complete(Optional.of(tokens.accessToken()));
            } else {
                waiting.add(asked);
                refresh();
            }
        });
        return asked;
    }

    @Override
    public void refused(String refused) {
        strand.execute(() -> {
            if (current != null && current.accessToken().equals(refused)) {
                LOG.debug("the server refused the access token; a new one is fetched with the next call");
                current = null;
            }
        });
    }

    private void refresh() {
        if (refreshing) {
            return;
        }
        refreshing = true;
        strand.when(api.refresh(endpoint, refreshToken), (tokens, error) -> {
            refreshing = false;
            if (tokens != null) {
                current = tokens;
                refreshToken = tokens.refreshToken().orElse(refreshToken);
            }
            answer(tokens, error);
        });
    }

    private void answer(@Nullable Tokens tokens, @Nullable Throwable error) {
        List<CompletableFuture<Optional<String>>> asked = new ArrayList<>(waiting);
        waiting.clear();
        Tokens usable = tokens != null ? tokens : stillGood(error);
        for (CompletableFuture<Optional<String>> one : asked) {
            if (usable != null) {
                one.complete(Optional.of(usable.accessToken()));
            } else {
                one.completeExceptionally(error == null ? new IllegalStateException("no tokens and no error") : error);
            }
        }
    }

    /** A failed refresh ahead of time does no harm while the present token lasts. */
    private @Nullable Tokens stillGood(@Nullable Throwable error) {
        boolean passing = error instanceof EdgeException failure && failure.retryable();
        Tokens tokens = current;
        return passing && tokens != null && env.wall().isBefore(tokens.expiresAt()) ? tokens : null;
    }
}
