package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.EdgeApis;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import io.grpc.Metadata;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import mockwebserver3.MockResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking for a combiner: patience, what is assigned, and giving up at once. */
@Timeout(60)
class AssignmentTest {

    private static final RetryPolicy QUICK = RetryPolicy.defaults()
            .withMaxAttempts(3)
            .withFirstDelay(Duration.ofMillis(1))
            .withMaxDelay(Duration.ofMillis(1));

    private final TestApi api = TestApi.plain();

    @AfterEach
    void closeServer() {
        api.close();
    }

    private EdgeClientBuilder client(URI url) {
        return EdgeClient.builder()
                .api(url)
                .clientId("client-1")
                .stateless()
                .pollInterval(Duration.ofMillis(50))
                .connectRetry(QUICK);
    }

    private ConnectToApiResult answerTo(Map<String, ?> assignment) {
        api.on(TestApi.ASSIGN, 200, assignment);
        try (EdgeClient client = client(api.uri()).build()) {
            return client.connectToApi();
        }
    }

    // Patience

    /** Takes note of each wait and does not wait. */
    private static final class Hasty implements Strand {

        private final Strand strand = new SystemEnv().strand("test");
        private final List<Duration> waits = new CopyOnWriteArrayList<>();

        @Override
        public void execute(Runnable step) {
            strand.execute(step);
        }

        @Override
        public Cancellable after(Duration delay, Runnable step) {
            waits.add(delay);
            strand.execute(step);
            return () -> {};
        }
    }

    private Duration waitAfter(Consumer<MockResponse.Builder> headers, RetryPolicy policy) {
        MockResponse.Builder busy = new MockResponse.Builder().code(429).body("{}");
        headers.accept(busy);
        AtomicInteger count = new AtomicInteger();
        api.on(
                TestApi.ASSIGN,
                request -> count.incrementAndGet() == 1
                        ? busy.build()
                        : TestApi.json(200, Map.of("public_hostname", "h", "port", 1)));
        Hasty strand = new Hasty();
        EdgeApi asking = new EdgeApis(
                        new Connections(NetworkProfile.defaults(), new SystemEnv()),
                        Dialects.of(Generation.AUTO),
                        new SystemEnv())
                .open(api.uri(), strand, () -> policy);
        assertThat(asking.assign(new ClientIdentity("i", "n", "1.1.0"), Optional.empty(), Bearer.none())
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(ConnectToApiResult.Assigned.class);
        asking.close();
        assertThat(strand.waits).hasSize(1);
        return strand.waits.get(0);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "299, 299", "86400, 300", "999999999, 300"})
    void aServerIsWaitedForAsItAsksWithinBounds(String said, long seconds) {
        assertThat(waitAfter(answer -> answer.setHeader("Retry-After", said), QUICK))
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aServerMayNameATimeByItsOwnClock() {
        assertThat(waitAfter(
                        answer -> answer.setHeader("Date", "Tue, 01 Jan 2030 00:00:00 GMT")
                                .setHeader("Retry-After", "Tue, 01 Jan 2030 00:01:30 GMT"),
                        QUICK))
                .isEqualTo(Duration.ofSeconds(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "soon", "1.5", "Tue, 01 Jan 1980 00:00:00 GMT"})
    void nonsenseAndThePastChangeNothing(String said) {
        Duration wait = waitAfter(
                answer -> answer.setHeader("Date", "Tue, 01 Jan 2030 00:00:00 GMT")
                        .setHeader("Retry-After", said),
                RetryPolicy.defaults());

        assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    // What is assigned

    @Test
    void combinersAreReadAsTheReferenceReadsThem() {
        int assigned = 0;
        for (JsonNode row : Vectors.part("urls/urls", "grpc_connection_options")) {
            Map<String, Object> config = Vectors.map(row.get("config"));
            // Packages have a test of their own.
            config.remove("package");
            ConnectToApiResult result = answerTo(config);
            JsonNode expected = row.get("result").get("value");
            String host = expected.get("host").asText();
            if (host.isEmpty() || host.contains(":")) {
                // The reference goes on with a combiner that cannot be reached.
                assertThat(result).as("%s", row).isInstanceOf(ConnectToApiResult.Failed.class);
                assertThat(result.message()).contains("the assignment makes no sense", "the combiner");
                continue;
            }
            assertThat(result).as("%s", row).isInstanceOfSatisfying(ConnectToApiResult.Assigned.class, found -> {
                assertThat(found.options().address())
                        .isEqualTo(expected.get("channel_target").asText());
                assertThat(found.options().helperType())
                        .isEqualTo(expected.get("helper_type").asText());
                assertThat(found.options().internalHostname())
                        .isEqualTo(expected.get("internal_hostname").asText());
                assertThat(found.options().tls())
                        .isEqualTo(
                                expected.get("secure").isNull()
                                        ? TlsMode.UNSPECIFIED
                                        : expected.get("secure").asBoolean() ? TlsMode.TLS : TlsMode.PLAINTEXT);
            });
            assigned++;
        }
        assertThat(assigned).isEqualTo(4);
    }

    @Test
    void aComputePackageThatTheNetworkHandsOutIsRefusedWithTheReason() {
        ConnectToApiResult result = answerTo(Map.of("public_hostname", "h", "port", 1, "package", "remote"));

        assertThat(result).isInstanceOf(ConnectToApiResult.UnmatchedConfig.class);
        assertThat(result.message()).contains("compute package", "own callbacks only", "Python client");
    }

    @Test
    void anAnswerThatIsNoAssignmentIsShown() {
        api.on(
                TestApi.ASSIGN,
                request -> new MockResponse.Builder().code(200).body("[]").build());
        try (EdgeClient client = client(api.uri()).build()) {
            assertThat(client.connectToApi().message()).contains("no JSON object", "is there a Scaleout Edge API");
        }
    }

    private static MockResponse page(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    /** A firewall or a login page may go away, and a proxy gets its route. */
    @ParameterizedTest
    @CsvSource({
        "200, <html>Oops</html>",
        "203, <html>Oops</html>",
        "302, ''",
        "400, <html>Oops</html>",
        "401, <html>Oops</html>",
        "400, Bad Request",
        "401, Unauthorized",
        "401, ''",
        "406, Not Acceptable",
        "200, Welcome",
        "302, {}",
        "403, <html>Oops</html>",
        "403, Forbidden",
        "404, <html>Oops</html>",
        "404, 404 page not found",
        "404, ''",
        "405, <html>Oops</html>",
        "406, <html>Oops</html>",
        "413, <html>Oops</html>"
    })
    void aPageIsNoAnswerOfTheApi(int status, String body) {
        AtomicInteger asked = new AtomicInteger();
        api.on(
                TestApi.ASSIGN,
                request -> asked.incrementAndGet() == 1
                        ? page(status, body)
                        : TestApi.json(200, Map.of("public_hostname", "h", "port", 1)));
        try (EdgeClient client = client(api.uri()).build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.Assigned.class);
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void aPageThatSaysNotFoundForLongMayMeanAWrongUrl() {
        api.on(TestApi.ASSIGN, request -> page(404, "<html>Not Found</html>"));
        try (EdgeClient client = client(api.uri()).build()) {
            assertThatThrownBy(client::start)
                    .isInstanceOfSatisfying(EdgeException.class, error -> {
                        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                        assertThat(error.retryable()).isTrue();
                        assertThat(error.attempts()).isEqualTo(QUICK.maxAttempts());
                    })
                    .hasMessageContaining(api.uri().toString())
                    .hasMessageContaining("HTTP 404")
                    .hasMessageContaining("check host, port and path of the URL")
                    .hasMessageNotContaining("<");
        }
    }

    @Test
    void theApisOwnNotFoundIsTheApisWord() {
        api.on(TestApi.ASSIGN, request -> TestApi.json(404, Map.of("message", "no such path")));
        try (EdgeClient client = client(api.uri()).build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.IncorrectUrl.class);
        }
        assertThat(api.requests(TestApi.ASSIGN)).hasSize(1);
    }

    @Test
    void aNetworkThatWantsTlsIsSaidToWantIt() {
        api.on(
                TestApi.ASSIGN,
                request -> new MockResponse.Builder()
                        .code(400)
                        .body("<html>The plain HTTP request was sent to HTTPS port</html>")
                        .build());
        try (EdgeClient client = client(api.uri()).build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.IncorrectUrl.class);
            assertThat(client.connectToApi().message()).contains("https://");
        }
    }

    @Test
    void namesOutsideAsciiArriveWholeInRestAndEncodedInCalls() {
        String name = "nöd-世 100%";
        try (TestCombiner combiner = TestCombiner.plain()) {
            api.assigning("localhost", combiner.port(), false);
            try (EdgeClient client = client(api.uri()).name(name).build()) {
                client.start();
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> client.state() == ClientState.CONNECTED);
            }
            assertThat(Vectors.parse(api.requests(TestApi.ASSIGN)
                                    .get(0)
                                    .getBody()
                                    .utf8())
                            .get("name")
                            .asText())
                    .isEqualTo(name);
            assertThat(combiner.calls()
                            .get(0)
                            .metadata()
                            .get(Metadata.Key.of("name", Metadata.ASCII_STRING_MARSHALLER)))
                    .isEqualTo("n%C3%B6d-%E4%B8%96 100%25");
        }
    }

    // Giving up at once

    private static void assertCancelledAtOnce(EdgeClientBuilder builder, RawServer silent, Consumer<EdgeClient> call)
            throws InterruptedException {
        EdgeClient client = builder.build();
        CompletableFuture<Void> calling = CompletableFuture.runAsync(() -> call.accept(client));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> silent.connections() > 0);

        client.close();

        // Far less than the timeout of the call that hangs.
        assertThatThrownBy(() -> calling.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }

    private EdgeClientBuilder patient(int port) {
        return client(URI.create("http://127.0.0.1:" + port))
                .network(NetworkProfile.defaults().withCallTimeout(Duration.ofMinutes(10)));
    }

    @Test
    void closeReleasesWhoWaitsForAnAssignment() throws InterruptedException {
        try (RawServer silent = RawServer.silent()) {
            assertCancelledAtOnce(patient(silent.port()), silent, EdgeClient::connectToApi);
        }
        try (RawServer silent = RawServer.silent()) {
            assertCancelledAtOnce(patient(silent.port()), silent, EdgeClient::start);
        }
    }

    @Test
    void closeReleasesWhoWaitsForAToken() throws InterruptedException {
        try (RawServer silent = RawServer.silent()) {
            assertCancelledAtOnce(
                    patient(silent.port()).credential(Credential.token("refresh")), silent, EdgeClient::start);
        }
    }

    @Test
    void closeReleasesWhoWaitsForTheNextAttempt() throws InterruptedException {
        try (RawServer failing =
                RawServer.answering("HTTP/1.1 503 Busy\r\nRetry-After: 250\r\nContent-Length: 0\r\n\r\n")) {
            assertCancelledAtOnce(patient(failing.port()), failing, EdgeClient::start);
        }
    }

    @Test
    void closeReleasesWhoWaitsForACombiner() throws InterruptedException {
        try (RawServer silent = RawServer.silent()) {
            api.assigning("127.0.0.1", silent.port(), false);
            assertCancelledAtOnce(
                    client(api.uri()).network(NetworkProfile.defaults().withCallTimeout(Duration.ofMinutes(10))),
                    silent,
                    EdgeClient::start);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesTheFlag() throws Exception {
        try (RawServer silent = RawServer.silent();
                EdgeClient client = patient(silent.port()).build()) {
            CompletableFuture<String> ended = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                try {
                    client.start();
                } catch (EdgeException e) {
                    ended.complete(e.code() + " " + Thread.currentThread().isInterrupted());
                }
            });
            caller.start();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> silent.connections() > 0);
            caller.interrupt();

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("CANCELLED true");
        }
    }
}
