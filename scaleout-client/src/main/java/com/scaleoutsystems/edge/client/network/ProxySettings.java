package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Hosts;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy. gRPC calls and REST calls with TLS pass the proxy with CONNECT. REST calls without TLS are requests to the proxy.
 *
 * <p>Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class ProxySettings {

    private static final int DEFAULT_PORT = 8080;
    private static final String EXPECTED = "expected http://[user:password@]host[:port], a proxy that speaks HTTP";

    private final Values values;

    private ProxySettings(Values values) {
        this.values = values;
    }

    private ProxySettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new ProxySettings(copy);
    }

    /** The values with their defaults. An object of settings never changes the object that it was made with. */
    private static final class Values {

        final String host;
        final int port;
        String user = "";
        String password = "";
        List<String> noProxy = List.of();

        Values(String host, int port) {
            this.host = host;
            this.port = port;
        }

        Values(Values other) {
            host = other.host;
            port = other.port;
            user = other.user;
            password = other.password;
            noProxy = other.noProxy;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("host", host)
                    .with("port", port)
                    .withSecret("user", user)
                    .withSecret("password", password)
                    .with("noProxy", noProxy);
        }
    }

    /**
     * A proxy without a login.
     *
     * @param host the proxy's host name or address
     * @param port its port
     * @return the settings
     */
    public static ProxySettings of(String host, int port) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the proxy has no host");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the proxy's port is " + port + "; expected 1 to 65535");
        }
        return new ProxySettings(new Values(Hosts.withoutBrackets(host), port));
    }

    /**
     * A proxy in the usual form.
     *
     * @param url {@code http://[user:password@]host[:port]}; without a port, 8080 applies; the scheme may be missing
     * @return the settings
     * @throws IllegalArgumentException if the text is not such a URL; the message does not repeat it, because it may contain a password
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

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * The proxy's host name or address.
     *
     * @return the host, IPv6 without brackets
     */
    public String host() {
        return values.host;
    }

    /**
     * The proxy's port.
     *
     * @return the port
     */
    public int port() {
        return values.port;
    }

    /**
     * The user that the client logs in as.
     *
     * @return the user; empty for no login
     */
    public String user() {
        return values.user;
    }

    /**
     * The user's password.
     *
     * @return the password; empty for no login
     */
    public String password() {
        return values.password;
    }

    /**
     * What the client reaches without the proxy.
     *
     * @return host names (with their subdomains), addresses, networks such as {@code 10.0.0.0/8}, or {@code *} for everything
     */
    public List<String> noProxy() {
        return values.noProxy;
    }

    /**
     * Changes what the client reaches without the proxy.
     *
     * @param hosts host names, addresses, networks such as {@code 10.0.0.0/8}, or {@code *}
     * @return the changed copy
     */
    public ProxySettings withNoProxy(List<String> hosts) {
        List<String> entries = hosts.stream()
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
        return changed(copy -> copy.noProxy = entries);
    }

    /**
     * Logs in at the proxy.
     *
     * @param name the user
     * @param secret the user's password
     * @return the changed copy
     */
    public ProxySettings withLogin(String name, String secret) {
        Objects.requireNonNull(name, "user");
        Objects.requireNonNull(secret, "password");
        return changed(copy -> {
            copy.user = name;
            copy.password = secret;
        });
    }

    /**
     * Removes the login.
     *
     * @return the changed copy
     */
    public ProxySettings withoutLogin() {
        return withLogin("", "");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProxySettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "ProxySettings" + values.named();
    }
}
