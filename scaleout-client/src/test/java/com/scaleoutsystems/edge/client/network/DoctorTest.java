package com.scaleoutsystems.edge.client.network;

import static com.scaleoutsystems.edge.client.network.TestApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.network.TestAuthority.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plants one fault after the other into a network that is fine otherwise. */
@Tag("once")
@Timeout(60)
class DoctorTest {

    private static final TestAuthority AUTHORITY = new TestAuthority("test");
    private static final Identity GOOD = AUTHORITY.server();

    @TempDir
    Path folder;

    /** What is open, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.push(one);
        return one;
    }

    private TlsSettings trusting() {
        return TlsSettings.defaults().withTrustedCertificates(AUTHORITY.rootFile(folder));
    }

    private NetworkProfile profile() {
        return NetworkProfile.defaults()
                .withTls(trusting())
                .withConnectTimeout(Duration.ofSeconds(2))
                .withCallTimeout(Duration.ofSeconds(2));
    }

    /** A network that is fine: REST and combiner, encrypted. */
    private TestApi network() {
        return network(GOOD, GOOD);
    }

    private TestApi network(Identity api, Identity combiner) {
        TestCombiner joined = opened(TestCombiner.secure(combiner));
        return opened(TestApi.secure(api))
                .assigning("localhost", joined.port(), true)
                .on(TestApi.USER_TOKEN, 200, Map.of("access_token", "access", "refresh_token", "next"));
    }

    private EdgeClientBuilder client(TestApi api) {
        return EdgeClient.builder()
                .api(api.uri())
                .credential(Credential.token("refresh"))
                .stateDirectory(folder.resolve("state"))
                .network(profile());
    }

    /** A fault: how to plant it, in which check it shows, and what is said. */
    private record Fault(String name, Planting planting, String check, String finding, String cure) {

        @Override
        public String toString() {
            return name;
        }
    }

    private interface Planting {
        EdgeClientBuilder into(DoctorTest test) throws Exception;
    }

    private static String expired(String kind) {
        for (var row : Vectors.part("jwt/tokens", "tokens")) {
            if (row.get("id").asText().equals(kind)) {
                return row.get("token").asText();
            }
        }
        throw new AssertionError(kind);
    }

    /** A refresh token that ends then. */
    private static String ending(Instant time) {
        return SecretsRun.token("refresh", "{\"exp\": " + time.getEpochSecond() + "}");
    }

    private static int closedPort() {
        RawServer server = RawServer.silent();
        server.close();
        return server.port();
    }

    private static MockResponse at(Instant time, MockResponse response) {
        return response.newBuilder()
                .setHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC)))
                .build();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault(
                        "a name that nobody knows",
                        test -> test.client(test.network()).api("https://no-such-host.invalid"),
                        "api name",
                        "name not found: no-such-host.invalid",
                        "check the spelling"),
                new Fault(
                        "nobody listens",
                        test -> test.client(test.network()).api("https://localhost:" + closedPort()),
                        "api port",
                        "connection refused: localhost:",
                        "check host and port"),
                new Fault(
                        "a server that accepts and says nothing",
                        test -> test.client(test.network())
                                .api("https://localhost:"
                                        + test.opened(RawServer.silent()).port()),
                        "api tls",
                        "no answer in time: localhost:",
                        "firewalls"),
                new Fault(
                        "a port without TLS",
                        test -> test.client(test.network())
                                .api("https://localhost:"
                                        + test.opened(RawServer.badRequest()).port()),
                        "api tls",
                        "no TLS at this port: localhost:",
                        "http://"),
                new Fault(
                        "a proxy that refuses the login",
                        test -> test.client(test.network())
                                .network(test.profile()
                                        .withProxy(ProxySettings.of(
                                                        "127.0.0.1",
                                                        test.opened(ConnectProxy.withLogin("user", "right"))
                                                                .port())
                                                .withLogin("user", "wrong"))),
                        "api proxy",
                        "the proxy refused the login: 127.0.0.1:",
                        "withLogin"),
                new Fault(
                        "a proxy that refuses the login as tinyproxy does",
                        test -> test.client(test.network())
                                .network(test.profile()
                                        .withProxy(ProxySettings.of(
                                                        "127.0.0.1",
                                                        test.opened(ConnectProxy.withLogin("user", "right")
                                                                        .likeTinyproxy())
                                                                .port())
                                                .withLogin("user", "wrong"))),
                        "api proxy",
                        "the proxy refused the login: 127.0.0.1:",
                        "withLogin"),
                new Fault(
                        "a proxy that is not there",
                        test -> test.client(test.network())
                                .network(test.profile().withProxy(ProxySettings.of("127.0.0.1", closedPort()))),
                        "api proxy port",
                        "connection refused: 127.0.0.1:",
                        "check host and port"),
                new Fault(
                        "an expired certificate",
                        test -> test.client(test.network(AUTHORITY.expired(), GOOD)),
                        "api tls",
                        "certificate expired: CN=localhost ended ",
                        "renew"),
                new Fault(
                        "a certificate for another host",
                        test -> test.client(test.network(AUTHORITY.serverFor("other.example.org"), GOOD)),
                        "api tls",
                        "certificate for another host: it is for other.example.org, not for localhost",
                        "use a name that the certificate is for"),
                new Fault(
                        "an authority that is not trusted",
                        test -> test.client(test.network(new TestAuthority("stranger").server(), GOOD)),
                        "api tls",
                        "certificate from an unknown authority: CN=stranger root is not trusted here",
                        "withTrustedCertificates"),
                new Fault(
                        "a missing intermediate",
                        test -> test.client(test.network(GOOD.withoutIntermediates(), GOOD)),
                        "api tls",
                        "missing intermediate certificate or unknown authority: the server sent only its own certificate,"
                                + " issued by CN=test intermediate",
                        "have the server send its intermediate"),
                new Fault(
                        "a server that wants a client certificate",
                        test -> test.client(test.opened(TestApi.mutual(GOOD))),
                        "api tls",
                        "the server wants another client certificate: localhost:",
                        "withClientCertificate"),
                new Fault(
                        "a key that is not pinned",
                        test -> test.client(test.network())
                                .network(test.profile()
                                        .withTls(test.trusting().withPin("sha256/" + "A".repeat(43) + "="))),
                        "api tls",
                        "certificate not pinned: ",
                        "pin sha256/"),
                new Fault(
                        "a file that is not there",
                        test -> test.client(test.network())
                                .network(test.profile()
                                        .withTls(TlsSettings.defaults()
                                                .withTrustedCertificates(test.folder.resolve("gone.pem")))),
                        "tls files",
                        "unusable: the file of trusted certificates",
                        "name another one"),
                new Fault(
                        "a clock that is wrong",
                        test -> test.client(test.network()
                                .onAny(request ->
                                        at(Instant.now().minus(Duration.ofMinutes(125)), json(404, Map.of())))),
                        "clock",
                        "clock skew: this machine's clock is 2 h 5 min ahead of the server's",
                        "time server"),
                new Fault(
                        "a clock that is wrong, so that a good credential seems to have ended",
                        test -> test.client(test.network()
                                        .onAny(request ->
                                                at(Instant.now().minus(Duration.ofMinutes(125)), json(404, Map.of()))))
                                .credential(
                                        Credential.token(ending(Instant.now().minus(Duration.ofHours(1))))),
                        "clock",
                        "clock skew: this machine's clock is 2 h 5 min ahead of the server's",
                        "time server"),
                new Fault(
                        "a credential that has expired",
                        test -> test.client(test.network()).credential(Credential.token(expired("enrollment-expired"))),
                        "credential",
                        "credential expired: the enrollment token ended 2020-09-13T12:26:40Z",
                        "get a new credential"),
                new Fault(
                        "a credential that was revoked",
                        test -> test.client(test.network().on(TestApi.USER_TOKEN, 401, Map.of("message", "revoked"))),
                        "token",
                        "credential refused: ",
                        "get a new credential"),
                new Fault(
                        "tokens of the last run that the disk does not give",
                        test -> {
                            Files.createDirectories(test.folder.resolve("state/tokens.json"));
                            return test.client(test.network());
                        },
                        "credential",
                        "the tokens in ",
                        "do what the message says"),
                new Fault(
                        "a token endpoint that is down",
                        test -> test.client(test.network().on(TestApi.USER_TOKEN, 503, Map.of("message", "down"))),
                        "token",
                        "no token can be had: ",
                        "try again later"),
                new Fault(
                        "a URL with another path",
                        test -> test.client(test.network().on(TestApi.ASSIGN, 404, Map.of("message", "no"))),
                        "assignment",
                        "no Scaleout Edge API at this URL",
                        "check host, port and path"),
                new Fault(
                        "a web server in the place of the API",
                        test -> test.client(test.network()
                                .on(
                                        TestApi.ASSIGN,
                                        request -> new MockResponse.Builder()
                                                .code(404)
                                                .body("<html>Not Found</html>")
                                                .build())),
                        "assignment",
                        "no assignment: the assignment was answered HTTP 404 by ",
                        "check host, port and path of the URL"),
                new Fault(
                        "a release that the API does not accept",
                        test -> test.client(test.network().on(TestApi.ASSIGN, 406, Map.of("message", "too old"))),
                        "assignment",
                        "the server does not accept this client: too old",
                        "clientVersion"),
                new Fault(
                        "a network without a compute package",
                        test -> test.client(test.network().on(TestApi.ASSIGN, 203, Map.of("message", "none"))),
                        "assignment",
                        "no compute package yet: none",
                        "waitForComputePackage"),
                new Fault(
                        "a login page in between",
                        test -> test.client(test.network()
                                .on(
                                        TestApi.ASSIGN,
                                        request -> new MockResponse.Builder()
                                                .code(200)
                                                .body("<html>Welcome</html>")
                                                .build())),
                        "assignment",
                        "no assignment: ",
                        "log in there first"),
                new Fault(
                        "a combiner that is not there",
                        test -> test.client(test.network().assigning("localhost", closedPort(), true)),
                        "combiner port",
                        "connection refused: localhost:",
                        "check host and port"),
                new Fault(
                        "a combiner with an expired certificate",
                        test -> test.client(test.network(GOOD, AUTHORITY.expired())),
                        "combiner tls",
                        "certificate expired: ",
                        "renew"),
                new Fault(
                        "a web server in the place of the combiner",
                        test -> {
                            TestApi web = test.opened(TestApi.http1(GOOD));
                            return test.client(test.network().assigning("localhost", web.port(), true));
                        },
                        "combiner http2",
                        "no HTTP/2 at this port: localhost:",
                        "must pass HTTP/2 on"),
                new Fault(
                        "a combiner that wants another release",
                        test -> {
                            TestCombiner picky = test.opened(TestCombiner.secure(GOOD));
                            picky.versions("{\"success\": false, \"version\": \"2.0.0\"}");
                            return test.client(test.network().assigning("localhost", picky.port(), true));
                        },
                        "version",
                        "version not accepted: the combiner (2.0.0) refuses release 1.1.0",
                        "clientVersion"),
                new Fault(
                        "a combiner that refuses the token",
                        test -> {
                            TestCombiner strict = test.opened(TestCombiner.secure(GOOD));
                            strict.accept(token -> false);
                            return test.client(test.network().assigning("localhost", strict.port(), true));
                        },
                        "version",
                        "the combiner refuses the token: localhost:",
                        "get a new credential"),
                inItsPlace(403, "a proxy answers in the combiner's place (HTTP 403): localhost:", "allow this client"),
                inItsPlace(404, "a proxy answers in the combiner's place (HTTP 404): localhost:", "a route"),
                inItsPlace(302, "a proxy answers in the combiner's place (HTTP 302): localhost:", "log in there"),
                inItsPlace(200, "a proxy answers in the combiner's place (HTTP 200): localhost:", "log in there"),
                inItsPlace(502, "a proxy answers in the combiner's place (HTTP 502): localhost:", "grpc_pass"),
                inItsPlace(413, "a proxy refuses calls of this size (HTTP 413): localhost:", "client_max_body_size"),
                inItsPlace(431, "a proxy refuses headers of this size (HTTP 431): localhost:", "limit for headers"),
                new Fault(
                        "a proxy that breaks off calls with a large token",
                        test -> {
                            PageServer proxy = test.opened(new PageServer());
                            proxy.reset();
                            return test.client(test.network()
                                    .assigning("localhost", proxy.port(), false)
                                    .on(
                                            TestApi.USER_TOKEN,
                                            200,
                                            Map.of("access_token", "x".repeat(6_000), "refresh_token", "next")));
                        },
                        "version",
                        "a proxy refuses headers of this size: localhost:",
                        "limit for headers"),
                new Fault(
                        "a service mesh without a rule for this client",
                        test -> {
                            PageServer mesh = test.opened(new PageServer());
                            mesh.answer(PageServer.Page.grpc(200, 7, "RBAC: access denied"));
                            return test.client(test.network().assigning("localhost", mesh.port(), false));
                        },
                        "version",
                        "the combiner refuses the token: localhost:",
                        "service mesh"),
                new Fault(
                        "a state directory that cannot be written",
                        test -> test.client(test.network())
                                .stateDirectory(Files.writeString(test.folder.resolve("file"), "x")
                                        .resolve("state")),
                        "state directory",
                        "not writable: ",
                        "stateDirectory"),
                new Fault(
                        "a state directory that another client has",
                        test -> {
                            TestApi api = test.network();
                            test.opened(test.client(api).build());
                            return test.client(api);
                        },
                        "state directory",
                        "in use by another client: ",
                        "a directory of its own"),
                new Fault(
                        "a state directory of another client",
                        test -> {
                            TestApi api = test.network();
                            test.client(api).clientId("one").build().close();
                            return test.client(api).clientId("two");
                        },
                        "state directory",
                        "of another client: ",
                        "use the id"),
                new Fault(
                        "a state directory that cannot keep the client's id",
                        test -> {
                            Files.createDirectories(test.folder.resolve("state").resolve("client-id"));
                            return test.client(test.network());
                        },
                        "state directory",
                        "not writable: ",
                        "stateDirectory"));
    }

    /** A web page where the combiner should be. */
    private static Fault inItsPlace(int status, String finding, String cure) {
        return new Fault(
                "a page of status " + status + " in the combiner's place",
                test -> {
                    PageServer proxy = test.opened(new PageServer());
                    proxy.answer(PageServer.Page.html(status));
                    return test.client(test.network().assigning("localhost", proxy.port(), false));
                },
                "version",
                finding,
                cure);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsNamedWithItsCure(Fault fault) throws Exception {
        DoctorReport report = fault.planting().into(this).doctor();

        List<DoctorReport.Check> wrong =
                report.checks().stream().filter(check -> !check.ok()).toList();
        assertThat(wrong)
                .as(report.toText())
                .extracting(DoctorReport.Check::check)
                .contains(fault.check());
        DoctorReport.Check found = wrong.get(0);
        assertThat(found.check()).isEqualTo(fault.check());
        assertThat(found.finding()).as(report.toText()).startsWith(fault.finding());
        assertThat(found.cure()).contains(fault.cure());
        assertThat(report.ok()).isFalse();
        // One fault is not told of again and again.
        assertThat(wrong).as(report.toText()).hasSize(1);
    }

    @Test
    void anInterruptedRequestForAnAssignmentIsReportedAsWhatItIs() {
        Thread examining = Thread.currentThread();
        TestApi api = network().on(TestApi.ASSIGN, request -> {
            examining.interrupt();
            return json(200, Map.of())
                    .newBuilder()
                    .headersDelay(1, TimeUnit.SECONDS)
                    .build();
        });

        DoctorReport report = client(api).doctor();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.checks())
                .as(report.toText())
                .filteredOn(check -> !check.ok())
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.check()).isEqualTo("assignment");
                    assertThat(check.detail()).contains("interrupted");
                });
    }

    @Test
    void aNetworkWithoutFaultsIsFoundToBeFine() {
        TestApi api = network();
        DoctorReport report = client(api).doctor();

        assertThat(report.checks())
                .as(report.toText())
                .allMatch(DoctorReport.Check::ok)
                .extracting(DoctorReport.Check::check)
                .containsExactly(
                        "state directory",
                        "api name",
                        "api port",
                        "api tls",
                        "api http",
                        "credential",
                        "token",
                        "assignment",
                        "combiner name",
                        "combiner port",
                        "combiner tls",
                        "combiner http2",
                        "version");
        assertThat(report.toText()).doesNotContain("FAIL").contains("ok    api tls");
        assertThat(Vectors.parse(report.toJson()).get(3).get("detail").asText())
                .contains("1: CN=localhost, issued by CN=test intermediate, valid ")
                .contains("2: CN=test intermediate, issued by CN=test root, valid ");
    }

    @Test
    void allGoesThroughTheProxyIfThereIsOne() {
        TestApi api = network();
        ConnectProxy proxy = opened(ConnectProxy.withLogin("user", "secret"));
        DoctorReport report = client(api)
                .network(profile()
                        .withProxy(ProxySettings.of("127.0.0.1", proxy.port()).withLogin("user", "secret")))
                .doctor();

        assertThat(report.ok()).as(report.toText()).isTrue();
        assertThat(report.checks()).extracting(DoctorReport.Check::check).contains("api proxy", "combiner proxy");
        assertThat(report.toText() + report.toJson()).doesNotContain("secret");
    }

    @Test
    void aPlainNetworkWithoutACredentialIsFine() {
        TestCombiner combiner = opened(TestCombiner.plain());
        TestApi api = opened(TestApi.plain()).assigning("localhost", combiner.port(), false);

        DoctorReport report = EdgeClient.builder().api(api.uri()).stateless().doctor();

        assertThat(report.ok()).as(report.toText()).isTrue();
    }

    @Test
    void aCredentialIsNotUsedUpForNothing() throws IOException {
        TestApi api = network().on(TestApi.ENROLL, 500, Map.of());
        DoctorReport stateless = client(api).stateless().doctor();
        DoctorReport enrolling =
                client(api).credential(Credential.token(expired("enrollment"))).doctor();

        for (DoctorReport report : List.of(stateless, enrolling)) {
            assertThat(report.ok()).as(report.toText()).isTrue();
            assertThat(report.toText()).contains("not tried");
        }
        assertThat(api.requests(TestApi.USER_TOKEN)).isEmpty();
        assertThat(api.requests(TestApi.ENROLL)).isEmpty();

        // Where tokens are kept, what came of the exchange is there for the client.
        client(api).doctor();
        assertThat(Files.readString(folder.resolve("state/tokens.json"))).contains("next");
    }

    @Test
    void aRunningClientIsExaminedAndGoesOn() {
        TestApi api = network();
        try (EdgeClient client = client(api).build()) {
            client.start();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> client.state() == ClientState.CONNECTED);

            DoctorReport report = client.doctor();

            assertThat(report.ok()).as(report.toText()).isTrue();
            assertThat(client.state()).isEqualTo(ClientState.CONNECTED);
            assertThat(api.requests(TestApi.USER_TOKEN)).hasSize(1);
        }
    }

    @Test
    void aCombinerGivenDirectlyIsExaminedWithoutAnApi() {
        TestCombiner combiner = opened(TestCombiner.plain());
        DoctorReport report = EdgeClient.builder()
                .combiner(GrpcConnectionOptions.of("localhost", combiner.port()).withTls(TlsMode.PLAINTEXT))
                .stateless()
                .doctor();

        assertThat(report.ok()).as(report.toText()).isTrue();
        assertThat(report.checks())
                .extracting(DoctorReport.Check::check)
                .containsExactly("state directory", "credential", "combiner name", "combiner port", "version");
    }
}
