package com.scaleoutsystems.edge.sandbox.internal.token;

import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Issues and checks the credentials of a sandbox. Clients tell the kinds apart by the claims {@code token_type} and
 * {@code role}, as the reference client does. A refresh token is spent by its first use.
 * Of those that nobody uses, the newest are good.
 */
public final class TokenIssuer {
    private static final Duration LONG = Duration.ofDays(365);
    private static final String BEARER = "Bearer ";

    /** A client that is gone never uses its last refresh token. */
    private static final int MOST_UNSPENT = 10_000;

    private final JsonWebTokens tokens;
    private final Clock clock;
    private final Duration accessTokenLifetime;

    /** The oldest is the first; guarded by itself. */
    private final Set<String> unspent = new LinkedHashSet<>();

    /** Each token says in which epoch it was issued. An operator who ends the validity of tokens begins a new epoch. */
    private final AtomicInteger epoch = new AtomicInteger();

    private volatile int firstUnexpired;
    private volatile int firstUnrevoked;

    public TokenIssuer(Clock clock, Duration accessTokenLifetime) {
        this.tokens = new JsonWebTokens(clock);
        this.clock = clock;
        this.accessTokenLifetime = accessTokenLifetime;
    }

    /** Two kinds of refresh token, each with an endpoint of its own. */
    public enum RefreshKind {
        /** Given to a person or program beforehand. Any role but those below counts as this kind. */
        PLAIN("refresh"),
        /** Given to a client that enrolled. */
        CLIENT("client_refresh");

        private final String role;

        RefreshKind(String role) {
            this.role = role;
        }
    }

    /** An access token and the refresh token for the next one. */
    public record Grant(String accessToken, String refreshToken, long expiresInSeconds) {}

    public SandboxTokens issue() {
        return new SandboxTokens(
                refreshToken(RefreshKind.PLAIN, null),
                sign(Map.of("role", "enrollment"), null, LONG),
                sign(Map.of("token_type", "api_key"), null, LONG));
    }

    /** Lets a client in that shows an enrollment token. */
    public Grant enroll(@Nullable String authorization, String clientId) throws InvalidTokenException {
        Map<String, Object> claims = verify(bearer(authorization));
        if (!"enrollment".equals(claims.get("role"))) {
            throw new InvalidTokenException("Token is no enrollment token");
        }
        return grant(RefreshKind.CLIENT, clientId);
    }

    public Grant refresh(RefreshKind kind, String refreshToken) throws InvalidTokenException {
        Map<String, Object> claims = verify(refreshToken);
        if (!kind.role.equals(claims.get("role"))) {
            throw new InvalidTokenException("Token is no refresh token for this endpoint");
        }
        boolean good;
        synchronized (unspent) {
            good = unspent.remove(String.valueOf(claims.get("jti")));
        }
        if (!good) {
            throw new InvalidTokenException("Refresh token was already used");
        }
        return grant(kind, (String) claims.get("sub"));
    }

    /** Checks the authorization of an ordinary call: an access token or an API key. */
    public void checkAccess(@Nullable String authorization) throws InvalidTokenException {
        Map<String, Object> claims = verify(bearer(authorization));
        if ("client".equals(claims.get("role")) && epochOf(claims) < firstUnexpired) {
            throw new InvalidTokenException("Token has expired");
        }
        if (!"client".equals(claims.get("role")) && !"api_key".equals(claims.get("token_type"))) {
            throw new InvalidTokenException("Token is no access token");
        }
    }

    /** From now on, the access tokens issued so far count as expired. Refresh tokens and API keys stay valid. */
    public void expireAccessTokens() {
        firstUnexpired = epoch.incrementAndGet();
    }

    /** From now on, nothing issued so far is valid. */
    public void revokeAll() {
        firstUnrevoked = epoch.incrementAndGet();
    }

    private Map<String, Object> verify(String token) throws InvalidTokenException {
        Map<String, Object> claims = tokens.verify(token);
        if (epochOf(claims) < firstUnrevoked) {
            throw new InvalidTokenException("Token has been revoked");
        }
        return claims;
    }

    private static int epochOf(Map<String, Object> claims) {
        return claims.get("epoch") instanceof Integer number ? number : 0;
    }

    private Grant grant(RefreshKind kind, @Nullable String clientId) {
        return new Grant(
                sign(Map.of("role", "client"), clientId, accessTokenLifetime),
                refreshToken(kind, clientId),
                accessTokenLifetime.toSeconds());
    }

    private String refreshToken(RefreshKind kind, @Nullable String clientId) {
        String id = UUID.randomUUID().toString();
        synchronized (unspent) {
            unspent.add(id);
            if (unspent.size() > MOST_UNSPENT) {
                unspent.remove(unspent.iterator().next());
            }
        }
        return sign(Map.of("role", kind.role, "jti", id), clientId, LONG);
    }

    private String sign(Map<String, Object> claims, @Nullable String clientId, Duration lifetime) {
        Map<String, Object> all = new LinkedHashMap<>(claims);
        all.putIfAbsent("jti", UUID.randomUUID().toString());
        if (clientId != null) {
            all.put("sub", clientId);
        }
        all.put("epoch", epoch.get());
        all.put("iat", clock.instant().getEpochSecond());
        all.put("exp", clock.instant().plus(lifetime).getEpochSecond());
        return tokens.sign(all);
    }

    private static String bearer(@Nullable String authorization) throws InvalidTokenException {
        if (authorization == null || !authorization.startsWith(BEARER)) {
            throw new InvalidTokenException("Authorization header is missing or has no bearer token");
        }
        return authorization.substring(BEARER.length());
    }
}
