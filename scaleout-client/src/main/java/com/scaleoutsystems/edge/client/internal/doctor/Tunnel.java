package com.scaleoutsystems.edge.client.internal.doctor;

import com.scaleoutsystems.edge.client.network.ProxySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import okhttp3.Credentials;

/** Plain connections, direct or through a proxy, to look at what gRPC and OkHttp would only say fails. */
final class Tunnel {

    private static final int MAX_HEAD = 16_384;

    private final Optional<ProxySettings> proxy;
    private final int connectMillis;
    private final int readMillis;

    Tunnel(Optional<ProxySettings> proxy, Duration connectTimeout, Duration readTimeout) {
        this.proxy = proxy;
        this.connectMillis = millis(connectTimeout);
        this.readMillis = millis(readTimeout);
    }

    private static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }

    /** A connection to the first stop: the proxy if there is one, the server otherwise. */
    Socket firstStop(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    proxy.map(stop -> new InetSocketAddress(stop.host(), stop.port()))
                            .orElseGet(() -> new InetSocketAddress(host, port)),
                    connectMillis);
            socket.setSoTimeout(readMillis);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** A connection that ends at the server. */
    Socket open(String host, int port) throws IOException {
        Socket socket = firstStop(host, port);
        if (proxy.isEmpty()) {
            return socket;
        }
        try {
            String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
            String login = proxy.get().user().isEmpty()
                    ? ""
                    : "Proxy-Authorization: "
                            + Credentials.basic(proxy.get().user(), proxy.get().password(), StandardCharsets.UTF_8)
                            + "\r\n";
            socket.getOutputStream()
                    .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + login + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String status = head(socket.getInputStream()).lines().findFirst().orElse("");
            if (!status.matches("HTTP/1\\.[01] 2\\d\\d.*")) {
                throw new IOException("the proxy says: " + status + " (Unexpected response code for CONNECT: "
                        + status.replaceFirst("^\\S+ +(\\d+).*", "$1") + ")");
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Byte by byte, so that nothing of what follows is taken. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < MAX_HEAD) {
            int octet = in.read();
            if (octet < 0) {
                break;
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
