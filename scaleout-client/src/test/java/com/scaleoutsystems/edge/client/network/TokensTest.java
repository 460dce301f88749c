package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.record.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.crypto.SecretKey;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials against servers that behave, that fail for a while, and that are none. */
@Tag("once")
@Timeout(60)
class TokensTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ENROLLMENT = vector("enrollment");
    private static final String CLIENT_REFRESH = vector("client-refresh");

    @TempDir
    Path folder;

    private final TestCombiner combiner = TestCombiner.plain();
    private final TestApi api = TestApi.plain().assigning("localhost", combiner.port(), false);
    private final AtomicInteger issued = new AtomicInteger();

    @AfterEach
    void closeServers() {
        api.close();
        combiner.close();
    }

    private static String vector(String id) {
        for (var row : Vectors.part("jwt/tokens", "tokens")) {
            if (row.get("id").asText().equals(id)) {
                return row.get("token").asText();
            }
        }
        throw new AssertionError(id);
    }

    private EdgeClientBuilder client() {
        return EdgeClient.builder()
                .api(api.uri())
                .stateDirectory(folder)
                .pollInterval(Duration.ofMillis(50))
                .connectRetry(RetryPolicy.defaults()
                        .withMaxAttempts(4)
                        .withFirstDelay(Duration.ofMillis(4))
                        .withMaxDelay(Duration.ofMillis(4)))
                .network(NetworkProfile.defaults().withCallTimeout(Duration.ofSeconds(2)));
    }

    private EdgeClientBuilder client(String token) {
        return client().credential(Credential.token(token));
    }

    /** A grant of tokens that nobody had before. */
    private MockResponse grant() {
        int number = issued.incrementAndGet();
        return TestApi.json(
                200,
                Map.of(
                        "client_id",
                        "enrolled-1",
                        "access_token",
                        "access-" + number,
                        "refresh_token",
                        "refresh-" + number,
                        "expires_in",
                        3600));
    }

    private List<String> refreshTokensShown(String path) {
        return api.requests(path).stream()
                .map(request -> Vectors.parse(request.getBody().utf8())
                        .get("refresh_token")
                        .asText())
                .toList();
    }

    private static void connected(EdgeClient client) {
        client.start();
        Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
    }

    private Optional<String> lastToken() {
        var calls = combiner.calls();
        return calls.get(calls.size() - 1).authorization();
    }

    // Rotation and memory

    /** What the server gave is used up once it is exchanged, whatever came with the next one. */
    @ParameterizedTest
    @ValueSource(strings = {"SEC\nRET", "SECR\u00c9T", "SEC RET", " ", ""})
    void theRefreshTokenOfAnAnswerWithoutAUsableAccessTokenIsNotLost(String access) throws IOException {
        api.on(
                TestApi.USER_TOKEN,
                request -> issued.incrementAndGet() < 2
                        ? TestApi.json(200, Map.of("access_token", access, "refresh_token", "rotated"))
                        : TestApi.json(401, Map.of("message", "revoked")));
        try (EdgeClient client = client("given").build()) {
            assertThat(client.connectToApi().message()).doesNotContain("SEC");
        }
        assertThat(refreshTokensShown(TestApi.USER_TOKEN)).startsWith("given", "rotated");
        assertThat(Files.readString(folder.resolve("tokens.json")))
                .contains("rotated")
                .doesNotContain("SEC");
    }

    @Test
    void blanksAroundAnAccessTokenAreNoPartOfIt() {
        api.on(TestApi.USER_TOKEN, request -> TestApi.json(200, Map.of("access_token", " access-1\r\n")));
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer access-1");
    }

    /** A token of such a lifetime is good as any other one. */
    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-9223372036854775808", "1e300", "-1e300", "NaN", "Infinity"})
    void anyLifetimeOfAnAccessTokenIsUnderstood(String lifetime) throws IOException {
        api.on(
                TestApi.USER_TOKEN,
                request -> new MockResponse.Builder()
                        .body("{\"access_token\": \"access-1\", \"refresh_token\": \"rotated\", \"expires_in\": "
                                + lifetime + "}")
                        .build());
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer access-1");
        assertThat(Files.readString(folder.resolve("tokens.json"))).contains("rotated");
    }

    @Test
    void anEnrolledClientIsKnownAgainAfterARestart() {
        api.on(TestApi.ENROLL, request -> grant()).on(TestApi.CLIENT_TOKEN, request -> grant());
        try (EdgeClient client = client(ENROLLMENT).build()) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer access-1");

        try (EdgeClient again = client(ENROLLMENT).build()) {
            connected(again);
        }
        assertThat(api.requests(TestApi.ENROLL)).hasSize(1);
        assertThat(lastToken()).contains("Bearer access-1");
    }

    @Test
    void enrollingAloneIsEnoughForAClientWithoutACredential() throws IOException {
        api.on(TestApi.ENROLL, request -> grant()).on(TestApi.CLIENT_TOKEN, request -> grant());
        try (EdgeClient client = client(ENROLLMENT).name("clinic").build()) {
            assertThat(client.enroll()).isEqualTo("enrolled-1");
            assertThat(client.enroll()).isEqualTo("enrolled-1");
        }
        assertThat(api.requests(TestApi.ENROLL)).hasSize(1);
        assertThat(Files.readString(folder.resolve("tokens.json"))).contains("refresh-1");

        try (EdgeClient client = client().build()) {
            connected(client);
        }
        assertThat(Vectors.parse(api.requests(TestApi.ASSIGN).get(0).getBody().utf8())
                        .get("client_id")
                        .asText())
                .isEqualTo("enrolled-1");
        assertThat(lastToken()).contains("Bearer access-1");
    }

    @Test
    void aRotatedTokenBeatsTheOneThatWasGivenAndANewOneBeatsBoth() throws IOException {
        api.on(TestApi.USER_TOKEN, request -> grant());
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        forgetAccessToken();
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        try (EdgeClient client = client("another").build()) {
            connected(client);
        }
        assertThat(refreshTokensShown(TestApi.USER_TOKEN)).containsExactly("given", "refresh-1", "another");
    }

    @Test
    void theGivenTokenIsUsedAnewWhenTheServerHasForgottenTheRotatedOne() throws IOException {
        api.on(
                TestApi.USER_TOKEN,
                request -> request.getBody().utf8().contains("refresh-1")
                        ? TestApi.json(401, Map.of("message", "unknown token"))
                        : grant());
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        forgetAccessToken();
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        assertThat(refreshTokensShown(TestApi.USER_TOKEN)).containsExactly("given", "refresh-1", "given");
    }

    private void forgetAccessToken() throws IOException {
        Path file = folder.resolve("tokens.json");
        Files.writeString(file, Files.readString(file).replaceFirst("access-\\d", ""));
    }

    @Test
    void theCallbackGetsEachPairOfTokensAfterItWasSaved() {
        record Told(String access, String refresh, boolean kept) {}
        List<Told> told = new CopyOnWriteArrayList<>();
        api.on(TestApi.ENROLL, request -> grant()).on(TestApi.CLIENT_TOKEN, request -> grant());
        try (EdgeClient client = client(ENROLLMENT)
                .onTokenRefresh((access, refresh, end) -> {
                    told.add(new Told(access, refresh, kept(refresh)));
                    assertThat(end).isAfter(Instant.now());
                    throw new IllegalStateException("a host's fault");
                })
                .build()) {
            connected(client);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(told).containsExactly(new Told("access-1", "refresh-1", true)));
        }
    }

    private boolean kept(String refresh) {
        try {
            return Files.readString(folder.resolve("tokens.json")).contains(refresh);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void tokensAreKeptWhereTheSettingsSayOrNotAtAll() throws IOException {
        api.on(TestApi.USER_TOKEN, request -> grant());
        Path elsewhere = folder.resolve("elsewhere");
        try (EdgeClient client = client("given")
                .clientId("id/1")
                .tokens(TokenSettings.defaults().withDirectory(elsewhere))
                .build()) {
            connected(client);
        }
        try (var files = Files.list(elsewhere)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .singleElement()
                    .asString()
                    .matches("id_1-[0-9a-f]{8}\\.json");
        }
        try (EdgeClient client =
                client("given").tokens(TokenSettings.inMemory()).build()) {
            connected(client);
        }
        assertThat(folder.resolve("tokens.json")).doesNotExist();
    }

    /** A key in a store that may be away. */
    private static final class StoredKey implements SecretKey {

        private static final long serialVersionUID = 1L;

        private final AtomicBoolean away;

        StoredKey(boolean away) {
            this.away = new AtomicBoolean(away);
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            if (away.get()) {
                throw new ProviderException("the key store is away");
            }
            return new byte[32];
        }
    }

    private EdgeClient enrolledWith(SecretKey key) {
        return client(ENROLLMENT)
                .tokens(TokenSettings.defaults().withEncryptionKey(key))
                .build();
    }

    @Test
    void aKeyThatCannotBeUsedDoesNotCostTheEnrollment() {
        api.on(TestApi.ENROLL, request -> grant());
        try (EdgeClient client = enrolledWith(new StoredKey(true))) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer access-1");
        assertThat(folder.resolve("tokens.json")).doesNotExist();
    }

    @Test
    void aKeyThatIsAwayForAMomentDoesNotCostTheIdentity() {
        api.on(
                TestApi.ENROLL,
                request -> issued.get() == 0 ? grant() : TestApi.json(401, Map.of("message", "the token is used up")));
        try (EdgeClient client = enrolledWith(new StoredKey(false))) {
            connected(client);
        }
        StoredKey key = new StoredKey(true);
        try (EdgeClient again = enrolledWith(key)) {
            assertThatThrownBy(again::start)
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.retryable()).isTrue())
                    .hasMessageContaining("the key store is away");
            var joined = again.startInBackground();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () -> again.health().troubles().toString(),
                            troubles -> troubles.contains("has not joined yet"));
            key.away.set(false);

            Awaitility.await().atMost(PATIENCE).until(() -> again.state() == ClientState.CONNECTED);
            assertThat(joined.toCompletableFuture()).succeedsWithin(PATIENCE);
        }
        assertThat(api.requests(TestApi.ENROLL)).hasSize(1);
        assertThat(lastToken()).contains("Bearer access-1");
    }

    // What is no refusal

    static List<MockResponse> passingFailures() {
        return List.of(
                TestApi.json(403, Map.of("message", "no")),
                TestApi.json(404, Map.of("message", "no")),
                TestApi.json(408, Map.of("message", "no")),
                TestApi.json(429, Map.of("message", "slow")),
                TestApi.json(500, Map.of("message", "down")),
                TestApi.json(503, Map.of("message", "busy")),
                TestApi.json(200, Map.of("hello", "world")),
                page(200),
                page(400),
                page(401),
                new MockResponse.Builder().code(401).body("Unauthorized").build(),
                new MockResponse.Builder().code(400).body("Bad Request").build(),
                page(511));
    }

    private static MockResponse page(int status) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "text/html")
                .body("<!DOCTYPE html><html>Welcome to our free network, log in here</html>")
                .build();
    }

    /** Answers so a few times, and well from then on. */
    private Function<RecordedRequest, MockResponse> after(int times, MockResponse failure) {
        AtomicInteger count = new AtomicInteger();
        return request -> count.incrementAndGet() <= times ? failure : grant();
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void aTokenEndpointThatFailsForAMomentDoesNotKeepAClientOut(MockResponse failure) {
        api.on(TestApi.USER_TOKEN, after(2, failure));
        try (EdgeClient client = client("given").build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.Assigned.class);
        }
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void anEnrollmentThatFailsForAMomentIsTriedAgain(MockResponse failure) {
        api.on(TestApi.ENROLL, after(2, failure));
        try (EdgeClient client = client(ENROLLMENT).build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.Assigned.class);
        }
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void aTokenEndpointThatFailsForLongIsNoRefusal(MockResponse failure) {
        api.on(TestApi.CLIENT_TOKEN, request -> failure);
        try (EdgeClient client = client(CLIENT_REFRESH).build()) {
            ConnectToApiResult result = client.connectToApi();
            assertThat(result).isInstanceOf(ConnectToApiResult.Failed.class);
            assertThat(result.message()).contains("4 attempts");
        }
    }

    @Test
    void aRecordWaitsWhileThereIsNoTokenAndIsDeliveredThen() {
        api.on(
                TestApi.USER_TOKEN,
                request -> TestApi.json(
                        200, Map.of("access_token", "access-" + issued.incrementAndGet(), "expires_in", 1)));
        try (EdgeClient client = client("given").build()) {
            connected(client);
            api.on(TestApi.USER_TOKEN, request -> TestApi.json(404, Map.of("message", "no")));
            // From here on the client has no good token and gets no new one.
            combiner.accept(token -> false);
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.RECONNECTING);
            var outcome = client.sendStatus("hello").outcome().toCompletableFuture();
            int asked = api.requests(TestApi.USER_TOKEN).size();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> api.requests(TestApi.USER_TOKEN).size() > asked + 2);
            assertThat(outcome).isNotDone();

            combiner.accept(token -> true);
            api.on(TestApi.USER_TOKEN, request -> grant());
            assertThat(outcome).succeedsWithin(PATIENCE).isInstanceOf(Outcome.Delivered.class);
        }
    }

    // What is one

    @Test
    void onlyTheApiRefusesAToken() {
        api.on(TestApi.CLIENT_TOKEN, 401, Map.of("message", "revoked by the operator"));
        api.on(TestApi.ENROLL, 401, Map.of("message", "used up"));
        try (EdgeClient client = client(CLIENT_REFRESH).build()) {
            assertThat(client.connectToApi())
                    .isInstanceOf(ConnectToApiResult.Unauthorized.class)
                    .extracting(ConnectToApiResult::message)
                    .asString()
                    .contains("revoked by the operator", "get a new one");
        }
        try (EdgeClient client = client(ENROLLMENT).build()) {
            assertThat(client.connectToApi())
                    .isInstanceOf(ConnectToApiResult.Unauthorized.class)
                    .extracting(ConnectToApiResult::message)
                    .asString()
                    .contains("used up");
        }
    }

    @Test
    void plainHttpToATlsPortIsNoRefusal() {
        api.on(
                TestApi.USER_TOKEN,
                request -> new MockResponse.Builder()
                        .code(400)
                        .body("<html>The plain HTTP request was sent to HTTPS port</html>")
                        .build());
        try (EdgeClient client = client("given").build()) {
            ConnectToApiResult result = client.connectToApi();
            assertThat(result).isInstanceOf(ConnectToApiResult.Failed.class);
            assertThat(result.message()).contains("https://");
        }
    }

    // Clocks and dead tokens

    @Test
    void aServerWhoseClockIsHoursOffChangesNothing() {
        for (Duration skew : List.of(Duration.ofHours(-6), Duration.ofHours(6))) {
            api.on(TestApi.USER_TOKEN, request -> skewed(skew));
            int before = api.requests(TestApi.USER_TOKEN).size();
            try (EdgeClient client = client("given" + skew).build()) {
                connected(client);
                int calls = combiner.calls().size();
                Awaitility.await().atMost(PATIENCE).until(() -> combiner.calls().size() > calls + 10);
            }
            assertThat(api.requests(TestApi.USER_TOKEN)).hasSize(before + 1);
        }
    }

    /** Ten minutes from the server's now. */
    private static MockResponse skewed(Duration skew) {
        Instant now = Instant.now().plus(skew);
        String claims = "{\"role\": \"client\", \"iat\": " + now.getEpochSecond() + ", \"exp\": "
                + now.plusSeconds(600).getEpochSecond() + "}";
        String token = "e30."
                + java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                + ".sig";
        return TestApi.json(200, Map.of("access_token", token))
                .newBuilder()
                .setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)))
                .build();
    }

    @Test
    void aTokenThatTheCombinerKillsIsReplacedWhileTheClientRuns() {
        api.on(TestApi.USER_TOKEN, request -> grant());
        try (EdgeClient client = client("given").build()) {
            connected(client);
            combiner.accept(token -> !token.equals(Optional.of("Bearer access-1")));
            Awaitility.await().atMost(PATIENCE).until(() -> lastToken().equals(Optional.of("Bearer access-2")));
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
        }
    }

    @Test
    void aTokenOfTheLastRunThatWasRevokedIsReplacedByTheApis401() {
        api.on(TestApi.USER_TOKEN, request -> grant());
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        api.on(
                TestApi.ASSIGN,
                request -> "Bearer access-1".equals(request.getHeaders().get("Authorization"))
                        ? TestApi.json(401, Map.of("message", "revoked"))
                        : TestApi.json(
                                200,
                                Map.of("public_hostname", "localhost", "port", combiner.port(), "grpc_secure", false)));
        try (EdgeClient client = client("given").build()) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer access-2");
    }

    // A combiner without an assignment

    @Test
    void aCombinerGivenDirectlyIsJoinedWithTheCredential() {
        api.on(TestApi.USER_TOKEN, request -> grant());
        GrpcConnectionOptions direct =
                GrpcConnectionOptions.of("localhost", combiner.port()).withTls(TlsMode.PLAINTEXT);
        try (EdgeClient client = client("given").combiner(direct).build()) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer access-1");
        try (EdgeClient client = EdgeClient.builder()
                .combiner(direct)
                .credential(Credential.token(vector("api-key")))
                .stateless()
                .build()) {
            connected(client);
        }
        assertThat(lastToken()).contains("Bearer " + vector("api-key"));
        try (EdgeClient client =
                EdgeClient.builder().combiner(direct).stateless().build()) {
            connected(client);
        }
        assertThat(lastToken()).isEmpty();
        assertThat(api.requests(TestApi.ASSIGN)).isEmpty();
    }

    @Test
    void aRefreshTokenWithoutAnApiIsRefusedWithAReason() {
        try (EdgeClient client = EdgeClient.builder()
                .combiner(GrpcConnectionOptions.of("localhost", combiner.port()).withTls(TlsMode.PLAINTEXT))
                .credential(Credential.token("given"))
                .stateless()
                .build()) {
            org.assertj.core.api.Assertions.assertThatThrownBy(client::start)
                    .hasMessageContaining("the credential is a refresh token, which must be exchanged at the API");
        }
    }
}
