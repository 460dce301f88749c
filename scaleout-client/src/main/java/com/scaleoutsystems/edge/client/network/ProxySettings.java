package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Hosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * An HTTP proxy: gRPC and encrypted REST calls pass it by CONNECT, plain REST calls as requests to the proxy.
 *
 * @param host the proxy's host name or address
 * @param port its port
 * @param user the user to log in as; empty for none
 * @param password the user's password
 * @param noProxy what is reached without the proxy: host names (with all that lies under them), addresses, networks such as
 *     {@code 10.0.0.0/8}, or {@code *} for everything
 */
public record ProxySettings(String host, int port, String user, String password, List<String> noProxy) {

    private static final int DEFAULT_PORT = 8080;

    /**
     * Checks the address.
     *
     * @param host the proxy's host name or address
     * @param port its port
     * @param user the user to log in as; empty for none
     * @param password the user's password
     * @param noProxy what is reached without the proxy
     */
    public ProxySettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the proxy has no host");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the proxy's port is " + port + "; expected 1 to 65535");
        }
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        host = Hosts.withoutBrackets(host);
        noProxy = noProxy.stream()
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    /**
     * A proxy without a login.
     *
     * @param host the proxy's host name or address
     * @param port its port
     * @return the settings
     */
    public static ProxySettings of(String host, int port) {
        return new ProxySettings(host, port, "", "", List.of());
    }

    /**
     * A proxy in the usual form.
     *
     * @param url {@code http://[user:password@]host[:port]}; the scheme may be left out, the port is 8080 then
     * @return the settings
     * @throws IllegalArgumentException if the text is no such URL; the message does not repeat it, since it may hold a password
     */
    public static ProxySettings parse(String url) {
        URI parsed;
        try {
            parsed = new URI(url.contains("://") ? url.strip() : "http://" + url.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the proxy is no URL; " + EXPECTED, new URISyntaxException("…", e.getReason()));
        }
        if (!"http".equalsIgnoreCase(parsed.getScheme()) || parsed.getHost() == null) {
            throw new IllegalArgumentException("the proxy's URL has another scheme or no host; " + EXPECTED);
        }
        ProxySettings proxy = of(parsed.getHost(), parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort());
        String login = parsed.getRawUserInfo();
        if (login == null) {
            return proxy;
        }
        int colon = login.indexOf(':');
        return colon < 0
                ? proxy.withLogin(decoded(login), "")
                : proxy.withLogin(decoded(login.substring(0, colon)), decoded(login.substring(colon + 1)));
    }

    private static final String EXPECTED = "expected http://[user:password@]host[:port], a proxy that speaks HTTP";

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * This proxy with a login.
     *
     * @param name the user
     * @param secret the user's password
     * @return the changed copy
     */
    public ProxySettings withLogin(String name, String secret) {
        return new ProxySettings(host, port, name, secret, noProxy);
    }

    /**
     * This proxy, left out for some hosts.
     *
     * @param hosts host names, addresses, networks such as {@code 10.0.0.0/8}, or {@code *}
     * @return the changed copy
     */
    public ProxySettings withNoProxy(List<String> hosts) {
        return new ProxySettings(host, port, user, password, hosts);
    }

    @Override
    public String toString() {
        return "ProxySettings[" + host + ":" + port + (user.isEmpty() ? "" : " with login") + ", noProxy=" + noProxy
                + "]";
    }
}
