package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    private static final String ADD = "/api/v1/clients/add";
    private static final String ENROLL = "/api/v1/clients/enroll";
    private static final String CLIENT_TOKEN = "/api/v1/clients/token";
    private static final String REFRESH = "/api/auth/refresh";
    private static final Map<String, Object> ALPHA = Map.of("name", "alpha", "client_id", "a-1", "package", "local");

    private final ManualClock clock = new ManualClock();
    private final Sandbox sandbox = Sandbox.builder()
            .authentication(true)
            .accessTokenLifetime(Duration.ofMinutes(2))
            .clock(clock)
            .start();
    private final RestClient rest = new RestClient(sandbox);

    @AfterEach
    void close() {
        sandbox.close();
    }

    @Test
    void refreshTokenGivesAnAccessTokenAndTheNextRefreshToken() {
        RestClient.Answer first = refresh(REFRESH, sandbox.tokens().refresh());
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body()).containsOnlyKeys("access_token", "refresh_token", "expires_in");
        assertThat(first.body()).containsEntry("expires_in", 120);
        assertThat(claims(first.text("access_token")))
                .containsEntry("exp", (int) clock.instant().plusSeconds(120).getEpochSecond());

        assertThat(rest.post(ADD, first.text("access_token"), ALPHA).status()).isEqualTo(200);
        assertThat(refresh(REFRESH, first.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void refreshTokenIsSpentByItsFirstUse() {
        String token = sandbox.tokens().refresh();
        refresh(REFRESH, token);

        RestClient.Answer again = refresh(REFRESH, token);
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.text("message")).isEqualTo("Refresh token was already used");
    }

    @Test
    void enrolledClientGetsTokensOfItsOwn() {
        RestClient.Answer enrolled = rest.post(ENROLL, sandbox.tokens().enrollment(), Map.of("client_id", "b-1"));
        assertThat(enrolled.status()).isEqualTo(200);
        assertThat(enrolled.body()).containsOnlyKeys("client_id", "access_token", "refresh_token", "expires_in");
        assertThat(enrolled.text("client_id")).isEqualTo("b-1");
        assertThat(claims(enrolled.text("refresh_token")))
                .containsEntry("role", "client_refresh")
                .containsEntry("sub", "b-1");

        RestClient.Answer refreshed = refresh(CLIENT_TOKEN, enrolled.text("refresh_token"));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(claims(refreshed.text("refresh_token"))).containsEntry("sub", "b-1");
        assertThat(rest.post(ADD, refreshed.text("access_token"), ALPHA).status())
                .isEqualTo(200);
    }

    @Test
    void enrollmentTokenServesManyClients() {
        String token = sandbox.tokens().enrollment();
        String first = rest.post(ENROLL, token, Map.of()).text("client_id");
        String second = rest.post(ENROLL, token, Map.of()).text("client_id");
        assertThat(first).isNotEmpty().isNotEqualTo(second);
    }

    @Test
    void apiKeyIsUsedAsItIs() {
        String key = sandbox.tokens().apiKey();
        assertThat(claims(key)).containsEntry("token_type", "api_key");
        assertThat(rest.post(ADD, key, ALPHA).status()).isEqualTo(200);
    }

    @Test
    void eachEndpointTakesItsOwnKindOnly() {
        SandboxTokens tokens = sandbox.tokens();
        assertThat(refresh(CLIENT_TOKEN, tokens.refresh()).status()).isEqualTo(401);
        assertThat(refresh(REFRESH, tokens.enrollment()).status()).isEqualTo(401);
        assertThat(rest.post(ENROLL, tokens.apiKey(), Map.of()).status()).isEqualTo(401);
        assertThat(rest.post(ADD, tokens.refresh(), ALPHA).status()).isEqualTo(401);
        assertThat(rest.post(ADD, tokens.enrollment(), ALPHA).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "None", "a.b.c", "a.b", "..."})
    void anythingElseIsRefusedWithAMessage(String token) {
        RestClient.Answer answer = rest.post(ADD, token, ALPHA);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text("message")).isNotEmpty();
        assertThat(refresh(REFRESH, token).status()).isEqualTo(401);
    }

    @Test
    void tokenOfAnotherSandboxIsRefused() {
        try (Sandbox other = Sandbox.builder().authentication(true).start()) {
            assertThat(rest.post(ADD, other.tokens().apiKey(), ALPHA).text("message"))
                    .isEqualTo("Token is invalid");
        }
    }

    @Test
    void accessTokenExpires() {
        String token = refresh(REFRESH, sandbox.tokens().refresh()).text("access_token");
        clock.advance(Duration.ofSeconds(119));
        assertThat(rest.post(ADD, token, ALPHA).status()).isEqualTo(200);

        clock.advance(Duration.ofSeconds(1));
        RestClient.Answer late = rest.post(ADD, token, ALPHA);
        assertThat(late.status()).isEqualTo(401);
        assertThat(late.text("message")).isEqualTo("Token has expired");
        assertThat(callWith("Bearer " + token)).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void missingRefreshTokenIsABadRequest() {
        RestClient.Answer answer = rest.post(REFRESH, "", Map.of("role", "client"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("message")).isEqualTo("Field refresh_token is missing");
    }

    @Test
    void grpcCallsNeedAnAccessTokenOrApiKey() {
        String access = refresh(REFRESH, sandbox.tokens().refresh()).text("access_token");
        assertThat(callWith("Bearer " + access)).isEqualTo(Status.Code.OK);
        assertThat(callWith("Bearer " + sandbox.tokens().apiKey())).isEqualTo(Status.Code.OK);
        assertThat(callWith("Bearer " + sandbox.tokens().refresh())).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(callWith("Bearer None")).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(callWith("")).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(sandbox.recording().calls("Announce"))
                .extracting(RecordedCall::status)
                .containsExactly("OK", "OK", "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED");
        assertThat(sandbox.recording().announcements()).hasSize(2);
    }

    @Test
    void modelsNeedAnAccessTokenToo() {
        try (ScriptedClient client = new ScriptedClient(sandbox, "a-1")) {
            assertThatThrownBy(() -> client.download("any")).hasMessageStartingWith("UNAUTHENTICATED");
            assertThatThrownBy(() -> client.upload("any", "00", new byte[1])).hasMessageStartingWith("UNAUTHENTICATED");
        }
    }

    @Test
    void sandboxWithoutAuthenticationHasNoTokens() {
        try (Sandbox open = Sandbox.builder().start()) {
            assertThatExceptionOfType(EdgeException.class)
                    .isThrownBy(open::tokens)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
        }
    }

    @Test
    void tokensAreNotShown() {
        SandboxTokens tokens = sandbox.tokens();
        assertThat(tokens.toString()).doesNotContain(tokens.refresh(), tokens.enrollment(), tokens.apiKey());
    }

    private RestClient.Answer refresh(String path, String token) {
        return rest.post(path, "", Map.of("refresh_token", token, "role", "client"));
    }

    private Status.Code callWith(String authorization) {
        try (ScriptedClient client = new ScriptedClient(sandbox, "a-1")) {
            if (!authorization.isEmpty()) {
                client.with("authorization", authorization);
            }
            client.announce("Connect");
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static Map<String, Object> claims(String token) {
        byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
        return ServerJson.object(new String(payload, StandardCharsets.UTF_8));
    }

    private static final class ManualClock extends Clock {
        private volatile Instant now = Instant.parse("2026-05-01T12:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
