package com.scaleoutsystems.edge.client;

import java.time.Duration;

/**
 * How the client reaches the network, for REST, token calls and gRPC alike.
 *
 * @param connectTimeout longest time to establish a connection
 * @param callTimeout longest time for one call, from its start to its answer; transfers of models have an idle timeout instead
 * @param keepAliveInterval pause between pings on a connection with calls in progress; servers with gRPC's default limits accept
 *     5 minutes and more, so that is the least
 */
public record NetworkProfile(Duration connectTimeout, Duration callTimeout, Duration keepAliveInterval) {

    /**
     * Checks the ranges.
     *
     * @param connectTimeout longest time to establish a connection
     * @param callTimeout longest time for one call, from its start to its answer; transfers of models have an idle timeout instead
     * @param keepAliveInterval pause between pings on a connection with calls in progress; servers with gRPC's default limits accept 5 minutes and more, so that is the least
     */
    public NetworkProfile {
        Durations.requirePositive("connectTimeout", connectTimeout);
        Durations.requirePositive("callTimeout", callTimeout);
        if (keepAliveInterval.compareTo(Duration.ofMinutes(5)) < 0) {
            throw new IllegalArgumentException(
                    "keepAliveInterval is " + keepAliveInterval + "; servers accept 5 minutes and more");
        }
    }

    /**
     * 10 s to connect, 30 s for a call, a ping every 5 minutes.
     *
     * @return the defaults
     */
    public static NetworkProfile defaults() {
        return new NetworkProfile(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    /**
     * This profile with another connect timeout.
     *
     * @param value the longest time to establish a connection
     * @return the changed copy
     */
    public NetworkProfile withConnectTimeout(Duration value) {
        return new NetworkProfile(value, callTimeout, keepAliveInterval);
    }

    /**
     * This profile with another call timeout.
     *
     * @param value the longest time for one call
     * @return the changed copy
     */
    public NetworkProfile withCallTimeout(Duration value) {
        return new NetworkProfile(connectTimeout, value, keepAliveInterval);
    }
}
