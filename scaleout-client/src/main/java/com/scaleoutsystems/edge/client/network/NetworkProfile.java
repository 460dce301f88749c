package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How the client reaches the network, for REST, token calls and gRPC alike.
 *
 * @param tls what is trusted and shown when a connection is encrypted
 * @param proxy the HTTP proxy; without one the JVM's own proxy settings hold, as for any Java program
 * @param connectTimeout longest time to establish a connection
 * @param callTimeout longest time for one call, from its start to its answer; transfers of models have an idle timeout instead
 * @param idleTimeout longest silence of a record stream that waits for acknowledgements; after it the stream is opened anew
 * @param keepAliveInterval pause between pings on a connection with calls in progress; there are none without calls. Servers with gRPC's
 *     default limits accept 5 minutes and more and hang up on others, so that is the least
 * @param maxMessageBytes the largest gRPC message that is accepted, 64 KiB to 2 GiB - 1; a chunk of a model is one message
 * @param maxMetadataBytes the largest metadata of one call that is accepted, at least 1 KiB
 * @param authority the name that the combiner is asked for and its certificate is checked against, where it is not the host's
 * @param combinerTls whether the combiner is reached by TLS
 */
public record NetworkProfile(
        TlsSettings tls,
        Optional<ProxySettings> proxy,
        Duration connectTimeout,
        Duration callTimeout,
        Duration idleTimeout,
        Duration keepAliveInterval,
        int maxMessageBytes,
        int maxMetadataBytes,
        Optional<String> authority,
        CombinerTls combinerTls) {

    private static final Duration LEAST_KEEP_ALIVE = Duration.ofMinutes(5);
    private static final int LEAST_MESSAGE_BYTES = 64 << 10;
    private static final int LEAST_METADATA_BYTES = 1 << 10;

    /**
     * Checks the ranges.
     *
     * @param tls what is trusted and shown when a connection is encrypted
     * @param proxy the HTTP proxy; without one the JVM's own proxy settings hold, as for any Java program
     * @param connectTimeout longest time to establish a connection
     * @param callTimeout longest time for one call, from its start to its answer; transfers of models have an idle timeout instead
     * @param idleTimeout longest silence of a record stream that waits for acknowledgements; after it the stream is opened anew
     * @param keepAliveInterval pause between pings on a connection with calls in progress; there are none without calls. Servers with gRPC's
     *     default limits accept 5 minutes and more and hang up on others, so that is the least
     * @param maxMessageBytes the largest gRPC message that is accepted, 64 KiB to 2 GiB - 1; a chunk of a model is one message
     * @param maxMetadataBytes the largest metadata of one call that is accepted, at least 1 KiB
     * @param authority the name that the combiner is asked for and its certificate is checked against, where it is not the host's
     * @param combinerTls whether the combiner is reached by TLS
     */
    public NetworkProfile {
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(proxy, "proxy");
        Objects.requireNonNull(combinerTls, "combinerTls");
        Durations.requirePositive("connectTimeout", connectTimeout);
        Durations.requirePositive("callTimeout", callTimeout);
        Durations.requirePositive("idleTimeout", idleTimeout);
        if (keepAliveInterval.compareTo(LEAST_KEEP_ALIVE) < 0) {
            throw new IllegalArgumentException(
                    "keepAliveInterval is " + keepAliveInterval + "; servers accept 5 minutes and more");
        }
        requireAtLeast("maxMessageBytes", maxMessageBytes, LEAST_MESSAGE_BYTES);
        requireAtLeast("maxMetadataBytes", maxMetadataBytes, LEAST_METADATA_BYTES);
        if (authority.isPresent() && authority.get().isBlank()) {
            throw new IllegalArgumentException("the authority is blank");
        }
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
        }
    }

    /**
     * The JVM's trusted certificates and proxy, 10 s to connect, 30 s for a call, 2 minutes of silence, a ping every 5 minutes, messages
     * up to 64 MiB, metadata up to 8 KiB, TLS to the combiner as the assignment says.
     *
     * @return the defaults
     */
    public static NetworkProfile defaults() {
        return new NetworkProfile(
                TlsSettings.defaults(),
                Optional.empty(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                LEAST_KEEP_ALIVE,
                64 << 20,
                8 << 10,
                Optional.empty(),
                CombinerTls.AS_ASSIGNED);
    }

    /**
     * This profile with other TLS settings.
     *
     * @param value what to trust and to show
     * @return the changed copy
     */
    public NetworkProfile withTls(TlsSettings value) {
        return new NetworkProfile(
                value,
                proxy,
                connectTimeout,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with a proxy.
     *
     * @param value the HTTP proxy
     * @return the changed copy
     */
    public NetworkProfile withProxy(ProxySettings value) {
        return new NetworkProfile(
                tls,
                Optional.of(value),
                connectTimeout,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with another connect timeout.
     *
     * @param value the longest time to establish a connection
     * @return the changed copy
     */
    public NetworkProfile withConnectTimeout(Duration value) {
        return new NetworkProfile(
                tls,
                proxy,
                value,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with another call timeout.
     *
     * @param value the longest time for one call
     * @return the changed copy
     */
    public NetworkProfile withCallTimeout(Duration value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                value,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with another idle timeout.
     *
     * @param value the longest silence of a stream that waits for acknowledgements
     * @return the changed copy
     */
    public NetworkProfile withIdleTimeout(Duration value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                callTimeout,
                value,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with another interval between pings.
     *
     * @param value at least 5 minutes
     * @return the changed copy
     */
    public NetworkProfile withKeepAliveInterval(Duration value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                callTimeout,
                idleTimeout,
                value,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with another limit for messages.
     *
     * @param value the largest message in bytes
     * @return the changed copy
     */
    public NetworkProfile withMaxMessageBytes(int value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                value,
                maxMetadataBytes,
                authority,
                combinerTls);
    }

    /**
     * This profile with another limit for metadata.
     *
     * @param value the largest metadata in bytes
     * @return the changed copy
     */
    public NetworkProfile withMaxMetadataBytes(int value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                value,
                authority,
                combinerTls);
    }

    /**
     * This profile with another name for the combiner.
     *
     * @param value host name, with a port if need be
     * @return the changed copy
     */
    public NetworkProfile withAuthority(String value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                Optional.of(value),
                combinerTls);
    }

    /**
     * This profile with a rule for TLS to the combiner.
     *
     * @param value when to use TLS
     * @return the changed copy
     */
    public NetworkProfile withCombinerTls(CombinerTls value) {
        return new NetworkProfile(
                tls,
                proxy,
                connectTimeout,
                callTimeout,
                idleTimeout,
                keepAliveInterval,
                maxMessageBytes,
                maxMetadataBytes,
                authority,
                value);
    }
}
