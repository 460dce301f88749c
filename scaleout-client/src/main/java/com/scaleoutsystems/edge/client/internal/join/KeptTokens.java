package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.api.TokenManager;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.check.Texts;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.state.SavedTokens;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.internal.state.TokenFile;
import com.scaleoutsystems.edge.client.network.TokenCallback;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Tokens that outlive a run: finds those of the last one, keeps new ones, tells the host of them. */
final class KeptTokens {

    private static final Logger LOG = Loggers.of(Loggers.API);

    private final FewLines lines;
    private final Env env;
    private final Optional<TokenFile> file;
    private final Optional<TokenCallback> callback;

    /** The last call of the host's callback: the next one waits for it, so that the newest tokens come last. */
    private CompletionStage<@Nullable Void> told = CompletableFuture.completedFuture(null);

    KeptTokens(Env env, Optional<TokenFile> file, Optional<TokenCallback> callback) {
        this.lines = new FewLines(env, LOG);
        this.env = env;
        this.file = file;
        this.callback = callback;
    }

    /** Where a client's tokens are, if it keeps any on disk. */
    static Optional<TokenFile> file(TokenSettings settings, String clientId, Optional<StateDirectory> state) {
        if (!settings.persist()) {
            return Optional.empty();
        }
        Optional<Path> path = settings.directory()
                .map(directory -> directory.resolve(Texts.fileName(clientId) + ".json"))
                .or(() -> state.map(directory -> directory.path().resolve("tokens.json")));
        return path.map(found -> new TokenFile(found, settings.encryptionKey()));
    }

    /** Whether tokens outlive the process. */
    boolean onDisk() {
        return file.isPresent();
    }

    /**
     * The tokens of the last run, if they come from this credential; empty text for whatever they come from. Fails, retryably, if they
     * cannot be read now: the credential may be used up, and the server would refuse it for good.
     */
    CompletionStage<Optional<SavedTokens>> load(String credential) {
        if (file.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        String source = credential.isEmpty() ? "" : fingerprint(credential);
        return Stages.begun(() -> CompletableFuture.supplyAsync(() -> file.get().load(), env.io()))
                .thenApply(found ->
                        found.filter(saved -> source.isEmpty() || saved.source().equals(source)));
    }

    /** Keeps the tokens of one client from now on. */
    TokenManager.Keeper keeper(String clientId, TokenEndpoint endpoint, String source) {
        return (tokens, refreshToken) -> keep(tokens, refreshToken, clientId, endpoint, source);
    }

    private CompletionStage<?> keep(
            Tokens tokens, String refreshToken, String clientId, TokenEndpoint endpoint, String source) {
        SavedTokens saved = new SavedTokens(
                clientId, endpoint.name(), source, tokens.accessToken(), refreshToken, Optional.of(tokens.expiresAt()));
        CompletionStage<?> written = file.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : Stages.begun(() -> CompletableFuture.runAsync(() -> save(file.get(), saved), env.io()))
                        .exceptionally(this::notSaved);
        return written.thenRun(() -> tell(tokens, refreshToken));
    }

    private void save(TokenFile to, SavedTokens tokens) {
        try {
            to.save(tokens, env.wall());
        } catch (EdgeException unwritable) {
            lines.warn("{}", unwritable.getMessage());
        }
    }

    /** The host's key may lie in a store that is away, and there may be no thread. The tokens are there, and may be the only ones. */
    private @Nullable Void notSaved(Throwable failure) {
        lines.warn(
                "the client cannot save the tokens, because their encryption or the disk failed ({}); it may be unable to join again after"
                        + " a restart",
                Failures.describe(Stages.cause(failure)));
        return null;
    }

    private synchronized void tell(Tokens tokens, String refreshToken) {
        callback.ifPresent(host -> told = told.handleAsync(
                (former, error) -> {
                    tell(host, tokens, refreshToken);
                    return null;
                },
                env.io()));
    }

    private void tell(TokenCallback host, Tokens tokens, String refreshToken) {
        try {
            host.tokensRefreshed(tokens.accessToken(), refreshToken, tokens.expiresAt());
        } catch (Throwable failure) {
            // Only its kind: the message of a callback that got secrets may hold them.
            lines.warn("the token callback failed: {}", failure.getClass().getName());
        }
    }

    /** Tells credentials apart without giving them away. */
    static String fingerprint(String credential) {
        return Texts.fingerprint(credential);
    }
}
