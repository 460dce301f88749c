package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.Heartbeat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Releases 1.0.0 and 1.0.1: one task at a time, models without a container, a call for each record. */
final class Scaleout10Dialect extends ScaleoutDialect {

    private static final int HTTPS_PORT = 443;

    @Override
    public String release() {
        return "1.0.1";
    }

    /** Servers of these releases do not say whether their combiner wants TLS: it does if, and only if, its port is 443. */
    @Override
    public GrpcConnectionOptions secured(GrpcConnectionOptions combiner) {
        return combiner.tls() == TlsMode.UNSPECIFIED
                ? combiner.withTls(combiner.port() == HTTPS_PORT ? TlsMode.TLS : TlsMode.PLAINTEXT)
                : combiner;
    }

    @Override
    public boolean sendsBareParameters() {
        return true;
    }

    @Override
    public boolean takesMeasurementsTogether() {
        return true;
    }

    @Override
    CompletionStage<Polled> poll(PollCalls calls, Poll poll) {
        return calls.single(poll);
    }

    @Override
    boolean hasCallFor(Poll poll) {
        return PollCalls.fitsSingle(poll);
    }

    @Override
    boolean takesContainers() {
        return false;
    }

    @Override
    boolean streams(RecordKind kind) {
        return false;
    }

    @Override
    Heartbeat heartbeat(String clientId, Duration interval, Supplier<NodeLoad> load) {
        NodeLoad now = load.get();
        return Heartbeat.newBuilder()
                .setClientId(clientId)
                .setMemoryUtilisation((float) now.memoryPercent())
                .setCpuUtilisation((float) now.cpuPercent())
                .build();
    }

    @Override
    Optional<BacklogReport> backlogReport(String clientId, long waiting, long dropped, Optional<Duration> oldestAge) {
        return Optional.empty();
    }
}
