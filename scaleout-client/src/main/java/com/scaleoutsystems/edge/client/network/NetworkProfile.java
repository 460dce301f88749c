package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the client reaches the network. It applies to REST calls, token calls and gRPC. Immutable: each {@code with…} method returns a
 * changed copy.
 *
 * @since 0.1.0
 */
public final class NetworkProfile {

    private static final Duration LEAST_KEEP_ALIVE = Duration.ofMinutes(5);
    private static final int LEAST_MESSAGE_BYTES = 64 << 10;
    private static final int LEAST_METADATA_BYTES = 1 << 10;

    private static final NetworkProfile DEFAULTS = new NetworkProfile(new Values());

    private final Values values;

    private NetworkProfile(Values values) {
        this.values = values;
    }

    private NetworkProfile changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new NetworkProfile(copy);
    }

    /** The values with their defaults. A profile never changes the object that it was made with. */
    private static final class Values {

        TlsSettings tls = TlsSettings.defaults();

        @Nullable
        ProxySettings proxy;

        Duration connectTimeout = Duration.ofSeconds(10);
        Duration callTimeout = Duration.ofSeconds(30);
        Duration idleTimeout = Duration.ofMinutes(2);
        Duration keepAliveInterval = LEAST_KEEP_ALIVE;
        int maxMessageBytes = 64 << 20;
        int maxMetadataBytes = 8 << 10;

        @Nullable
        String authority;

        CombinerTls combinerTls = CombinerTls.AS_ASSIGNED;

        Values() {}

        Values(Values other) {
            tls = other.tls;
            proxy = other.proxy;
            connectTimeout = other.connectTimeout;
            callTimeout = other.callTimeout;
            idleTimeout = other.idleTimeout;
            keepAliveInterval = other.keepAliveInterval;
            maxMessageBytes = other.maxMessageBytes;
            maxMetadataBytes = other.maxMetadataBytes;
            authority = other.authority;
            combinerTls = other.combinerTls;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("tls", tls)
                    .with("proxy", proxy)
                    .with("connectTimeout", connectTimeout)
                    .with("callTimeout", callTimeout)
                    .with("idleTimeout", idleTimeout)
                    .with("keepAliveInterval", keepAliveInterval)
                    .with("maxMessageBytes", maxMessageBytes)
                    .with("maxMetadataBytes", maxMetadataBytes)
                    .with("authority", authority)
                    .with("combinerTls", combinerTls);
        }
    }

    /**
     * The JVM's trusted certificates and proxy, 10 s to connect, 30 s for a call, 2 minutes of silence, a ping every 5 minutes, messages
     * up to 64 MiB, metadata up to 8 KiB, TLS to the combiner as the assignment says.
     *
     * @return the defaults
     */
    public static NetworkProfile defaults() {
        return DEFAULTS;
    }

    /**
     * The certificates that the client trusts, and its own certificate.
     *
     * @return the TLS settings
     */
    public TlsSettings tls() {
        return values.tls;
    }

    /**
     * Changes the TLS settings.
     *
     * @param value what the client trusts and shows
     * @return the changed copy
     */
    public NetworkProfile withTls(TlsSettings value) {
        return changed(copy -> copy.tls = Objects.requireNonNull(value, "tls"));
    }

    /**
     * The HTTP proxy. Without one the JVM's proxy settings apply, as in any Java program.
     *
     * @return the proxy, if one is set
     */
    public Optional<ProxySettings> proxy() {
        return Optional.ofNullable(values.proxy);
    }

    /**
     * Sets the proxy.
     *
     * @param value the HTTP proxy
     * @return the changed copy
     */
    public NetworkProfile withProxy(ProxySettings value) {
        return changed(copy -> copy.proxy = Objects.requireNonNull(value, "proxy"));
    }

    /**
     * Removes the proxy, so that the JVM's proxy settings apply.
     *
     * @return the changed copy
     */
    public NetworkProfile withoutProxy() {
        return changed(copy -> copy.proxy = null);
    }

    /**
     * The longest time to establish a connection.
     *
     * @return the timeout
     */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /**
     * Changes the connect timeout.
     *
     * @param value the longest time to establish a connection
     * @return the changed copy
     */
    public NetworkProfile withConnectTimeout(Duration value) {
        return changed(copy -> copy.connectTimeout = Durations.requirePositive("connectTimeout", value));
    }

    /**
     * The longest time for one call, from its start to its answer. Transfers of models have an idle timeout instead.
     * The client doubts a connection to the combiner after half of this time without a sign of life.
     *
     * @return the timeout
     */
    public Duration callTimeout() {
        return values.callTimeout;
    }

    /**
     * Changes the call timeout.
     *
     * @param value the longest time for one call
     * @return the changed copy
     */
    public NetworkProfile withCallTimeout(Duration value) {
        return changed(copy -> copy.callTimeout = Durations.requirePositive("callTimeout", value));
    }

    /**
     * The longest silence of a record stream that waits for acknowledgements. After it the client opens the stream again.
     *
     * @return the timeout
     */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /**
     * Changes the idle timeout.
     *
     * @param value the longest silence of a stream that waits for acknowledgements
     * @return the changed copy
     */
    public NetworkProfile withIdleTimeout(Duration value) {
        return changed(copy -> copy.idleTimeout = Durations.requirePositive("idleTimeout", value));
    }

    /**
     * The pause between pings on a connection with calls in progress. Without calls there are no pings.
     *
     * @return the interval, at least 5 minutes
     */
    public Duration keepAliveInterval() {
        return values.keepAliveInterval;
    }

    /**
     * Changes the pause between pings. Servers with gRPC's default limits accept 5 minutes and more, and end connections with shorter
     * pauses.
     *
     * @param value at least 5 minutes
     * @return the changed copy
     */
    public NetworkProfile withKeepAliveInterval(Duration value) {
        if (value.compareTo(LEAST_KEEP_ALIVE) < 0) {
            throw new IllegalArgumentException("keepAliveInterval is " + value + "; servers accept 5 minutes and more");
        }
        return changed(copy -> copy.keepAliveInterval = Durations.requirePositive("keepAliveInterval", value));
    }

    /**
     * The largest gRPC message that the client accepts. A chunk of a model is one message.
     *
     * @return the limit in bytes
     */
    public int maxMessageBytes() {
        return values.maxMessageBytes;
    }

    /**
     * Changes the limit for messages.
     *
     * @param value the largest message in bytes, 64 KiB to 2 GiB - 1
     * @return the changed copy
     */
    public NetworkProfile withMaxMessageBytes(int value) {
        return changed(copy -> copy.maxMessageBytes = requireAtLeast("maxMessageBytes", value, LEAST_MESSAGE_BYTES));
    }

    /**
     * The largest metadata of one call that the client accepts.
     *
     * @return the limit in bytes
     */
    public int maxMetadataBytes() {
        return values.maxMetadataBytes;
    }

    /**
     * Changes the limit for metadata.
     *
     * @param value the largest metadata in bytes, at least 1 KiB
     * @return the changed copy
     */
    public NetworkProfile withMaxMetadataBytes(int value) {
        return changed(copy -> copy.maxMetadataBytes = requireAtLeast("maxMetadataBytes", value, LEAST_METADATA_BYTES));
    }

    private static int requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
        }
        return value;
    }

    /**
     * The name that the client sends to the combiner, and that the combiner's certificate must contain, if it is not the host's.
     *
     * @return the name, if one is set
     */
    public Optional<String> authority() {
        return Optional.ofNullable(values.authority);
    }

    /**
     * Sets another name for the combiner than its host's.
     *
     * @param value host name, optionally with a port; not blank
     * @return the changed copy
     */
    public NetworkProfile withAuthority(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("the authority is blank");
        }
        return changed(copy -> copy.authority = value);
    }

    /**
     * Removes the other name for the combiner, so that its host's name applies.
     *
     * @return the changed copy
     */
    public NetworkProfile withoutAuthority() {
        return changed(copy -> copy.authority = null);
    }

    /**
     * Whether the client uses TLS to the combiner.
     *
     * @return the rule
     */
    public CombinerTls combinerTls() {
        return values.combinerTls;
    }

    /**
     * Changes the rule for TLS to the combiner.
     *
     * @param value when to use TLS
     * @return the changed copy
     */
    public NetworkProfile withCombinerTls(CombinerTls value) {
        return changed(copy -> copy.combinerTls = Objects.requireNonNull(value, "combinerTls"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NetworkProfile that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "NetworkProfile" + values.named();
    }
}
