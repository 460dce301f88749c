package com.scaleoutsystems.edge.client.network;

import java.time.Instant;

/** Hears of new tokens. Runs on the client's listener thread; exceptions are logged. */
@FunctionalInterface
public interface TokenCallback {

    /**
     * The client has new tokens, and keeps them on disk already if it keeps tokens at all. Both are secrets.
     *
     * @param accessToken what the client shows from now on
     * @param refreshToken what its next access token is exchanged for; the former one if the server gave no new one
     * @param expiresAt when the access token ends, by the server's clock
     */
    void tokensRefreshed(String accessToken, String refreshToken, Instant expiresAt);
}
