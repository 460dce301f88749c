package com.scaleoutsystems.edge.sandbox.network;

/**
 * Credentials with which a client may join a sandbox that asks for them.
 *
 * <p>All are JSON Web Tokens whose claims tell clients the kind. {@link #toString()} shows none of them.
 *
 * @param refresh a plain refresh token; spent after its first use, which gives the next one
 * @param enrollment enrolls any number of clients, each of which gets a refresh token of its own
 * @param apiKey used as it is in place of an access token
 */
public record SandboxTokens(String refresh, String enrollment, String apiKey) {
    @Override
    public String toString() {
        return "SandboxTokens[secret]";
    }
}
