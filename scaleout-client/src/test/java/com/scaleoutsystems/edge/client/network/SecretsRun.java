package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/**
 * A program that joins again and again, mostly in vain, and prints whatever it gets to see: exceptions with all causes, results, settings.
 * The servers repeat what they are sent.
 */
public final class SecretsRun {

    static final String MARK = "s3cret";
    static final String PASSWORD = MARK + "-password";

    /** Looks like a JSON Web Token with these claims. */
    static String token(String name, String claims) {
        return "e30."
                + java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                + "." + MARK + name;
    }

    private static final String ENROLLMENT = token("enrollment", "{\"role\": \"enrollment\"}");
    private static final String API_KEY = token("key", "{\"token_type\": \"api_key\"}");

    private SecretsRun() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        AtomicInteger count = new AtomicInteger();
        try (TestCombiner combiner = TestCombiner.plain();
                TestApi api = TestApi.plain().assigning("localhost", combiner.port(), false);
                ConnectProxy proxy = ConnectProxy.withLogin("user", "right")) {
            api.on(TestApi.ENROLL, request -> grant(count)).on(TestApi.CLIENT_TOKEN, request -> grant(count));

            System.out.println("--- joins, loses its token, gets another");
            try (EdgeClient client = client(api, folder, ENROLLMENT).build()) {
                client.start();
                await(() -> client.state() == ClientState.CONNECTED);
                combiner.accept(token -> !token.equals(java.util.Optional.of("Bearer " + MARK + "access1")));
                await(() -> count.get() > 1);
                combiner.accept(token -> true);
            }
            Path tokens = folder.resolve("tokens.json");
            if (!Files.readString(tokens).contains(MARK)) {
                throw new AssertionError("the tokens were not kept");
            }

            System.out.println("--- finds damaged tokens, then an unwritable place for them");
            Files.writeString(tokens, "{\"refresh_token\": " + MARK + "}");
            api.on(TestApi.ENROLL, SecretsRun::refusal).on(TestApi.USER_TOKEN, SecretsRun::refusal);
            fails(client(api, folder, ENROLLMENT));
            api.on(TestApi.ENROLL, request -> grant(count));
            EdgeClientBuilder unwritable = client(api, folder, ENROLLMENT)
                    .tokens(TokenSettings.defaults().withDirectory(Path.of("/dev/null/x")));
            try (EdgeClient client = unwritable.build()) {
                System.out.println(client.connectToApi());
            }

            System.out.println("--- is refused in all ways, by a server that repeats what it got");
            for (int status : new int[] {400, 401, 403, 404, 406, 500}) {
                api.on(TestApi.USER_TOKEN, request -> answer(status, request));
                api.on(TestApi.ASSIGN, request -> answer(status, request));
                fails(client(api, folder, MARK + "-opaque-refresh-token"));
                fails(client(api, folder, API_KEY));
            }
            api.on(
                    TestApi.USER_TOKEN,
                    request -> new MockResponse.Builder()
                            .code(200)
                            .body("{\"access_token\": " + MARK + "}")
                            .build());
            fails(client(api, folder, MARK + "-opaque-refresh-token"));

            System.out.println("--- is refused by a proxy, and has wrong passwords for its files");
            NetworkProfile proxied = NetworkProfile.defaults()
                    .withProxy(ProxySettings.of("127.0.0.1", proxy.port()).withLogin("user", PASSWORD));
            fails(client(api, folder, API_KEY)
                    .api("https://localhost:" + api.port())
                    .network(proxied));
            Path noStore = Files.writeString(folder.resolve("no-store"), "x");
            TlsSettings stores =
                    TlsSettings.defaults().withTrustStore(noStore, PASSWORD).withClientKeyStore(noStore, PASSWORD);
            fails(client(api, folder, API_KEY).network(NetworkProfile.defaults().withTls(stores)));
            System.out.println(stores + " " + proxied + " " + Credential.token(API_KEY) + " "
                    + TokenSettings.defaults().withEncryptionKey(new SecretKeySpec(new byte[16], "AES")));
        }
        System.out.println("--- done");
    }

    private static EdgeClientBuilder client(TestApi api, Path folder, String token) {
        return EdgeClient.builder()
                .api(api.uri())
                .credential(Credential.token(token))
                .stateDirectory(folder)
                .pollInterval(Duration.ofMillis(20))
                .connectRetry(RetryPolicy.defaults()
                        .withMaxAttempts(2)
                        .withFirstDelay(Duration.ofMillis(1))
                        .withMaxDelay(Duration.ofMillis(1)))
                .network(NetworkProfile.defaults().withCallTimeout(Duration.ofSeconds(5)))
                .listener(new EdgeClientListener() {
                    @Override
                    public void error(EdgeException error) {
                        error.printStackTrace();
                    }

                    @Override
                    public void stateChanged(ClientState from, ClientState to, String reason) {
                        System.out.println(to + " " + reason);
                    }
                });
    }

    private static void fails(EdgeClientBuilder builder) {
        DoctorReport report = builder.doctor();
        System.out.println(report.toText() + report.toJson() + report);
        try (EdgeClient client = builder.build()) {
            System.out.println(client.connectToApi());
            client.start();
            throw new AssertionError("it did not fail");
        } catch (EdgeException expected) {
            expected.printStackTrace();
        }
    }

    private static MockResponse grant(AtomicInteger count) {
        int number = count.incrementAndGet();
        return TestApi.json(
                200,
                Map.of(
                        "client_id", "enrolled",
                        "access_token", MARK + "access" + number,
                        "refresh_token", MARK + "refresh" + number));
    }

    private static MockResponse refusal(RecordedRequest request) {
        return answer(401, request);
    }

    private static MockResponse answer(int status, RecordedRequest request) {
        List<String> seen = new ArrayList<>();
        seen.add(String.valueOf(request.getHeaders().get("Authorization")));
        seen.add(request.getBody() == null ? "" : request.getBody().utf8());
        return TestApi.json(status, Map.of("message", "I do not like " + seen));
    }

    private static void await(java.util.function.BooleanSupplier condition) throws IOException {
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
    }
}
