package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of {@code client} and {@code doctor} that say who joins, and how, come to. */
class ConnectionOptionsTest {

    private static final HeldCertificate ROOT =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    /** An API that keeps what it is asked and refuses everybody. */
    private int refusing(HttpServer api) {
        api.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (body.length > 0) {
                requests.add(Run.parse(new String(body, StandardCharsets.UTF_8)));
            }
            byte[] answer = "{\"message\": \"nobody may\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
        open.push(() -> api.stop(0));
        return api.getAddress().getPort();
    }

    private static InetSocketAddress here() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** The same by TLS. */
    private int encrypted(boolean asksForACertificate) throws IOException {
        HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .signedBy(ROOT)
                .build();
        HandshakeCertificates certificates = new HandshakeCertificates.Builder()
                .heldCertificate(own)
                .addTrustedCertificate(ROOT.certificate())
                .build();
        HttpsServer api = HttpsServer.create(here(), 0);
        api.setHttpsConfigurator(new HttpsConfigurator(certificates.sslContext()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = getSSLContext().getDefaultSSLParameters();
                tls.setNeedClientAuth(asksForACertificate);
                parameters.setSSLParameters(tls);
            }
        });
        return refusing(api);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    /** What the doctor says to a check; its JSON line with these options. */
    private static JsonNode check(String name, Map<String, String> environment, String... options) {
        List<String> all = new ArrayList<>(List.of("doctor", "--stateless", "--json"));
        all.addAll(List.of(options));
        Run run = Run.with("", environment, all.toArray(new String[0]));
        for (JsonNode check : run.json().get(0)) {
            if (check.get("check").textValue().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no " + name + " in " + run.out());
    }

    @Test
    void idNameAndPreferredCombinerReachTheApi() throws IOException {
        int port = refusing(HttpServer.create(here(), 0));

        Run run = Run.of(
                "client",
                "--api",
                "http://127.0.0.1:" + port,
                "--stateless",
                "--client-id",
                "id-1",
                "--name",
                "clinic å",
                "--preferred-combiner",
                "north");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("nobody may");
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).get("client_id").textValue()).isEqualTo("id-1");
        assertThat(requests.get(0).get("name").textValue()).isEqualTo("clinic å");
        assertThat(requests.get(0).get("preferred_combiner").textValue()).isEqualTo("north");
    }

    @Test
    void rootCertificateIsTrusted() throws IOException {
        String api = "https://localhost:" + encrypted(false);

        JsonNode without = check("api tls", Map.of(), "--api", api);
        JsonNode with =
                check("api tls", Map.of(), "--api", api, "--root-cert", file("root.pem", ROOT.certificatePem()));

        assertThat(without.get("ok").booleanValue()).isFalse();
        assertThat(without.get("finding").textValue()).contains("unknown authority");
        assertThat(with.get("ok").booleanValue()).as("%s", with).isTrue();
    }

    @Test
    void clientCertificateIsShownToServersThatAskForOne() throws IOException {
        String api = "https://localhost:" + encrypted(true);
        String root = file("root.pem", ROOT.certificatePem());
        HeldCertificate own = new HeldCertificate.Builder().signedBy(ROOT).build();

        JsonNode without = check("api tls", Map.of(), "--api", api, "--root-cert", root);
        JsonNode with = check(
                "api http",
                Map.of(),
                "--api",
                api,
                "--root-cert",
                root,
                "--client-cert",
                file("own.pem", own.certificatePem()),
                "--client-key",
                file("key.pem", own.privateKeyPkcs8Pem()));

        assertThat(without.get("ok").booleanValue()).isFalse();
        assertThat(without.get("cure").textValue()).contains("client certificate");
        assertThat(with.get("ok").booleanValue()).as("%s", with).isTrue();
    }

    @Test
    void proxyIsUsedWithAPasswordFromAVariableOrAFile() throws IOException {
        TestProxy proxy = new TestProxy("user", "s3cret");
        open.push(proxy);
        String[] options = {"--api", "https://hidden.test", "--proxy", "http://user@127.0.0.1:" + proxy.port()};
        Map<String, String> right = Map.of("PASSWORD", "s3cret");
        Map<String, String> wrong = Map.of("PASSWORD", "wr0ng");

        JsonNode fromVariable = check("api proxy", right, with(options, "--proxy-password-env", "PASSWORD"));
        JsonNode fromFile =
                check("api proxy", right, with(options, "--proxy-password-file", file("password", "s3cret\n")));
        JsonNode refused = check("api proxy", wrong, with(options, "--proxy-password-env", "PASSWORD"));
        // Without the proxy the name is unknown.
        JsonNode direct = check("api name", right, with(options, "--no-proxy", "hidden.test"));

        assertThat(fromVariable.get("ok").booleanValue()).as("%s", fromVariable).isTrue();
        assertThat(fromFile.get("ok").booleanValue()).as("%s", fromFile).isTrue();
        assertThat(refused.get("finding").textValue()).startsWith("the proxy refused the login");
        assertThat(refused.toString()).doesNotContain("wr0ng");
        assertThat(direct.get("ok").booleanValue()).isFalse();
        assertThat(proxy.targets()).isNotEmpty().containsOnly("hidden.test:443");
    }

    private static String[] with(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    @Test
    void optionAgainstTelemetryWinsOverTheSettingsFile() throws IOException {
        int port = refusing(HttpServer.create(here(), 0));
        String config = file("client.yaml", "node_telemetry: maybe\n");
        String[] options = {
            "client", "--api", "http://127.0.0.1:" + port, "--stateless", "--client-id", "a", "--config", config
        };

        // Where the option sets it, nobody asks for what the file says.
        assertThat(Run.of(options).err()).contains("node_telemetry in " + config + " is 'maybe'");
        assertThat(Run.of(with(options, "--no-telemetry")).err()).contains("nobody may");
    }
}
