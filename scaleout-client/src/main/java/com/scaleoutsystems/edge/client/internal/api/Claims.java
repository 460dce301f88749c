package com.scaleoutsystems.edge.client.internal.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** What a token says of itself. Its signature is the server's affair and not looked at. */
public final class Claims {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final JsonNode claims;

    private Claims(JsonNode claims) {
        this.claims = claims;
    }

    /** The claims of a token; none at all if it is no JSON Web Token. */
    public static Claims of(String token) {
        String[] parts = token.strip().split("\\.", -1);
        if (parts.length == 3) {
            try {
                byte[] json = Base64.getUrlDecoder().decode(parts[1].replace("=", ""));
                JsonNode claims = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
                if (claims != null && claims.isObject()) {
                    return new Claims(claims);
                }
            } catch (IllegalArgumentException | JsonProcessingException notClaims) {
                // An opaque token, then.
            }
        }
        return new Claims(MissingNode.getInstance());
    }

    /** A claim that is a text; empty if there is none. */
    public String text(String name) {
        JsonNode claim = claims.path(name);
        return claim.isTextual() ? claim.textValue() : "";
    }

    /** When the token ends. */
    public Optional<Instant> expiresAt() {
        return time("exp");
    }

    /** When the token was issued. */
    public Optional<Instant> issuedAt() {
        return time("iat");
    }

    private Optional<Instant> time(String name) {
        JsonNode claim = claims.path(name);
        boolean finite = claim.isNumber() && Double.isFinite(claim.doubleValue());
        if (!finite || claim.doubleValue() == 0) {
            return Optional.empty();
        }
        try {
            BigDecimal millis = claim.decimalValue().movePointRight(3).setScale(0, RoundingMode.DOWN);
            Instant time = Instant.ofEpochMilli(millis.longValueExact());
            return time.isAfter(LAST) ? Optional.empty() : Optional.of(time);
        } catch (ArithmeticException | DateTimeException outOfTheCalendar) {
            return Optional.empty();
        }
    }
}
