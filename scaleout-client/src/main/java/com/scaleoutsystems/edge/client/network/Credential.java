package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.TokenText;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token that identifies the client to the server. The client recognises the kind (API key, enrollment token, refresh token) by
 * the token's claims, as the reference client does. {@link #toString()} never shows the token.
 *
 * @since 0.1.0
 */
public final class Credential {

    private static final Credential NONE = new Credential(null);

    private final @Nullable String token;

    private Credential(@Nullable String token) {
        this.token = token;
    }

    /**
     * No credential: the client sends no authorization header.
     *
     * @return the credential
     */
    public static Credential none() {
        return NONE;
    }

    /**
     * A token of any kind.
     *
     * @param token the token's text; not blank. The SDK removes blanks around it and the word Bearer before it
     * @return the credential
     */
    public static Credential token(String token) {
        Objects.requireNonNull(token, "token");
        if (token.isBlank()) {
            throw new IllegalArgumentException("the token is blank; use Credential.none() to join without one");
        }
        return TokenText.usable(token.strip().replaceFirst("^(?i:bearer)\\s+", ""))
                .map(Credential::new)
                .orElseThrow(() -> new IllegalArgumentException("the token " + TokenText.FAULT + "; copy it again"));
    }

    /**
     * Whether there is no token.
     *
     * @return true if no token was given
     */
    public boolean isNone() {
        return token == null;
    }

    /**
     * The token's text. It is for the SDK; keep it out of logs.
     *
     * @return the text
     * @throws IllegalStateException if there is none
     */
    public String reveal() {
        if (token == null) {
            throw new IllegalStateException("there is no credential");
        }
        return token;
    }

    @Override
    public String toString() {
        return token == null ? "Credential[none]" : "Credential[token]";
    }
}
