package com.scaleoutsystems.edge.sandbox.network;

/**
 * Credentials for a sandbox with authentication.
 *
 * <p>All are JSON Web Tokens whose claims show the kind. {@link #toString()} shows no token.
 *
 * @param refresh a plain refresh token; its first use consumes it and returns the next one
 * @param enrollment enrolls any number of clients, each with a refresh token of its own
 * @param apiKey replaces an access token
 * @since 0.1.0
 */
public record SandboxTokens(String refresh, String enrollment, String apiKey) {
    @Override
    public String toString() {
        return "SandboxTokens[secret]";
    }
}
