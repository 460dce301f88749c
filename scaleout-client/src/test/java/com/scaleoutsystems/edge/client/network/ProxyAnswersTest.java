package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.PageServer.Page;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a program is told when something else answers in the combiner's place. */
@Timeout(60)
class ProxyAnswersTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test");

    @TempDir
    static Path folder;

    /** What greeting the combiner at this port fails with, after two attempts. */
    private static EdgeException greeting(int port, TlsMode tls) {
        NetworkProfile profile = NetworkProfile.defaults()
                .withTls(TlsSettings.defaults().withTrustedCertificates(AUTHORITY.rootFile(folder)));
        try (EdgeClient client = EdgeClient.builder()
                .stateless()
                .clientId("client-1")
                .network(profile)
                .connectRetry(RetryPolicy.defaults()
                        .withMaxAttempts(2)
                        .withFirstDelay(Duration.ofMillis(1))
                        .withMaxDelay(Duration.ofMillis(1)))
                .build()) {
            GrpcConnectionOptions combiner =
                    GrpcConnectionOptions.of("localhost", port).withTls(tls);
            EdgeException failure = catchThrowableOfType(EdgeException.class, () -> client.initGrpcHandler(combiner));
            assertThat(failure.getMessage().lines()).hasSize(1);
            assertThat(failure).hasMessageNotContaining("<").hasMessageNotContaining("Channel Pipeline");
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure.retryable()).isTrue();
            return failure;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, log in there first",
        "302, log in there first",
        "401, without a login",
        "403, allow this client",
        "404, has a route",
        "502, check that the combiner runs"
    })
    void aPageIsNamedWithItsStatusAndACure(int status, String cure) {
        try (PageServer server = new PageServer()) {
            server.answer(Page.html(status));

            assertThat(greeting(server.port(), TlsMode.PLAINTEXT))
                    .hasMessageContaining("a proxy answers in the combiner's place (HTTP " + status + "); ")
                    .hasMessageContaining(cure);
            assertThat(server.calls()).as("the client tries again").hasSize(2);
        }
    }

    @Test
    void aPortThatSpeaksHttp1OnlyIsNamed() {
        try (TestApi web = TestApi.http1(AUTHORITY.server())) {
            assertThat(greeting(web.port(), TlsMode.TLS)).hasMessageContaining("no HTTP/2 at this port");
        }
        try (RawServer web = RawServer.badRequest()) {
            assertThat(greeting(web.port(), TlsMode.PLAINTEXT)).hasMessageContaining("no HTTP/2 at this port");
        }
    }
}
