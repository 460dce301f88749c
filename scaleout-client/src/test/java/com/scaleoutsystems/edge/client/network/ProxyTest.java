package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** REST and gRPC through an HTTP proxy, set once. */
@Timeout(60)
class ProxyTest {

    /** A name that only the proxy knows. */
    private static final String HIDDEN = "edge.hidden.test";

    private static final TestAuthority AUTHORITY = new TestAuthority("test");

    @TempDir
    static Path folder;

    private static EdgeClientBuilder client(TestApi api, String host, ProxySettings proxy) {
        TlsSettings tls = TlsSettings.defaults().withTrustedCertificates(AUTHORITY.rootFile(folder));
        return TlsTest.client(
                api.uri(host), NetworkProfile.defaults().withTls(tls).withProxy(proxy));
    }

    private static void joins(EdgeClientBuilder builder) {
        try (EdgeClient client = builder.build()) {
            client.start();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> client.state() == ClientState.CONNECTED);
        }
    }

    @Test
    void allGoesThroughTheProxyWhichAlsoFindsTheHosts() throws IOException {
        try (ConnectProxy proxy = ConnectProxy.withLogin("user", "pass:word");
                TestCombiner combiner = TestCombiner.secure(AUTHORITY.serverFor(HIDDEN));
                TestApi api = TestApi.secure(AUTHORITY.serverFor(HIDDEN)).assigning(HIDDEN, combiner.port(), true)) {
            joins(client(
                    api, HIDDEN, ProxySettings.of("127.0.0.1", proxy.port()).withLogin("user", "pass:word")));

            assertThat(proxy.targets()).contains(HIDDEN + ":" + api.port(), HIDDEN + ":" + combiner.port());
        }
    }

    @Test
    void plaintextToTheCombinerPassesTheProxyToo() throws IOException {
        try (ConnectProxy proxy = ConnectProxy.open();
                TestCombiner combiner = TestCombiner.plain();
                TestApi api = TestApi.secure(AUTHORITY.serverFor(HIDDEN)).assigning(HIDDEN, combiner.port(), false)) {
            joins(client(api, HIDDEN, ProxySettings.of("127.0.0.1", proxy.port())));

            assertThat(proxy.targets()).contains(HIDDEN + ":" + combiner.port());
        }
    }

    /** Docker compose names its containers so. */
    @Test
    void aCombinerWithAnUnderscoreInItsNamePassesTheProxyToo() throws IOException {
        try (ConnectProxy proxy = ConnectProxy.open();
                TestCombiner combiner = TestCombiner.plain();
                TestApi api = TestApi.secure(AUTHORITY.serverFor(HIDDEN))
                        .assigning("edge_combiner_1", combiner.port(), false)) {
            joins(client(api, HIDDEN, ProxySettings.of("127.0.0.1", proxy.port())));

            assertThat(proxy.targets()).contains("edge_combiner_1:" + combiner.port());
        }
    }

    @Test
    void hostsOfNoProxyAreReachedWithoutIt() throws IOException {
        try (ConnectProxy proxy = ConnectProxy.open();
                TestCombiner combiner = TestCombiner.secure(AUTHORITY.server());
                TestApi api = TestApi.secure(AUTHORITY.server()).assigning("127.0.0.1", combiner.port(), true)) {
            joins(client(
                    api,
                    "localhost",
                    ProxySettings.of("127.0.0.1", proxy.port()).withNoProxy(List.of("localhost", "127.0.0.0/8"))));

            assertThat(proxy.targets()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRefusedLoginIsNamedWithoutThePassword(boolean tinyproxy) throws IOException {
        try (ConnectProxy login = ConnectProxy.withLogin("user", "right");
                ConnectProxy proxy = tinyproxy ? login.likeTinyproxy() : login;
                TestCombiner combiner = TestCombiner.secure(AUTHORITY.server());
                TestApi api = TestApi.secure(AUTHORITY.server())) {
            for (ProxySettings wrong : List.of(
                    ProxySettings.of("127.0.0.1", proxy.port()),
                    ProxySettings.of("127.0.0.1", proxy.port()).withLogin("user", "wrong-password"))) {
                try (EdgeClient client = client(api, "localhost", wrong).build()) {
                    assertThat(client.connectToApi().message())
                            .contains("the proxy refused the login")
                            .doesNotContain("wrong-password");
                    assertThatThrownBy(
                                    () -> client.initGrpcHandler(GrpcConnectionOptions.of("localhost", combiner.port())
                                            .withTls(TlsMode.TLS)))
                            .isInstanceOf(EdgeException.class)
                            .hasMessageContaining("the proxy refused the login")
                            .hasMessageNotContaining("wrong-password");
                }
            }
            assertThat(api.requests()).isEmpty();
        }
    }

    @Test
    void aProxyThatIsNotThereIsNamed() {
        RawServer gone = RawServer.silent();
        try (TestApi api = TestApi.secure(AUTHORITY.server())) {
            int port = gone.port();
            gone.close();
            try (EdgeClient client = client(api, "localhost", ProxySettings.of("127.0.0.1", port))
                    .build()) {
                assertThat(client.connectToApi().message()).contains("connection refused", ":" + port);
            }
        }
    }
}
