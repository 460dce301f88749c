package com.scaleoutsystems.edge.client.network;

import java.time.Instant;

/**
 * Called with each new pair of tokens, for one pair at a time, so that the newest comes last. It may take time: it delays only the next
 * pair. The client logs its exceptions.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TokenCallback {

    /**
     * The client has new tokens, and has already saved them if it keeps tokens on disk. Both are secrets.
     *
     * @param accessToken what the client sends from now on; empty if the server's answer had no usable one
     * @param refreshToken what the client exchanges for the next access token; the previous one if the server sent no new one
     * @param expiresAt when the access token expires, by the server's clock
     */
    void tokensRefreshed(String accessToken, String refreshToken, Instant expiresAt);
}
