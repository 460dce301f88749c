package com.scaleoutsystems.edge.client.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What works through each forward proxy of docs/proxies.md, to a server behind nginx, both as the page shows them. */
@Timeout(180)
abstract class BehindForwardProxy {

    private static final int ROUNDS = 3;
    private static final String USER = "edge";
    private static final String PASSWORD = "secret";

    @TempDir
    Path folder;

    /** Of the forward proxy. */
    @TempDir
    Path own;

    private Scene scene;
    private ReverseProxy server;

    /** Starts the proxy, which allows tunnels to this port of the machine. */
    abstract RealProxy start(int allowed, Path folder);

    @BeforeAll
    static void requireServer() {
        RealProxy.require(Nginx.PROGRAM, "nginx-light");
    }

    @BeforeEach
    void startServer() {
        scene = new Scene(10);
        server = new Nginx(new ReverseProxy.Setup(scene.behind(), folder, UnaryOperator.identity()));
    }

    @AfterEach
    void stopServer() {
        server.close();
        scene.close();
    }

    private RealProxy start(int allowed) {
        return start(allowed, own);
    }

    private EdgeClientBuilder client(ProxySettings proxy) {
        return scene.client(server.port(), folder)
                .network(NetworkProfile.defaults()
                        .withProxy(proxy)
                        .withTls(TlsSettings.defaults()
                                .withTrustedCertificates(ReverseProxy.AUTHORITY.rootFile(folder))));
    }

    private static ProxySettings through(RealProxy proxy) {
        return ProxySettings.of("127.0.0.1", proxy.port());
    }

    private static ProxySettings withLogin(RealProxy proxy) {
        return through(proxy).withLogin(USER, PASSWORD);
    }

    @Test
    void restAndGrpcPassWithTheLogin() {
        try (RealProxy proxy = start(server.port());
                EdgeClient asking = client(withLogin(proxy)).build();
                EdgeClient client = client(withLogin(proxy)).build()) {
            assertThat(asking.connectToApi()).isInstanceOf(ConnectToApiResult.Assigned.class);
            client.start();
            scene.log(client);

            scene.assertRounds(
                    scene.sandbox().runSession(SessionPlan.of(ROUNDS, 1).withModel(Scene.SEED)), ROUNDS);
            scene.assertAllDelivered();
        }
    }

    @Test
    void aRefusedLoginIsNamed() {
        try (RealProxy proxy = start(server.port());
                EdgeClient without = client(through(proxy)).build();
                EdgeClient wrong =
                        client(through(proxy).withLogin(USER, "wrong")).build()) {
            assertThat(without.connectToApi().message()).contains("the proxy refused the login");
            assertThat(wrong.connectToApi().message())
                    .contains("the proxy refused the login")
                    .doesNotContain("wrong");
            assertThat(client(through(proxy)).doctor().toText()).contains("the proxy refused the login");
        }
    }

    @Test
    void aPortThatIsNotAllowedIsNamed() {
        try (RealProxy proxy = start(scene.relay().port());
                EdgeClient client = client(withLogin(proxy)).build()) {
            assertThat(client.connectToApi().message()).contains("the proxy refused the connection");
        }
    }

    @Test
    void aProxyThatRestartsIsWaitedFor() {
        try (RealProxy proxy = start(server.port());
                EdgeClient client = client(withLogin(proxy)).build()) {
            client.start();
            scene.log(client);
            proxy.stop();
            CompletableFuture<SessionResult> session =
                    scene.sandbox().startSession(SessionPlan.of(ROUNDS, 1).withModel(Scene.SEED));
            scene.logFor(Duration.ofSeconds(2), client);
            proxy.start();
            long back = System.nanoTime();

            assertThat(session).succeedsWithin(Scene.PATIENCE);
            Scene.print("three rounds ended after the proxy's return:", back);
            scene.assertRounds(session.join(), ROUNDS);
            scene.assertAllDelivered();
        }
    }
}
