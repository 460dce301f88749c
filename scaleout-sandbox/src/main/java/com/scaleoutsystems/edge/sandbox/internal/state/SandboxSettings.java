package com.scaleoutsystems.edge.sandbox.internal.state;

import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/** The settings of a sandbox as the builder left them; {@code SandboxBuilder} says what each means. */
public record SandboxSettings(
        int restPort,
        int grpcPort,
        boolean authentication,
        Duration accessTokenLifetime,
        String helperType,
        boolean requireComputePackage,
        Set<String> incompatibleVersions,
        int recordAckBatch,
        Duration recordAckDelay,
        int downloadChunkSize,
        SandboxGeneration generation,
        long seed,
        Clock clock,
        int recordedCalls,
        long recordedBytes,
        int roundsWithModels) {

    /** A sandbox serves this machine only. */
    public static final String HOST = "127.0.0.1";

    public SandboxDialect dialect() {
        return SandboxDialect.of(generation);
    }
}
