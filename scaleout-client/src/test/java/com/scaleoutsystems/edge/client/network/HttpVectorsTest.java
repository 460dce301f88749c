package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.ServersPage;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.EdgeApis;
import com.scaleoutsystems.edge.client.internal.api.Tokens;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference client's calls and what becomes of the answers, one exchange at a time. */
@Timeout(60)
class HttpVectorsTest {

    private static final RetryPolicy QUICK = RetryPolicy.defaults()
            .withFirstDelay(Duration.ofMillis(1))
            .withMultiplier(1)
            .withMaxDelay(Duration.ofMillis(2));

    /** The results' names in the reference. */
    private static final Map<String, Class<? extends ConnectToApiResult>> RESULTS = Map.of(
            "Assigned", ConnectToApiResult.Assigned.class,
            "ComputePackageMissing", ConnectToApiResult.ComputePackageMissing.class,
            "UnAuthorized", ConnectToApiResult.Unauthorized.class,
            "UnMatchedConfig", ConnectToApiResult.UnmatchedConfig.class,
            "IncorrectUrl", ConnectToApiResult.IncorrectUrl.class,
            "UnknownError", ConnectToApiResult.Failed.class);

    /** Answers that the reference takes for a refusal of the token, though they do not come from the API or say nothing about it. */
    private static final Set<String> NO_REFUSAL = Set.of(
            "refresh-204",
            "refresh-400",
            "refresh-400-plain-http",
            "refresh-401",
            "refresh-403",
            "refresh-404",
            "refresh-no-access");

    /** An answer that the reference takes for the API's own judgement of a request, though it is in plain words. */
    private static final String NOT_THE_APIS = "connect-400-no-json";

    /** One exchange of the golden files. */
    record Exchange(JsonNode row) {

        @Override
        public String toString() {
            return row.get("id").asText();
        }

        JsonNode result() {
            return row.get("result").path("value");
        }

        boolean isOk() {
            return row.get("result").get("outcome").asText().equals("ok");
        }
    }

    @Test
    void whatIsDifferentStandsInTheDocument() throws IOException {
        ServersPage.assertLists(NO_REFUSAL);
        ServersPage.assertLists(Set.of(NOT_THE_APIS));
    }

    static Stream<Exchange> exchanges() {
        return StreamSupport.stream(Vectors.part("http/exchanges", "exchanges").spliterator(), false)
                .map(Exchange::new)
                // Compute packages are not for this SDK, and a Java program cannot leave out who it is.
                .filter(exchange -> !exchange.toString().startsWith("package-")
                        && !exchange.toString().equals("connect-json-none"));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void theSameAnswersLeadToTheSameCallsAndResults(Exchange exchange) {
        TestApi server = TestApi.plain();
        try {
            Deque<MockResponse> answers = new ArrayDeque<>();
            exchange.row().get("answers").forEach(answer -> answers.add(response(answer)));
            server.onAny(request -> answers.size() > 1 ? answers.poll() : answers.peek());
            if (exchange.toString().equals("connect-unreachable")) {
                server.close();
            }
            EdgeApi api = new EdgeApis(
                            new Connections(NetworkProfile.defaults(), new SystemEnv()),
                            Dialects.of(Generation.AUTO),
                            new SystemEnv())
                    .open(server.uri(), new SystemEnv().strand("test"), () -> QUICK);
            String kind = exchange.toString().split("-")[0];
            switch (kind) {
                case "enroll" -> enroll(exchange, api);
                case "refresh" -> refresh(exchange, api);
                default -> connect(exchange, api);
            }
            // The reference does not try these again.
            if (!exchange.toString().equals("enroll-500")
                    && !exchange.toString().equals("enroll-missing-key")
                    && !exchange.toString().equals(NOT_THE_APIS)) {
                compareRequests(exchange, server.requests());
            }
            api.close();
        } finally {
            server.close();
        }
    }

    private static MockResponse response(JsonNode answer) {
        MockResponse.Builder response = new MockResponse.Builder()
                .code(answer.get(0).asInt())
                .body(
                        answer.get(2).isTextual()
                                ? answer.get(2).asText()
                                : answer.get(2).toString());
        answer.get(1)
                .properties()
                .forEach(header ->
                        response.setHeader(header.getKey(), header.getValue().asText()));
        return response.build();
    }

    private static void compareRequests(Exchange exchange, List<RecordedRequest> requests) {
        List<String> expected = new ArrayList<>();
        exchange.row()
                .get("requests")
                .forEach(request -> expected.add(line(
                        request.get("method").asText(),
                        request.get("path").asText(),
                        // Without a credential the reference shows the word None; we show nothing.
                        request.get("headers").path("Authorization").asText("").replace("Bearer None", ""),
                        request.get("headers").path("Content-Type").asText(""),
                        request.get("body").asText())));
        assertThat(requests.stream()
                        .map(request -> line(
                                request.getMethod(),
                                request.getTarget(),
                                header(request, "Authorization"),
                                header(request, "Content-Type"),
                                request.getBody() == null
                                        ? ""
                                        : request.getBody().utf8())))
                .containsExactlyElementsOf(expected);
    }

    private static String header(RecordedRequest request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name)).orElse("");
    }

    private static String line(String... parts) {
        return String.join(" | ", parts);
    }

    private static String shown(Exchange exchange) {
        String header = exchange.row().at("/requests/0/headers/Authorization").asText("");
        return header.replace("Bearer ", "").replace("None", "");
    }

    private static void enroll(Exchange exchange, EdgeApi api) {
        JsonNode body = Vectors.parse(exchange.row().at("/requests/0/body").asText());
        var enrolling = api.enroll(
                        shown(exchange),
                        body.path("name").asText(""),
                        Optional.ofNullable(body.path("client_id").textValue()))
                .toCompletableFuture();
        if (exchange.isOk()) {
            EdgeApi.Enrollment enrollment = enrolling.join();
            assertThat(List.of(
                            enrollment.clientId(),
                            enrollment.tokens().accessToken(),
                            enrollment.tokens().refreshToken().orElseThrow()))
                    .containsExactlyElementsOf(texts(exchange.result()));
        } else {
            EdgeException error = failure(enrolling::join);
            assertThat(error.code())
                    .isEqualTo(
                            exchange.toString().equals("enroll-401")
                                    ? ErrorCode.UNAUTHENTICATED
                                    : ErrorCode.UNAVAILABLE);
        }
    }

    private static void refresh(Exchange exchange, EdgeApi api) {
        String given = Vectors.parse(exchange.row().at("/requests/0/body").asText())
                .get("refresh_token")
                .asText();
        var refreshing = api.refresh(EdgeApi.TokenEndpoint.CLIENT, given)
                .thenApply(Tokens::usable)
                .toCompletableFuture();
        if (!exchange.isOk()) {
            EdgeException error = failure(refreshing::join);
            boolean refused = exchange.row().at("/result/type").asText().equals("TokenRefreshPermanentError")
                    && !NO_REFUSAL.contains(exchange.toString());
            // The URL is wrong for good: that says nothing about the token.
            boolean wrongUrl = exchange.toString().equals("refresh-400-plain-http");
            ErrorCode passing = wrongUrl ? ErrorCode.NOT_FOUND : ErrorCode.UNAVAILABLE;
            assertThat(error.code()).isEqualTo(refused ? ErrorCode.UNAUTHENTICATED : passing);
            assertThat(error.retryable()).isEqualTo(!refused && !wrongUrl);
            return;
        }
        Tokens tokens = refreshing.join();
        String next = exchange.result().get("refresh_token_after").asText();
        assertThat(tokens.refreshToken()).isEqualTo(next.equals("kept") ? Optional.empty() : Optional.of(next));
        String end = exchange.result().get("expires_at").asText();
        if (end.equals("now+expires_in")) {
            assertThat(tokens.lifetime()).isEqualTo(Duration.ofSeconds(300));
        } else {
            assertThat(tokens.expiresAt()).isEqualTo(Instant.parse(end.replace("+00:00", "Z")));
        }
    }

    private static void connect(Exchange exchange, EdgeApi api) {
        String name = exchange.row().at("/requests/0/body").asText("").isEmpty()
                ? "{}"
                : exchange.row().at("/requests/0/body").asText();
        JsonNode body = Vectors.parse(name);
        String token = shown(exchange);
        ConnectToApiResult result = api.assign(
                        new ClientIdentity(
                                body.path("client_id").asText(""),
                                body.path("name").asText(""),
                                "1.1.0"),
                        Optional.ofNullable(body.path("preferred_combiner").textValue()),
                        token.isEmpty() ? Bearer.none() : Bearer.fixed(Optional.of(token)))
                .toCompletableFuture()
                .join();
        // Where the reference crashes, the answer makes no sense.
        String expected = !exchange.isOk() || exchange.toString().equals(NOT_THE_APIS)
                ? "UnknownError"
                : exchange.result().isArray()
                        ? exchange.result().get(0).asText()
                        : exchange.result().get("result").asText();
        assertThat(result).isInstanceOf(RESULTS.get(expected));
        if (result instanceof ConnectToApiResult.Assigned assigned) {
            assertThat(assigned.clientId())
                    .isEqualTo(exchange.result().get("client_id").asText());
            JsonNode value = exchange.result().get("value");
            assertThat(assigned.options().target()).isEqualTo(value.get("host").asText());
            assertThat(assigned.options().port()).isEqualTo(value.get("port").asInt());
            assertThat(assigned.options().tls())
                    .isEqualTo(value.get("secure").asBoolean() ? TlsMode.TLS : TlsMode.PLAINTEXT);
            assertThat(assigned.options().helperType())
                    .isEqualTo(value.get("helper_type").asText());
        } else {
            String said = exchange.row().at("/answers/0/2/message").asText("");
            if (!expected.equals("IncorrectUrl")) {
                assertThat(result.message()).contains(said);
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private static EdgeException failure(Runnable call) {
        try {
            call.run();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EdgeException known) {
                return known;
            }
            throw e;
        }
        throw new AssertionError("it did not fail");
    }
}
