package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.network.TestAuthority.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import okhttp3.CertificatePinner;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** REST and gRPC over real sockets, encrypted by one profile. */
@Timeout(60)
class TlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TestAuthority AUTHORITY = new TestAuthority("test");

    /** A pin that no key has. */
    private static final String NOBODY = "sha256/" + "A".repeat(43) + "=";

    @TempDir
    static Path folder;

    private static TlsSettings trusting;

    @BeforeAll
    static void writeRoot() {
        trusting = TlsSettings.defaults().withTrustedCertificates(AUTHORITY.rootFile(folder));
    }

    static EdgeClientBuilder client(URI api, NetworkProfile profile) {
        return EdgeClient.builder()
                .api(api)
                .clientId("client-1")
                .stateless()
                .pollInterval(Duration.ofMillis(50))
                .connectRetry(RetryPolicy.defaults()
                        .withMaxAttempts(2)
                        .withFirstDelay(Duration.ofMillis(1))
                        .withMaxDelay(Duration.ofMillis(1)))
                .network(profile.withConnectTimeout(Duration.ofSeconds(5)).withCallTimeout(Duration.ofSeconds(5)));
    }

    private static EdgeClientBuilder client(TestApi api, TlsSettings tls) {
        return client(api.uri(), NetworkProfile.defaults().withTls(tls));
    }

    private static void joins(EdgeClientBuilder builder) {
        try (EdgeClient client = builder.build()) {
            client.start();
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
        }
    }

    /** What REST and gRPC say about a server that shows such a certificate, each by itself. */
    private static void refused(Identity shown, TlsSettings tls, String finding) {
        try (TestApi api = TestApi.secure(shown);
                TestCombiner combiner = TestCombiner.secure(shown);
                EdgeClient client = client(api, tls).build()) {
            ConnectToApiResult answer = client.connectToApi();
            assertThat(answer).isInstanceOf(ConnectToApiResult.Failed.class);
            assertThat(answer.message()).contains(finding);
            assertThat(api.requests()).isEmpty();

            assertThatThrownBy(() -> client.initGrpcHandler(GrpcConnectionOptions.of("localhost", combiner.port())
                            .withTls(TlsMode.TLS)))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.retryable()).isTrue())
                    .hasMessageContaining(finding);
            assertThat(combiner.calls()).isEmpty();
        }
    }

    @Test
    void aNetworkWithAnAuthorityOfItsOwnIsJoined() {
        try (TestCombiner combiner = TestCombiner.secure(AUTHORITY.server());
                TestApi api = TestApi.secure(AUTHORITY.server()).assigning("localhost", combiner.port(), true)) {
            joins(client(api, trusting));
        }
    }

    @Test
    void anAuthorityThatIsNotTrustedIsNamed() {
        refused(AUTHORITY.server(), TlsSettings.defaults(), "certificate from an unknown authority");
    }

    @Test
    void aMissingIntermediateIsNamed() {
        refused(AUTHORITY.server().withoutIntermediates(), trusting, "certificate from an unknown authority");
    }

    @Test
    void anExpiredCertificateIsNamed() {
        refused(AUTHORITY.expired(), trusting, "certificate expired");
    }

    @Test
    void aCertificateOfTheFutureIsNamed() {
        refused(AUTHORITY.notYetValid(), trusting, "certificate not valid yet");
    }

    @Test
    void aCertificateForAnotherHostIsNamed() {
        refused(AUTHORITY.serverFor("other.example.org"), trusting, "certificate for another host");
    }

    @Test
    void theAuthorityOfTheProfileIsWhatTheCombinersCertificateMustName() {
        Identity shown = AUTHORITY.serverFor("combiner.example.org");
        try (TestCombiner combiner = TestCombiner.secure(shown);
                TestApi api = TestApi.secure(AUTHORITY.server()).assigning("localhost", combiner.port(), true)) {
            joins(client(api.uri(), NetworkProfile.defaults().withTls(trusting).withAuthority("combiner.example.org")));
        }
    }

    @Test
    void ipv6AddressesAreReached() throws IOException {
        InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "this machine has no IPv6");
        try (TestCombiner combiner = TestCombiner.plain(loopback);
                TestApi api = TestApi.plain(loopback).assigning("[::1]", combiner.port(), false)) {
            joins(client(api.uri("[::1]"), NetworkProfile.defaults()));
        }
    }

    @Test
    void aServerThatWantsACertificateGetsTheClientsOwn() {
        Identity own = AUTHORITY.client();
        Path chain = TestAuthority.write(folder.resolve("client.pem"), own.chainPem());
        Path key =
                TestAuthority.write(folder.resolve("client-key.pem"), own.own().privateKeyPkcs8Pem());
        try (TestCombiner combiner = TestCombiner.mutual(AUTHORITY.server(), AUTHORITY);
                TestApi api = TestApi.mutual(AUTHORITY.server()).assigning("localhost", combiner.port(), true)) {
            joins(client(api, trusting.withClientCertificate(chain, key)));
        }
    }

    @Test
    void aServerThatWantsACertificateRefusesAClientWithoutOne() {
        try (TestCombiner combiner = TestCombiner.mutual(AUTHORITY.server(), AUTHORITY);
                TestApi api = TestApi.mutual(AUTHORITY.server());
                EdgeClient client = client(api, trusting).build()) {
            assertThat(client.connectToApi().message()).contains("client certificate");
            assertThatThrownBy(() -> client.initGrpcHandler(GrpcConnectionOptions.of("localhost", combiner.port())
                            .withTls(TlsMode.TLS)))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("client certificate");
        }
    }

    @Test
    void aPinnedKeyIsAcceptedAnywhereOnTheWayToTheRoot() {
        Identity shown = AUTHORITY.server();
        for (X509Certificate pinned :
                List.of(shown.own().certificate(), shown.intermediates().get(0), shown.root())) {
            try (TestCombiner combiner = TestCombiner.secure(shown);
                    TestApi api = TestApi.secure(shown).assigning("localhost", combiner.port(), true)) {
                TlsSettings tls =
                        trusting.withPin(CertificatePinner.pin(pinned)).withPin(NOBODY);
                joins(client(api, tls));
                assertThat(client(api, tls).doctor().toText()).doesNotContain("not pinned");
            }
        }
    }

    @Test
    void aPinnedCertificateThatIsTrustedItselfIsAccepted() throws IOException {
        Identity shown = AUTHORITY.server();
        Path own = Files.writeString(folder.resolve("own.pem"), shown.own().certificatePem());
        TlsSettings tls = TlsSettings.defaults()
                .withTrustedCertificates(own)
                .withPin(CertificatePinner.pin(shown.own().certificate()));
        try (TestCombiner combiner = TestCombiner.secure(shown);
                TestApi api = TestApi.secure(shown).assigning("localhost", combiner.port(), true)) {
            joins(client(api, tls));
        }
    }

    @Test
    void aPinnedCertificateThatTheServerOnlySendsAlongOpensNothing() {
        X509Certificate pinned = AUTHORITY.server().own().certificate();
        Identity other = AUTHORITY.server().alsoSending(pinned);
        TlsSettings tls = trusting.withPin(CertificatePinner.pin(pinned));

        refused(other, tls, "certificate not pinned");

        try (TestCombiner combiner = TestCombiner.secure(other);
                TestApi api = TestApi.secure(AUTHORITY.server().alsoSending(pinned))) {
            assertThat(client(api, tls).doctor().toText()).contains("certificate not pinned");
            assertThat(client(
                                    URI.create("http://localhost:1"),
                                    NetworkProfile.defaults().withTls(tls))
                            .combiner(GrpcConnectionOptions.of("localhost", combiner.port()))
                            .doctor()
                            .toText())
                    .contains("certificate not pinned");
            assertThat(api.requests()).isEmpty();
            assertThat(combiner.calls()).isEmpty();
        }
    }

    @Test
    void aServerWhoseKeyIsNotPinnedSeesNoToken() {
        TlsSettings pinned = trusting.withPin(NOBODY);
        try (TestCombiner combiner = TestCombiner.secure(AUTHORITY.server());
                TestApi api = TestApi.secure(AUTHORITY.server());
                EdgeClient client = client(api, pinned)
                        .credential(Credential.token("opaque-refresh-token"))
                        .build()) {
            assertThat(client.connectToApi())
                    .isInstanceOf(ConnectToApiResult.Failed.class)
                    .extracting(ConnectToApiResult::message)
                    .asString()
                    .contains("certificate not pinned");
            assertThatThrownBy(() -> client.initGrpcHandler(GrpcConnectionOptions.of("localhost", combiner.port())
                            .withTls(TlsMode.TLS)))
                    .hasMessageContaining("certificate not pinned");
            assertThat(api.requests()).isEmpty();
            assertThat(combiner.calls()).isEmpty();
        }
    }

    @Test
    void aServerThatComesBackWithAnotherCertificateOfItsAuthorityIsFoundAgain() {
        TestCombiner first = TestCombiner.secure(AUTHORITY.server());
        int port = first.port();
        try (TestApi api = TestApi.secure(AUTHORITY.server()).assigning("localhost", port, true);
                EdgeClient client = client(api, trusting).build()) {
            client.start();
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
            first.close();
            try (TestCombiner stranger = TestCombiner.secure(new TestAuthority("stranger").server(), port)) {
                Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.RECONNECTING);
                assertThat(stranger.calls()).isEmpty();
            }
            try (TestCombiner renewed = TestCombiner.secure(AUTHORITY.server(), port)) {
                Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
                assertThat(renewed.calls()).isNotEmpty();
                client.close(Duration.ofSeconds(5));
            }
        } finally {
            first.close();
        }
    }

    @Test
    void aPortWithoutTlsIsSaidToBeOne() {
        try (RawServer plain = RawServer.badRequest();
                EdgeClient client = client(URI.create("https://localhost:" + plain.port()), NetworkProfile.defaults())
                        .build()) {
            assertThat(client.connectToApi().message()).contains("no TLS at this port");
            assertThatThrownBy(() -> client.initGrpcHandler(
                            GrpcConnectionOptions.of("localhost", plain.port()).withTls(TlsMode.TLS)))
                    .hasMessageContaining("no TLS at this port");
        }
    }

    @Test
    void aPortThatSpeaksNoHttp2IsSaidToSpeakNone() {
        try (RawServer plain = RawServer.badRequest();
                EdgeClient client = client(URI.create("http://localhost:1"), NetworkProfile.defaults())
                        .build()) {
            assertThatThrownBy(() -> client.initGrpcHandler(
                            GrpcConnectionOptions.of("localhost", plain.port()).withTls(TlsMode.PLAINTEXT)))
                    .hasMessageContaining("no HTTP/2 at this port");
        }
    }
}
