package com.scaleoutsystems.edge.client.internal.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A client's tokens as they are kept between two runs.
 *
 * @param clientId whose they are
 * @param endpoint where the refresh token is exchanged
 * @param source the fingerprint of the credential that they come from; empty if it is not known
 * @param accessToken the last access token; may be empty
 * @param refreshToken the refresh token to use next
 * @param expiresAt when the access token ends, if that is known
 */
public record SavedTokens(
        String clientId,
        String endpoint,
        String source,
        String accessToken,
        String refreshToken,
        Optional<Instant> expiresAt) {

    private static final Duration LEEWAY = Duration.ofSeconds(10);

    /** Whether the access token is good for a while from now. */
    public boolean isValid(Instant now) {
        return !accessToken.isEmpty()
                && expiresAt.isPresent()
                && now.plus(LEEWAY).isBefore(expiresAt.get());
    }

    @Override
    public String toString() {
        return "SavedTokens[client " + clientId + ", expires at " + expiresAt + "]";
    }
}
