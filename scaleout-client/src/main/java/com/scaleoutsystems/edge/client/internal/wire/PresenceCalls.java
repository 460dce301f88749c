package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Hello;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a client says of itself: that it comes and goes, that it lives, and how much it still has to send. */
final class PresenceCalls {

    private final UnaryCalls<CombinerClientStub> calls;
    private final CallIdentity credentials;
    private final ClientIdentity identity;
    private final Env env;

    PresenceCalls(UnaryCalls<CombinerClientStub> calls, CallIdentity credentials, ClientIdentity identity, Env env) {
        this.calls = calls;
        this.credentials = credentials;
        this.identity = identity;
        this.env = env;
    }

    CompletionStage<Hello> announce(Announcement what) {
        ClientAnnounceRequest request = Messages.announcement(identity, what);
        return calls.<Response>call(
                        "announcing " + what.wireName(), (service, answer) -> service.announce(request, answer))
                .thenApply(answer -> Messages.hello(what, answer, credentials));
    }

    CompletionStage<@Nullable Void> heartbeat(ScaleoutDialect dialect, Duration interval) {
        Heartbeat heartbeat = dialect.heartbeat(identity.clientId(), interval, env::load);
        return calls.<Response>call("the heartbeat", (service, answer) -> service.sendHeartbeat(heartbeat, answer))
                .thenApply(answer -> null);
    }

    /** Does nothing where the dialect has no such report. */
    CompletionStage<@Nullable Void> reportBacklog(
            ScaleoutDialect dialect, long waiting, long dropped, Optional<Duration> oldestAge) {
        Optional<BacklogReport> report = dialect.backlogReport(identity.clientId(), waiting, dropped, oldestAge);
        if (report.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return calls.<Response>call(
                        "the backlog report", (service, answer) -> service.sendBacklogReport(report.get(), answer))
                .thenApply(answer -> null);
    }
}
