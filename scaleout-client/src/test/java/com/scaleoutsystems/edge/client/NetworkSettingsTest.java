package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.network.DoctorReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkSettingsTest {

    @Test
    void wrongValuesAreNamedWithWhatWasExpected() {
        NetworkProfile profile = NetworkProfile.defaults();
        assertThatThrownBy(() -> profile.withCallTimeout(Duration.ZERO)).hasMessageContaining("callTimeout is PT0S");
        assertThatThrownBy(() -> profile.withKeepAliveInterval(Duration.ofSeconds(5)))
                .hasMessageContaining("servers accept 5 minutes and more");
        assertThatThrownBy(() -> profile.withMaxMessageBytes(10)).hasMessageContaining("at least 65536");
        assertThatThrownBy(() -> TlsSettings.defaults().withPin("sha256/short")).hasMessageContaining("44 characters");
    }

    @Test
    void aProxyIsReadFromTheUsualForm() {
        assertThat(ProxySettings.parse("http://proxy.example.org:3128"))
                .isEqualTo(ProxySettings.of("proxy.example.org", 3128));
        assertThat(ProxySettings.parse("proxy.example.org")).isEqualTo(ProxySettings.of("proxy.example.org", 8080));
        assertThat(ProxySettings.parse("http://an%40user:p%3Aa+ss@[::1]:1"))
                .isEqualTo(ProxySettings.of("::1", 1).withLogin("an@user", "p:a+ss"));
    }

    @Test
    void aWrongProxyIsRefusedWithoutRepeatingItsPassword() {
        for (String wrong :
                List.of("socks5://user:secret@h:1", "http://user:secret@h:x", "http://user:secret@ h", "")) {
            assertThatThrownBy(() -> ProxySettings.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected http://[user:password@]host[:port]")
                    .hasStackTraceContaining("proxy")
                    .satisfies(error -> assertThat(stackTrace(error)).doesNotContain("secret"));
        }
    }

    private static String stackTrace(Throwable error) {
        java.io.StringWriter text = new java.io.StringWriter();
        error.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void passwordsAreNotShown() {
        assertThat(ProxySettings.of("h", 1).withLogin("user", "secret").toString())
                .doesNotContain("secret");
        assertThat(TlsSettings.defaults()
                        .withTrustStore(Path.of("trust.p12"), "secret")
                        .withClientKeyStore(Path.of("key.p12"), "secret")
                        .toString())
                .doesNotContain("secret");
    }

    @Test
    void ipv6AddressesMayHaveBracketsAndAreShownWithThem() {
        GrpcConnectionOptions combiner =
                GrpcConnectionOptions.of("[::1]", 12080).withTls(TlsMode.PLAINTEXT);
        assertThat(combiner.target()).isEqualTo("::1");
        assertThat(combiner.address()).isEqualTo("[::1]:12080");
        assertThatThrownBy(() -> GrpcConnectionOptions.of("h:443", 12080)).hasMessageContaining("without a port");
    }

    @Test
    void aReportIsAListOfChecksInTextAndJson() {
        DoctorReport report = DoctorReport.of(List.of(
                DoctorReport.Check.passed("api name", "localhost is 127.0.0.1", ""),
                DoctorReport.Check.failed("api tls", "certificate expired: CN=h", "renew it", "line 1\nline 2")));

        assertThat(report.ok()).isFalse();
        assertThat(report.toText()).isEqualTo("""
                        ok    api name  localhost is 127.0.0.1
                        FAIL  api tls   certificate expired: CN=h
                              cure: renew it
                              line 1
                              line 2
                        """);
        assertThat(report.toJson())
                .startsWith("[{\"check\": \"api name\", \"ok\": true,")
                .contains("\"detail\": \"line 1\\nline 2\"");
    }

    @Test
    void hostNamesThatAreNotInTheBookAreTaken() {
        for (String host : List.of("h_underscore", "å.example")) {
            try (EdgeClient client = EdgeClient.builder()
                    .api(URI.create("https://" + host))
                    .stateless()
                    .build()) {
                assertThat(client.state()).isEqualTo(ClientState.NEW);
            }
        }
    }
}
