package com.scaleoutsystems.edge.client.internal.join;

import com.scaleoutsystems.edge.client.network.CredentialsCallback;
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
 * @param reassignAfter how long the combiner may stay away before the client asks the API for another one
 * @param computePackageWait how long to wait for a network without a compute package; zero for not at all
 * @param tokens where tokens are kept
 * @param onTokenRefresh called with new tokens
 * @param onCredentialsRejected gives another credential when the server refuses the present one for good
 */
public record JoinSettings(
        Optional<GrpcConnectionOptions> combiner,
        Duration networkWait,
        Duration computePackageWait,
        Duration reassignAfter,
        TokenSettings tokens,
        Optional<TokenCallback> onTokenRefresh,
        Optional<CredentialsCallback> onCredentialsRejected) {

    /** How long a combiner may stay away unless the host says otherwise. */
    public static final Duration REASSIGN_AFTER = Duration.ofSeconds(30);

    /** An assignment by REST, no waiting, tokens kept as by default. */
    public static JoinSettings defaults() {
        return new JoinSettings(
                Optional.empty(),
                Duration.ZERO,
                Duration.ZERO,
                REASSIGN_AFTER,
                TokenSettings.defaults(),
                Optional.empty(),
                Optional.empty());
    }
}
