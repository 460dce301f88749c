package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TokenCallback;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * How a client joins, beyond where and with which credential.
 *
 * @param combiner the combiner, if the host gave it directly
 * @param networkWait how long a start tries again after failures that may pass; zero for not at all
 * @param computePackageWait how long to wait for a network without a compute package; zero for not at all
 * @param tokens where tokens are kept
 * @param onTokenRefresh called with new tokens
 */
public record JoinSettings(
        Optional<GrpcConnectionOptions> combiner,
        Duration networkWait,
        Duration computePackageWait,
        TokenSettings tokens,
        Optional<TokenCallback> onTokenRefresh) {

    /** An assignment by REST, no waiting, tokens kept as by default. */
    public static JoinSettings defaults() {
        return new JoinSettings(
                Optional.empty(), Duration.ZERO, Duration.ZERO, TokenSettings.defaults(), Optional.empty());
    }
}
