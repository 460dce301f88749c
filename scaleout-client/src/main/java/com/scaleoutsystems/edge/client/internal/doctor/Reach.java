package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import com.scaleoutsystems.edge.client.internal.net.TlsMaterial;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Whether one server can be reached: its name, its port, the way through a proxy, its certificates, its protocol. */
final class Reach {

    /** How long a server may take to hang up on a client without a certificate. */
    private static final int AFTERTHOUGHT_MILLIS = 300;

    private final String what;
    private final String host;
    private final int port;
    private final Optional<ProxySettings> proxy;
    private final Findings findings;
    private final Tunnel tunnel;

    /**
     * A look at one server.
     *
     * @param what names it in the report, such as {@code api}
     * @param proxy what stands in between
     */
    Reach(
            String what,
            String host,
            int port,
            NetworkProfile profile,
            Optional<ProxySettings> proxy,
            Findings findings) {
        this.what = what;
        this.host = host;
        this.port = port;
        this.proxy = proxy;
        this.findings = findings;
        this.tunnel = new Tunnel(proxy, profile.connectTimeout(), profile.callTimeout());
    }

    private String target() {
        return host + ":" + port;
    }

    /** Name, port, and the way through the proxy. */
    boolean connects() {
        String first = proxy.map(ProxySettings::host).orElse(host);
        String name = proxy.isPresent() ? what + " proxy name" : what + " name";
        if (!resolves(name, first)) {
            return false;
        }
        String stop = proxy.map(found -> found.host() + ":" + found.port()).orElse(target());
        String check = proxy.isPresent() ? what + " proxy port" : what + " port";
        try {
            tunnel.firstStop(host, port).close();
            findings.ok(check, stop + " accepts connections");
        } catch (IOException e) {
            return findings.failure(check, stop, e);
        }
        if (proxy.isEmpty()) {
            return true;
        }
        try {
            tunnel.open(host, port).close();
            return findings.ok(what + " proxy", "the proxy connects to " + target());
        } catch (IOException e) {
            return findings.failure(what + " proxy", stop + " on the way to " + target(), e);
        }
    }

    private boolean resolves(String check, String name) {
        try {
            String addresses = Arrays.stream(InetAddress.getAllByName(name))
                    .map(InetAddress::getHostAddress)
                    .collect(Collectors.joining(", "));
            return findings.ok(check, name + " is " + addresses);
        } catch (UnknownHostException e) {
            return findings.failure(check, name, e);
        }
    }

    /**
     * Certificates and protocol.
     *
     * @param certified the name that the certificate must be for
     * @param protocols what is offered, the best first; the first one must be spoken if it is the only one
     */
    boolean speaksTls(TlsMaterial tls, String certified, Instant now, String... protocols) {
        try (SSLSocket socket = handshake(tls.context(), certified, true, protocols)) {
            List<X509Certificate> chain = chain(socket);
            ChainExamination examination = new ChainExamination(chain, new X509Certificate[0], now);
            findings.ok(
                    what + " tls",
                    socket.getSession().getProtocol() + ", certificate for " + ChainExamination.names(chain.get(0))
                            + ", valid until "
                            + ChainExamination.day(chain.get(0).getNotAfter()),
                    examination.text());
            return speaks(socket, protocols);
        } catch (IOException e) {
            return untrusted(tls, certified, now, e, protocols);
        }
    }

    private boolean speaks(SSLSocket socket, String[] protocols) {
        String spoken = socket.getApplicationProtocol();
        if (protocols.length == 1 && !protocols[0].equals(spoken)) {
            return noHttp2("it agreed to " + (spoken.isEmpty() ? "nothing" : spoken));
        }
        return protocols.length > 1 || findings.ok(what + " http2", target() + " speaks HTTP/2");
    }

    private boolean noHttp2(String detail) {
        return findings.fault(
                what + " http2",
                "no HTTP/2 at this port: " + target() + " did not agree to it (ALPN)",
                "check host and port; a proxy or load balancer in front of the server must pass HTTP/2 on",
                detail);
    }

    private SSLSocket handshake(SSLContext context, String certified, boolean verify, String... protocols)
            throws IOException {
        Socket plain = tunnel.open(host, port);
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, certified, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            if (verify) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (verify) {
                hearOut(socket);
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** By TLS 1.3 a server refuses a client's certificate, or its lack, only after the handshake. */
    private void hearOut(SSLSocket socket) throws IOException {
        socket.setSoTimeout(AFTERTHOUGHT_MILLIS);
        try {
            if (socket.getInputStream().read() < 0) {
                throw new IOException("unexpected end of stream: the server hung up after the handshake");
            }
        } catch (SocketTimeoutException silent) {
            // It is content.
        }
    }

    /** The handshake failed. If it was for the certificates, a second one that checks nothing, and sends nothing, shows them. */
    private boolean untrusted(TlsMaterial tls, String certified, Instant now, IOException failure, String[] protocols) {
        if (!(failure instanceof javax.net.ssl.SSLException)) {
            return findings.failure(what + " tls", target(), failure);
        }
        if (String.valueOf(failure.getMessage()).contains("no_application_protocol")) {
            return noHttp2(String.valueOf(failure.getMessage()));
        }
        try (SSLSocket socket = handshake(looking(), certified, false, protocols)) {
            ChainExamination examination =
                    new ChainExamination(chain(socket), tls.trustManager().getAcceptedIssuers(), now);
            Optional<ConnectionFault> fault = examination.fault(certified, failure);
            if (fault.isPresent()) {
                return findings.fault(
                        what + " tls", fault.get().finding(), fault.get().cure(), examination.text());
            }
        } catch (IOException | GeneralSecurityException noHandshakeAtAll) {
            // Then the first failure has to do.
        }
        return findings.failure(what + " tls", target(), failure);
    }

    private static SSLContext looking() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        return context;
    }

    private static List<X509Certificate> chain(SSLSocket socket) throws IOException {
        Certificate[] shown = socket.getSession().getPeerCertificates();
        return Arrays.stream(shown)
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }
}
