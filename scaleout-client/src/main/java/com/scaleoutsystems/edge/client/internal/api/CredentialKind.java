package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.client.network.Credential;

/** The kinds of credentials, recognised from the claims of the token as the reference client does. */
public enum CredentialKind {
    /** Used as it is. */
    API_KEY("API key"),
    /** Exchanged once for an identity. */
    ENROLLMENT("enrollment token"),
    /** A client's own refresh token. */
    CLIENT_REFRESH("client refresh token"),
    /** Any other token, opaque ones too. */
    REFRESH("refresh token");

    private final String text;

    CredentialKind(String text) {
        this.text = text;
    }

    /** The kind of a token. */
    public static CredentialKind of(String token) {
        Claims claims = Claims.of(token);
        if (claims.text("token_type").equals("api_key")) {
            return API_KEY;
        }
        return switch (claims.text("role")) {
            case "enrollment" -> ENROLLMENT;
            case "client_refresh" -> CLIENT_REFRESH;
            default -> REFRESH;
        };
    }

    /** Whether a credential enrolls a client. */
    public static boolean isEnrollment(Credential credential) {
        return !credential.isNone() && of(credential.reveal()) == ENROLLMENT;
    }

    /** The kind in words. */
    public String text() {
        return text;
    }
}
