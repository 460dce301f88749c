package com.scaleoutsystems.edge.client.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TestApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has answered in the place of the API, and what the client says about it. */
@Timeout(60)
class HttpEdgeApiTest {

    private static final String LONG = "secret-7".repeat(1_500);

    private final TestApi server = TestApi.plain();

    @AfterEach
    void closeServer() {
        server.close();
    }

    private static EdgeApi open(URI url) {
        return new EdgeApis(
                        new Connections(NetworkProfile.defaults(), new SystemEnv()),
                        Dialects.of(Generation.AUTO),
                        new SystemEnv())
                .open(
                        url,
                        new SystemEnv().strand("test"),
                        () -> RetryPolicy.defaults().withMaxAttempts(1));
    }

    private static ConnectToApiResult assign(URI url, String token) {
        EdgeApi api = open(url);
        try {
            return api.assign(new ClientIdentity("i", "n", "1.1.0"), Optional.empty(), Bearer.fixed(Optional.of(token)))
                    .toCompletableFuture()
                    .join();
        } finally {
            api.close();
        }
    }

    private EdgeException refresh() {
        EdgeApi api = open(server.uri());
        try {
            api.refresh(EdgeApi.TokenEndpoint.USER, "refresh")
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException failure) {
            return (EdgeException) failure.getCause();
        } finally {
            api.close();
        }
        throw new AssertionError("it did not fail");
    }

    private static MockResponse answer(int status, String type, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", type)
                .body(body)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "400, text/plain, Bad Request, ''",
        "401, text/plain, Unauthorized, calls of the API pass without a login of its own",
        "401, text/plain, Jwt is missing, get a new credential",
        "401, text/html, 'Sorry. <a href=\"/\">Log in</a>', get a new credential",
        "401, text/plain, '', get a new credential",
        "403, text/plain, Forbidden, allow this client",
        "404, text/plain, no such route, 'check host, port and path'",
        "302, text/plain, '', does not say where to (no Location)",
        "302, application/json, {}, does not say where to (no Location)",
        "307, application/json, '{\"message\": \"gone\"}', does not say where to (no Location)",
        "431, text/plain, '', a proxy refuses headers of this size",
        "400, text/html, <html><title>400 Request Header Or Cookie Too Large</title></html>, large_client_header_buffers",
        "200, text/plain, Welcome to our network, not the API's own",
    })
    void whatIsNoJsonIsNotTheApisWordAndTheMessageSaysWhatToDo(int status, String type, String body, String cure) {
        server.onAny(request -> answer(status, type, body));

        assertThat(assign(server.uri(), "token"))
                .isInstanceOfSatisfying(
                        ConnectToApiResult.Failed.class,
                        failed -> assertThat(failed.failure().retryable()).isTrue())
                .extracting(ConnectToApiResult::message)
                .asString()
                .contains("HTTP " + status, "the answer is not the API's own", cure)
                .doesNotContain("<");
        EdgeException error = refresh();
        assertThat(error).isInstanceOf(TryLaterException.class).hasMessageContaining(cure);
        assertThat(error.retryable()).isTrue();
    }

    @Test
    void aPageInThePlaceOfTheApiCostsNoAccessToken() {
        server.onAny(request -> answer(401, "text/plain", "Unauthorized"));
        boolean[] refused = {false};
        EdgeApi api = open(server.uri());
        Bearer bearer = new Bearer() {
            @Override
            public CompletionStage<Optional<String>> token() {
                return CompletableFuture.completedFuture(Optional.of("token"));
            }

            @Override
            public void refused(String token) {
                refused[0] = true;
            }
        };
        api.assign(new ClientIdentity("i", "n", "1.1.0"), Optional.empty(), bearer)
                .toCompletableFuture()
                .join();
        api.close();

        assertThat(refused[0]).isFalse();
    }

    @Test
    void theApisOwnRefusalIsFinal() {
        server.onAny(request -> TestApi.json(401, Map.of("message", "revoked")));

        assertThat(assign(server.uri(), "token")).isInstanceOf(ConnectToApiResult.Unauthorized.class);
        assertThat(refresh().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void aRedirectThatIsNotFollowedIsSaidWithItsTarget() {
        server.onAny(request -> answer(302, "text/plain", "")
                .newBuilder()
                .setHeader("Location", "ftp://elsewhere/")
                .build());

        assertThat(assign(server.uri(), "token").message()).contains("redirects to ftp://elsewhere/", "api(...)");
    }

    @Test
    void aTokenThatMayBeTooLongForAHeaderIsSaidWithItsLength() throws IOException {
        server.onAny(request -> answer(400, "text/plain", ""));
        String refused = assign(server.uri(), LONG).message();
        assertThat(refused)
                .contains("perhaps a proxy refuses headers of this size", "the access token has 12000 bytes")
                .doesNotContain("secret-7");

        try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread hangingUp = new Thread(() -> hangUp(rude));
            hangingUp.start();
            URI url = URI.create("http://127.0.0.1:" + rude.getLocalPort());
            assertThat(assign(url, LONG).message())
                    .contains("perhaps a proxy refuses headers of this size", "the access token has 12000 bytes");
            assertThat(assign(url, "short").message())
                    .contains("cannot be reached")
                    .doesNotContain("headers");
        }
    }

    private static void hangUp(ServerSocket server) {
        while (true) {
            try (Socket caller = server.accept()) {
                if (caller.getInputStream().read() < 0) {
                    return;
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** A token in the body may be good for one use. */
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00", "1", "2147483648", "999999999999999999999"})
    void aCallGoesOutOnceWhateverTheAnswer(String wait) {
        for (int status = 400; status < 600; status++) {
            MockResponse.Builder failure = answer(status, "text/plain", "").newBuilder();
            if (!wait.isEmpty()) {
                failure.setHeader("Retry-After", wait);
            }
            server.onAny(request -> failure.build());
            int before = server.requests().size();

            assertThat(refresh()).hasMessageContaining(String.valueOf(status));

            assertThat(server.requests().size() - before).as("HTTP %d", status).isOne();
        }
    }
}
