package com.scaleoutsystems.edge.client.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.network.Credential;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CredentialKindTest {

    private static final Map<String, CredentialKind> KINDS = Map.of(
            "api_key", CredentialKind.API_KEY,
            "enrollment", CredentialKind.ENROLLMENT,
            "client_refresh", CredentialKind.CLIENT_REFRESH,
            "refresh_token", CredentialKind.REFRESH);

    /** One token of the golden files. */
    record Row(JsonNode row) {

        @Override
        public String toString() {
            return row.get("id").asText();
        }
    }

    static Stream<Row> tokens() {
        return StreamSupport.stream(Vectors.part("jwt/tokens", "tokens").spliterator(), false)
                .map(Row::new);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void kindsAreToldApartAsTheReferenceDoes(Row token) {
        JsonNode detected = token.row().get("detected_type");
        // What the reference cannot make out, it crashes on; we take it for an opaque token.
        CredentialKind expected = detected.get("outcome").asText().equals("ok")
                ? KINDS.get(detected.get("value").asText())
                : CredentialKind.REFRESH;

        assertThat(CredentialKind.of(token.row().get("token").asText())).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void theEndOfATokenIsReadAsTheReferenceReadsIt(Row token) {
        JsonNode end = token.row().get("login_expiry").path("value").path("epoch_seconds");
        Optional<Instant> expected = end.isNumber()
                ? Optional.of(Instant.ofEpochMilli(Math.round(end.asDouble() * 1000)))
                : Optional.empty();

        assertThat(Claims.of(token.row().get("token").asText()).expiresAt()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void claimsThatAreTextsAreRead(Row token) {
        Claims claims = Claims.of(token.row().get("token").asText());

        JsonNode expected = token.row().get("claims").path("value");
        for (String name : new String[] {"sub", "role", "token_type"}) {
            JsonNode value = expected.path(name);
            assertThat(claims.text(name)).as(name).isEqualTo(value.isTextual() ? value.asText() : "");
        }
    }

    @Test
    void theTokensOfTheExchangesAreWhatTheyAreCalled() {
        JsonNode tokens = Vectors.part("http/exchanges", "tokens");

        assertThat(CredentialKind.of(tokens.get("enrollment").asText())).isEqualTo(CredentialKind.ENROLLMENT);
        assertThat(CredentialKind.of(tokens.get("client_refresh").asText())).isEqualTo(CredentialKind.CLIENT_REFRESH);
        Claims access = Claims.of(tokens.get("access").asText());
        assertThat(access.text("role")).isEqualTo("client");
        assertThat(access.expiresAt()).contains(Instant.parse("2100-01-01T00:00:00Z"));
    }

    @Test
    void theSchemeBeforeAPastedTokenIsLeftOut() {
        assertThat(Credential.token(" Bearer abc ").reveal()).isEqualTo("abc");
        assertThat(Credential.token("bearer-less").reveal()).isEqualTo("bearer-less");
    }
}
