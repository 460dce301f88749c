package com.scaleoutsystems.edge.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

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

    @Test
    void failuresThatSuppressEachOtherAreLookedAtOnce() {
        SocketException first = new SocketException("first");
        SocketException second = new SocketException("second");
        first.addSuppressed(second);
        second.addSuppressed(first);

        assertThat(ConnectionFault.of(first)).isEmpty();
    }
}
