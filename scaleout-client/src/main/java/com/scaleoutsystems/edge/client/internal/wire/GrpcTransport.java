package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A combiner over gRPC, in whichever dialect it speaks. */
final class GrpcTransport implements CombinerTransport {

    private final ManagedChannel channel;
    private final ClientIdentity identity;
    private final CallIdentity credentials;
    private final UnaryCalls calls;
    private final Polls polls;
    private final ModelTransfers transfers;
    private final Env env;
    private final NetworkProfile network;
    private final Set<RecordKind> unknownStreams = ConcurrentHashMap.newKeySet();

    /**
     * A transport over a channel, which it owns from now on.
     *
     * @param models where downloads go and what is refused
     * @param generation what the combiner speaks
     * @param network its timeouts hold for calls and streams
     */
    GrpcTransport(
            ManagedChannel channel,
            ClientIdentity identity,
            Bearer bearer,
            Generation generation,
            NetworkProfile network,
            TransferSettings transfer,
            ModelSettings models,
            Env env) {
        this.channel = channel;
        this.identity = identity;
        this.credentials = new CallIdentity(identity, bearer);
        this.calls = new UnaryCalls(channel, credentials, network.callTimeout());
        this.polls = new Polls(calls, identity.clientId(), generation);
        this.env = env;
        this.network = network;
        this.transfers = new ModelTransfers(channel, credentials, transfer, models, env.io());
    }

    @Override
    public CompletionStage<Hello> announce(Announcement what) {
        ClientAnnounceRequest.Builder request = ClientAnnounceRequest.newBuilder()
                .setClientId(identity.clientId())
                .setType(what.wireName());
        if (what == Announcement.VERSION_CHECK) {
            request.setParameters(Json.write("parameters", Map.of("client-version", identity.version())));
        }
        return calls.<Response>call(
                        "announcing " + what.wireName(), (stub, answer) -> stub.announce(request.build(), answer))
                .thenApply(answer -> what == Announcement.VERSION_CHECK
                        ? versionAnswer(answer)
                        : new Hello(true, "", answer.getResponse()));
    }

    private static Hello versionAnswer(Response answer) {
        Map<String, @Nullable Object> parameters =
                Json.readObject("the answer to the version check", answer.getParameters());
        return new Hello(
                Boolean.TRUE.equals(parameters.get("success")),
                parameters.get("version") instanceof String version ? version : "",
                answer.getResponse());
    }

    @Override
    public Dialect generation() {
        return polls.dialect();
    }

    @Override
    public boolean knowsGeneration() {
        return polls.knowsDialect();
    }

    @Override
    public CompletionStage<Polled> poll(Poll poll) {
        return polls.poll(poll);
    }

    @Override
    public TaskPush subscribe(TaskPush.Events events) {
        return new LaterTaskPush(
                polls.learned(), () -> GrpcTaskPush.open(channel, credentials, identity.clientId(), events));
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        Transfer<ReceivedModel> download = transfers.download(modelId, progress);
        return new Transfer<>(calls.refreshing(download.result()), download.cancellation());
    }

    @Override
    public CompletionStage<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        CompletionStage<@Nullable Void> upload = polls.learned()
                .thenCompose(dialect -> dialect == Dialect.V1_0 && !model.isRaw()
                        ? transfers.uploadBare(model, progress)
                        : transfers.upload(model, progress));
        return calls.refreshing(upload);
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        String id = identity.clientId();
        return switch (record.recordKind()) {
            case MODEL_UPDATE ->
                calls.acknowledged(
                        "announcing a model update",
                        (stub, answer) -> stub.sendModelUpdate(
                                Messages.modelUpdate(id, (RecordBody.ModelUpdate) record), answer));
            case MODEL_VALIDATION ->
                calls.acknowledged(
                        "sending a validation",
                        (stub, answer) -> stub.sendModelValidation(
                                Messages.modelValidation(id, (RecordBody.Validation) record), answer));
            case MODEL_PREDICTION ->
                calls.acknowledged(
                        "sending a prediction",
                        (stub, answer) -> stub.sendModelPrediction(
                                Messages.modelPrediction(id, (RecordBody.Prediction) record), answer));
            case MODEL_METRIC ->
                calls.acknowledged(
                        "sending metrics",
                        (stub, answer) ->
                                stub.sendModelMetric(Messages.modelMetric(id, (RecordBody.Metric) record), answer));
            case STATUS ->
                calls.acknowledged(
                        "sending a status",
                        (stub, answer) -> stub.sendStatus(Messages.status(id, (RecordBody.StatusLine) record), answer));
            case TELEMETRY_RECORD ->
                calls.acknowledged(
                        "sending telemetry",
                        (stub, answer) -> stub.sendTelemetryMessage(
                                Messages.telemetryMessage(id, (RecordBody.Telemetry) record), answer));
            case ATTRIBUTE_RECORD ->
                calls.acknowledged(
                        "sending attributes",
                        (stub, answer) -> stub.sendAttributeMessage(
                                Messages.attributeMessage(id, (RecordBody.Attribute) record), answer));
            case INFERENCE_RESULT ->
                CompletableFuture.failedFuture(new EdgeException(
                        ErrorCode.UNIMPLEMENTED, "this combiner takes no results of inference; it needs release 1.1"));
        };
    }

    @Override
    public boolean streams(RecordKind kind) {
        return polls.dialect() == Dialect.V1_1 && !unknownStreams.contains(kind);
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Events events) {
        return new WatchedStream(
                env.strand("acknowledgements"),
                network.idleTimeout(),
                new LearningEvents(kind, events),
                watch -> GrpcRecordStream.open(
                        CombinerClientGrpc.newStub(channel).withCallCredentials(credentials),
                        kind,
                        identity.clientId(),
                        watch));
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        Heartbeat.Builder heartbeat = Heartbeat.newBuilder().setClientId(identity.clientId());
        if (polls.dialect() == Dialect.V1_0) {
            NodeLoad load = env.load();
            heartbeat.setMemoryUtilisation((float) load.memoryPercent()).setCpuUtilisation((float) load.cpuPercent());
        } else {
            heartbeat.setHeartbeatIntervalMs(Polls.milliseconds(interval));
        }
        return calls.acknowledged("the heartbeat", (stub, answer) -> stub.sendHeartbeat(heartbeat.build(), answer));
    }

    @Override
    public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
        if (polls.dialect() == Dialect.V1_0) {
            // The first generation has no such call.
            return CompletableFuture.completedFuture(null);
        }
        BacklogReport.Builder report = BacklogReport.newBuilder()
                .setClientId(identity.clientId())
                .setBacklogTotal(saturated(waiting))
                .setBacklogDroppedTotal(saturated(dropped));
        oldestAge.ifPresent(age -> report.setBacklogOldestAgeMs((float) age.toMillis()));
        return calls.acknowledged(
                "the backlog report", (stub, answer) -> stub.sendBacklogReport(report.build(), answer));
    }

    private static int saturated(long count) {
        return (int) Math.min(Integer.MAX_VALUE, count);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    @Override
    public void reconnectNow() {
        channel.resetConnectBackoff();
    }

    /** Remembers which streams this combiner does not know. */
    private final class LearningEvents implements RecordStream.Events {

        private final RecordKind kind;
        private final RecordStream.Events events;

        LearningEvents(RecordKind kind, RecordStream.Events events) {
            this.kind = kind;
            this.events = events;
        }

        @Override
        public void acknowledged(List<String> recordIds) {
            events.acknowledged(recordIds);
        }

        @Override
        public void ended(EdgeException reason) {
            if (reason.code() == ErrorCode.UNIMPLEMENTED) {
                unknownStreams.add(kind);
            } else if (reason.code() == ErrorCode.UNAUTHENTICATED) {
                credentials.refused();
            }
            events.ended(reason);
        }
    }
}
