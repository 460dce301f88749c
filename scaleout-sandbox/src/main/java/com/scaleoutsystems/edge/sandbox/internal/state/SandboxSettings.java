package com.scaleoutsystems.edge.sandbox.internal.state;

import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.fault.Abilities;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

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
        int roundsWithModels,
        Optional<FaultPlan> faults,
        Consumer<FaultEvent> faultListener,
        OptionalInt controlPort,
        boolean tls) {

    /** A sandbox serves this machine only. */
    public static final String HOST = "127.0.0.1";

    /** Whether a test may break connections, so that all bytes pass a relay. */
    public boolean relays() {
        return faults.isPresent() || controlPort.isPresent();
    }

    /** What it has that faults can strike. */
    public Abilities abilities() {
        return new Abilities(relays(), tls, authentication);
    }

    public SandboxDialect dialect() {
        return SandboxDialect.of(generation);
    }
}
