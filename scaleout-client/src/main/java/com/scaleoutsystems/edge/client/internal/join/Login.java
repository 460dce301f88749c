package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.CredentialKind;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.Enrollment;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.api.TokenManager;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.check.TokenText;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.SavedTokens;
import com.scaleoutsystems.edge.client.internal.state.StateDirectory;
import com.scaleoutsystems.edge.client.network.Credential;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** From a credential to what each call shows. */
public final class Login {

    /**
     * Who is logged in.
     *
     * @param bearer what each call shows
     * @param clientId the client's id, the server's where it gave one
     * @param remembered whether the tokens are those of the last run, which the server may have revoked since
     */
    public record LoggedIn(Bearer bearer, String clientId, boolean remembered) {}

    private final ClientSettings settings;
    private final Env env;
    private final Strand strand;
    private final KeptTokens tokens;

    /**
     * A login by these settings.
     *
     * @param directory where tokens are kept, unless the settings name another place
     */
    public Login(ClientSettings settings, Env env, Optional<StateDirectory> directory, Strand strand) {
        this.settings = settings;
        this.env = env;
        this.strand = strand;
        this.tokens = new KeptTokens(
                env,
                KeptTokens.file(settings.join().tokens(), settings.clientId(), directory),
                settings.join().onTokenRefresh());
    }

    /**
     * Logs in with the tokens of the last run if there are any from this credential, and with the credential itself otherwise. Fails if
     * the tokens cannot be read now.
     *
     * @param api gives tokens; need not be there for an API key or no credential at all
     */
    public CompletionStage<LoggedIn> in(Optional<EdgeApi> api, Credential credential) {
        String token = credential.isNone() ? "" : credential.reveal();
        if (!token.isEmpty() && CredentialKind.of(token) == CredentialKind.API_KEY) {
            return done(new LoggedIn(Bearer.fixed(Optional.of(token)), settings.clientId(), false));
        }
        if (api.isEmpty()) {
            // Tokens are of no use without it.
            return withCredential(api, credential);
        }
        return tokens.load(token)
                .thenCompose(found -> found.isPresent()
                        ? stillGood(remembered(api.get(), found.get()), api, credential)
                        : withCredential(api, credential));
    }

    /** Whether tokens outlive the process. */
    public boolean keepsTokens() {
        return tokens.onDisk();
    }

    /** Logs in with the tokens of the last run, if there are any from this credential. */
    public CompletionStage<Optional<LoggedIn>> remembered(EdgeApi api, Credential credential) {
        String token = credential.isNone() ? "" : credential.reveal();
        return tokens.load(token).thenApply(found -> found.map(saved -> remembered(api, saved)));
    }

    /** The tokens of the last run, unless the server refuses them: then the credential is all there is. */
    private CompletionStage<LoggedIn> stillGood(LoggedIn last, Optional<EdgeApi> api, Credential credential) {
        if (credential.isNone()) {
            return done(last);
        }
        return last.bearer()
                .token()
                .handle((token, error) -> isRefusal(error) ? withCredential(api, credential) : done(last))
                .thenCompose(login -> login);
    }

    private static boolean isRefusal(@Nullable Throwable error) {
        return error != null
                && Stages.cause(error) instanceof EdgeException known
                && known.code() == ErrorCode.UNAUTHENTICATED;
    }

    /** Logs in with the credential itself. */
    public CompletionStage<LoggedIn> withCredential(Optional<EdgeApi> api, Credential credential) {
        if (credential.isNone()) {
            return done(new LoggedIn(Bearer.none(), settings.clientId(), false));
        }
        String token = credential.reveal();
        CredentialKind kind = CredentialKind.of(token);
        if (kind != CredentialKind.API_KEY && api.isEmpty()) {
            return CompletableFuture.failedFuture(new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the credential is a " + kind.text()
                            + ", which must be exchanged at the API: give its URL to api(...), or use an API key"));
        }
        return switch (kind) {
            case API_KEY -> done(new LoggedIn(Bearer.fixed(Optional.of(token)), settings.clientId(), false));
            case ENROLLMENT -> enroll(api.orElseThrow(), token);
            case CLIENT_REFRESH -> done(fresh(api.orElseThrow(), TokenEndpoint.CLIENT, token));
            case REFRESH -> done(fresh(api.orElseThrow(), TokenEndpoint.USER, token));
        };
    }

    private LoggedIn fresh(EdgeApi api, TokenEndpoint endpoint, String refreshToken) {
        String id = settings.clientId();
        String source = KeptTokens.fingerprint(refreshToken);
        return new LoggedIn(manager(api, endpoint, refreshToken, Optional.empty(), id, source), id, false);
    }

    private LoggedIn remembered(EdgeApi api, SavedTokens saved) {
        TokenEndpoint endpoint =
                saved.endpoint().equals(TokenEndpoint.USER.name()) ? TokenEndpoint.USER : TokenEndpoint.CLIENT;
        Instant now = env.wall();
        Optional<Tokens> known = saved.expiresAt()
                .filter(end -> saved.isValid(now))
                .flatMap(end -> TokenText.usable(saved.accessToken())
                        .map(access -> new Tokens(
                                access, Optional.of(saved.refreshToken()), end, Duration.between(now, end))));
        String id = saved.clientId().isEmpty() ? settings.clientId() : saved.clientId();
        return new LoggedIn(manager(api, endpoint, saved.refreshToken(), known, id, saved.source()), id, true);
    }

    private CompletionStage<LoggedIn> enroll(EdgeApi api, String token) {
        String source = KeptTokens.fingerprint(token);
        return api.enroll(token, settings.name(), Optional.of(settings.clientId()))
                .thenCompose(enrollment -> enrolled(api, enrollment, source));
    }

    private CompletionStage<LoggedIn> enrolled(EdgeApi api, Enrollment enrollment, String source) {
        Tokens first = enrollment.tokens();
        String id = enrollment.clientId();
        if (first.refreshToken().isEmpty()) {
            return done(new LoggedIn(Bearer.fixed(Optional.of(first.accessToken())), id, false));
        }
        String refresh = first.refreshToken().get();
        return tokens.keeper(id, TokenEndpoint.CLIENT, source)
                .keep(first, refresh)
                .thenApply(kept -> new LoggedIn(
                        manager(
                                api,
                                TokenEndpoint.CLIENT,
                                refresh,
                                Optional.of(first)
                                        .filter(given -> !given.accessToken().isEmpty()),
                                id,
                                source),
                        id,
                        false));
    }

    private Bearer manager(
            EdgeApi api,
            TokenEndpoint endpoint,
            String refreshToken,
            Optional<Tokens> known,
            String clientId,
            String source) {
        return new TokenManager(
                api,
                env,
                strand,
                endpoint,
                refreshToken,
                known,
                tokens.keeper(clientId, endpoint, source),
                settings.connect());
    }

    private static CompletionStage<LoggedIn> done(LoggedIn login) {
        return CompletableFuture.completedFuture(login);
    }
}
