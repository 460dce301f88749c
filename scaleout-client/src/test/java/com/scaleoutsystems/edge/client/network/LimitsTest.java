package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of a profile, and servers at both sides of them. */
@Timeout(60)
class LimitsTest {

    private static EdgeClient client(URI api, NetworkProfile profile) {
        return EdgeClient.builder()
                .api(api)
                .stateless()
                .connectRetry(RetryPolicy.defaults()
                        .withMaxAttempts(1)
                        .withFirstDelay(Duration.ofMillis(1))
                        .withMaxDelay(Duration.ofMillis(1)))
                .network(profile)
                .build();
    }

    private static void greet(TestCombiner combiner, NetworkProfile profile) {
        try (EdgeClient client = client(URI.create("http://localhost:1"), profile)) {
            client.initGrpcHandler(
                    GrpcConnectionOptions.of("localhost", combiner.port()).withTls(TlsMode.PLAINTEXT));
        }
    }

    @Test
    void messagesBeyondTheLimitAreRefused() {
        try (TestCombiner combiner = TestCombiner.plain()) {
            combiner.versions("{\"success\": true, \"filler\": \"" + "x".repeat(70_000) + "\"}");

            assertThatCode(() -> greet(combiner, NetworkProfile.defaults())).doesNotThrowAnyException();
            assertThatThrownBy(() -> greet(combiner, NetworkProfile.defaults().withMaxMessageBytes(1 << 16)))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("exceeds maximum size 65536");
        }
    }

    @Test
    void metadataBeyondTheLimitIsRefused() {
        try (TestCombiner combiner = TestCombiner.plain()) {
            combiner.headers(12_000);

            assertThatCode(() -> greet(combiner, NetworkProfile.defaults().withMaxMetadataBytes(1 << 14)))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> greet(combiner, NetworkProfile.defaults()))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("eader");
        }
    }

    @Test
    void aSlowServerIsWaitedForAndATooSlowOneIsNot() {
        try (TestApi api = TestApi.plain()) {
            api.on(TestApi.ASSIGN, request -> slow(TestApi.json(200, Map.of("public_hostname", "h", "port", 1))));

            try (EdgeClient client = client(api.uri(), NetworkProfile.defaults())) {
                assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.Assigned.class);
            }
            NetworkProfile impatient = NetworkProfile.defaults().withCallTimeout(Duration.ofMillis(100));
            try (EdgeClient client = client(api.uri(), impatient)) {
                assertThat(client.connectToApi())
                        .isInstanceOf(ConnectToApiResult.Failed.class)
                        .extracting(ConnectToApiResult::message)
                        .asString()
                        .contains("no answer in time");
            }
        }
    }

    private static MockResponse slow(MockResponse response) {
        return response.newBuilder().headersDelay(500, TimeUnit.MILLISECONDS).build();
    }
}
