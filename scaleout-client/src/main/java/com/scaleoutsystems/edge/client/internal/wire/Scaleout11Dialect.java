package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Polled;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.Heartbeat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Releases 1.0.2 and later: many tasks at a time, models in containers, streams of records. */
final class Scaleout11Dialect extends ScaleoutDialect {

    @Override
    public String release() {
        return "1.1.0";
    }

    @Override
    public GrpcConnectionOptions secured(GrpcConnectionOptions combiner) {
        return combiner;
    }

    @Override
    public boolean sendsBareParameters() {
        return false;
    }

    @Override
    public boolean takesMeasurementsTogether() {
        return false;
    }

    @Override
    CompletionStage<Polled> poll(PollCalls calls, Poll poll) {
        return calls.all(poll);
    }

    @Override
    boolean hasCallFor(Poll poll) {
        return true;
    }

    @Override
    boolean takesContainers() {
        return true;
    }

    @Override
    boolean streams(RecordKind kind) {
        return true;
    }

    @Override
    Heartbeat heartbeat(String clientId, Duration interval, Supplier<NodeLoad> load) {
        return Heartbeat.newBuilder()
                .setClientId(clientId)
                .setHeartbeatIntervalMs(Messages.milliseconds(interval))
                .build();
    }

    @Override
    Optional<BacklogReport> backlogReport(String clientId, long waiting, long dropped, Optional<Duration> oldestAge) {
        BacklogReport.Builder report = BacklogReport.newBuilder()
                .setClientId(clientId)
                .setBacklogTotal(saturated(waiting))
                .setBacklogDroppedTotal(saturated(dropped));
        oldestAge.ifPresent(age -> report.setBacklogOldestAgeMs((float) age.toMillis()));
        return Optional.of(report.build());
    }

    private static int saturated(long count) {
        return (int) Math.min(Integer.MAX_VALUE, count);
    }
}
