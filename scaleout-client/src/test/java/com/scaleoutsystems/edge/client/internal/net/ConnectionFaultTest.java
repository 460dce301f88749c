package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the failures that depend on who is faster, the server with its answer or the client with its request. */
class ConnectionFaultTest {

    @Test
    void theAlertBehindABrokenWriteIsFound() {
        SocketException broken = new SocketException("Broken pipe");
        broken.addSuppressed(new SSLHandshakeException("Received fatal alert: certificate_required"));

        assertThat(ConnectionFault.describe(broken)).startsWith("the server wants another client certificate");
    }

    @Test
    void aConnectionThatTheServerClosedBeforeTheRequestMayWantAClientCertificate() {
        assertThat(ConnectionFault.describe(new SocketException("Connection or outbound has closed")))
                .startsWith("the server hung up")
                .contains("client certificate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed ALPN negotiation: Unable to find compatible protocol",
                "Received fatal alert: no_application_protocol",
                "error:10000460:SSL routines:OPENSSL_internal:TLSV1_ALERT_NO_APPLICATION_PROTOCOL"
            })
    void aProxyThatSpeaksHttp1OnlyIsNamed(String text) {
        assertThat(ConnectionFault.ofText(text))
                .hasValueSatisfying(fault -> assertThat(fault.finding()).isEqualTo("no HTTP/2 at this port"));
        assertThat(ConnectionFault.describe(new SSLHandshakeException(text))).startsWith("no HTTP/2 at this port");
    }

    @Test
    void failuresThatSuppressEachOtherAreLookedAtOnce() {
        SocketException first = new SocketException("first");
        SocketException second = new SocketException("second");
        first.addSuppressed(second);
        second.addSuppressed(first);

        assertThat(ConnectionFault.of(first)).isEmpty();
    }
}
