package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Hosts;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a combiner. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class GrpcConnectionOptions {

    private final Values values;

    private GrpcConnectionOptions(Values values) {
        this.values = values;
    }

    private GrpcConnectionOptions changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new GrpcConnectionOptions(copy);
    }

    /** The values with their defaults. An object of options never changes the object that it was made with. */
    private static final class Values {

        final String host;
        final int port;
        String internalHostname = "";
        String computePackage = "";
        String helperType = "";
        TlsMode tls = TlsMode.UNSPECIFIED;

        Values(String host, int port) {
            this.host = host;
            this.port = port;
        }

        Values(Values other) {
            host = other.host;
            port = other.port;
            internalHostname = other.internalHostname;
            computePackage = other.computePackage;
            helperType = other.helperType;
            tls = other.tls;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("host", host)
                    .with("port", port)
                    .with("internalHostname", internalHostname)
                    .with("computePackage", computePackage)
                    .with("helperType", helperType)
                    .with("tls", tls);
        }
    }

    /**
     * A combiner at a host and a port.
     *
     * @param host its host name or address; IPv6 with or without brackets
     * @param port its port
     * @return the options
     */
    public static GrpcConnectionOptions of(String host, int port) {
        return at(checked(host), "", port);
    }

    /**
     * A combiner whose name is known only inside the server's network.
     *
     * @param internalHostname its host name or address there; IPv6 with or without brackets
     * @param port its port
     * @return the options
     */
    public static GrpcConnectionOptions ofInternal(String internalHostname, int port) {
        return at("", checked(internalHostname), port);
    }

    private static GrpcConnectionOptions at(String host, String internalHostname, int port) {
        if (host.isBlank() && internalHostname.isBlank()) {
            throw new IllegalArgumentException("the combiner has neither a host nor an internal host name");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the combiner's port is " + port + "; expected 1 to 65535");
        }
        Values values = new Values(host, port);
        values.internalHostname = internalHostname;
        return new GrpcConnectionOptions(values);
    }

    private static String checked(String given) {
        String host = Hosts.withoutBrackets(given);
        int colon = host.indexOf(':');
        if (colon >= 0 && colon == host.lastIndexOf(':')) {
            throw new IllegalArgumentException(
                    "the combiner's host is " + host + "; expected a name or an address, without a port");
        }
        return host;
    }

    /**
     * The combiner's host name or address.
     *
     * @return the host, IPv6 without brackets; empty if the combiner has an internal name only
     */
    public String host() {
        return values.host;
    }

    /**
     * The combiner's port.
     *
     * @return the port
     */
    public int port() {
        return values.port;
    }

    /**
     * The combiner's name inside the server's network. The client uses it if there is no other.
     *
     * @return the name, or empty
     */
    public String internalHostname() {
        return values.internalHostname;
    }

    /**
     * Changes the combiner's name inside the server's network.
     *
     * @param value host name or address
     * @return the changed copy
     */
    public GrpcConnectionOptions withInternalHostname(String value) {
        return changed(copy -> copy.internalHostname = checked(value));
    }

    /**
     * The compute package that the network requires.
     *
     * @return the package, or empty
     */
    public String computePackage() {
        return values.computePackage;
    }

    /**
     * Changes the compute package.
     *
     * @param value the package that the network requires
     * @return the changed copy
     */
    public GrpcConnectionOptions withComputePackage(String value) {
        return changed(copy -> copy.computePackage = Objects.requireNonNull(value, "computePackage"));
    }

    /**
     * How the network's models are encoded, such as {@code numpyhelper}.
     *
     * @return the type, or empty
     */
    public String helperType() {
        return values.helperType;
    }

    /**
     * Changes how the network's models are encoded.
     *
     * @param value such as {@code numpyhelper}
     * @return the changed copy
     */
    public GrpcConnectionOptions withHelperType(String value) {
        return changed(copy -> copy.helperType = Objects.requireNonNull(value, "helperType"));
    }

    /**
     * Whether the combiner uses TLS. {@link NetworkProfile#combinerTls()} decides whether the client follows it.
     *
     * @return the mode
     */
    public TlsMode tls() {
        return values.tls;
    }

    /**
     * Changes whether the combiner uses TLS.
     *
     * @param value the mode
     * @return the changed copy
     */
    public GrpcConnectionOptions withTls(TlsMode value) {
        return changed(copy -> copy.tls = Objects.requireNonNull(value, "tls"));
    }

    /**
     * The host to connect to: {@link #host()}, or {@link #internalHostname()} if there is no host.
     *
     * @return the host name or address
     */
    public String target() {
        return values.host.isBlank() ? values.internalHostname : values.host;
    }

    /**
     * Host and port in one text, IPv6 addresses in brackets.
     *
     * @return the address, such as {@code combiner.example.org:443}
     */
    public String address() {
        return Hosts.withPort(target(), values.port);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GrpcConnectionOptions that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "GrpcConnectionOptions" + values.named();
    }
}
