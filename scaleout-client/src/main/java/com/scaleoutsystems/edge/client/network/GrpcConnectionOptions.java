package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Hosts;
import java.util.Objects;
import java.util.Optional;

/**
 * How to reach a combiner.
 *
 * @param host the combiner's host name or address
 * @param port its port
 * @param internalHostname its name inside the server's own network; used when {@code host} is empty, or empty
 * @param computePackage which compute package the network asks for, or empty
 * @param helperType how the network's models are encoded, such as {@code numpyhelper}, or empty
 * @param secure whether to use TLS; empty means yes
 */
public record GrpcConnectionOptions(
        String host,
        int port,
        String internalHostname,
        String computePackage,
        String helperType,
        Optional<Boolean> secure) {

    /**
     * Checks that there is a host and a port.
     *
     * @param host the combiner's host name or address
     * @param port its port
     * @param internalHostname its name inside the server's own network; used when {@code host} is empty, or empty
     * @param computePackage which compute package the network asks for, or empty
     * @param helperType how the network's models are encoded, such as {@code numpyhelper}, or empty
     * @param secure whether to use TLS; empty means yes
     */
    public GrpcConnectionOptions {
        Objects.requireNonNull(secure, "secure");
        host = Hosts.withoutBrackets(host);
        internalHostname = Hosts.withoutBrackets(internalHostname);
        requireNoPort(host);
        requireNoPort(internalHostname);
        if (host.isBlank() && internalHostname.isBlank()) {
            throw new IllegalArgumentException("the combiner has neither a host nor an internal host name");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the combiner's port is " + port + "; expected 1 to 65535");
        }
    }

    private static void requireNoPort(String host) {
        int colon = host.indexOf(':');
        if (colon >= 0 && colon == host.lastIndexOf(':')) {
            throw new IllegalArgumentException(
                    "the combiner's host is " + host + "; expected a name or an address, without a port");
        }
    }

    /**
     * A combiner given directly, without an assignment; TLS unless the network profile says otherwise.
     *
     * @param host its host name or address
     * @param port its port
     * @return the options
     */
    public static GrpcConnectionOptions of(String host, int port) {
        return new GrpcConnectionOptions(host, port, "", "", "", Optional.empty());
    }

    /**
     * A combiner given directly, without an assignment.
     *
     * @param host its host name or address; IPv6 with or without brackets
     * @param port its port
     * @param secure whether to use TLS
     * @return the options
     */
    public static GrpcConnectionOptions of(String host, int port, boolean secure) {
        return new GrpcConnectionOptions(host, port, "", "", "", Optional.of(secure));
    }

    /**
     * The host to connect to: the public one, or the internal one if that is all there is.
     *
     * @return the host name or address
     */
    public String target() {
        return host.isBlank() ? internalHostname : host;
    }

    /**
     * Host and port in one text, IPv6 addresses in brackets.
     *
     * @return the address, such as {@code combiner.example.org:443}
     */
    public String address() {
        return Hosts.withPort(target(), port);
    }
}
