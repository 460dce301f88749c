package com.scaleoutsystems.edge.client.internal.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** The kinds of credentials, recognised from the claims of the token as the reference client does. */
public enum CredentialKind {
    /** Used as it is. */
    API_KEY,
    /** Exchanged once for an identity. */
    ENROLLMENT,
    /** A client's own refresh token. */
    CLIENT_REFRESH,
    /** Any other token, opaque ones too. */
    REFRESH;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The kind of a token. Its signature is the server's affair and not looked at. */
    public static CredentialKind of(String token) {
        Optional<JsonNode> claims = claims(token);
        if (claims.isEmpty()) {
            return REFRESH;
        }
        if (claims.get().path("token_type").asText().equals("api_key")) {
            return API_KEY;
        }
        return switch (claims.get().path("role").asText()) {
            case "enrollment" -> ENROLLMENT;
            case "client_refresh" -> CLIENT_REFRESH;
            default -> REFRESH;
        };
    }

    /** When a token ends by its own word; empty if it does not say. */
    static Optional<Instant> expiry(String token) {
        return claims(token)
                .map(claims -> claims.path("exp"))
                .filter(exp -> exp.isNumber() && exp.asLong() > 0)
                .map(exp -> Instant.ofEpochSecond(exp.asLong()));
    }

    private static Optional<JsonNode> claims(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(parts[1].replace("=", ""));
            JsonNode claims = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
            return claims != null && claims.isObject() ? Optional.of(claims) : Optional.empty();
        } catch (IllegalArgumentException | JsonProcessingException notClaims) {
            return Optional.empty();
        }
    }
}
