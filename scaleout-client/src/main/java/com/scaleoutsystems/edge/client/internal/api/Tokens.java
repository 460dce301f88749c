package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.client.internal.check.TokenText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a token endpoint gives.
 *
 * @param accessToken proves who calls; short-lived; empty if the one that came cannot be shown by a call
 * @param refreshToken for the next exchange, if a new one came
 * @param expiresAt when the access token ends, by the server's clock
 * @param lifetime how long that is from the moment it came, by the server's clock too; not positive if it had ended by then
 */
public record Tokens(String accessToken, Optional<String> refreshToken, Instant expiresAt, Duration lifetime) {

    /**
     * These tokens, whose access token a call can show.
     *
     * @throws TryLaterException if it cannot
     */
    public Tokens usable() {
        if (accessToken.isEmpty()) {
            throw new TryLaterException(
                    "the API gave no usable access token: it is missing or " + TokenText.FAULT, null, Optional.empty());
        }
        return this;
    }

    @Override
    public String toString() {
        return "Tokens[expires at " + expiresAt + "]";
    }
}
