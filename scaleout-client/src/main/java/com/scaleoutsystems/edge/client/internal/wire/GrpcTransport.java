package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
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
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A combiner over gRPC and the messages of the package {@code scaleout}, in whichever dialect of them it speaks. */
final class GrpcTransport implements CombinerTransport {

    private final ManagedChannel channel;
    private final String clientId;
    private final CallIdentity credentials;
    private final UnaryCalls<CombinerClientStub> calls;
    private final PresenceCalls presence;
    private final DialectDetection detection;
    private final RecordCalls recordCalls;
    private final RecordStreams recordStreams;
    private final ModelTransfers transfers;

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
        this.clientId = identity.clientId();
        this.credentials = new CallIdentity(identity, bearer);
        this.calls = new UnaryCalls<>(CombinerClientGrpc.newStub(channel), credentials, network.callTimeout());
        this.presence = new PresenceCalls(calls, identity, env);
        this.detection = Dialects.detection(generation, new PollCalls(calls, clientId));
        this.recordCalls = new RecordCalls(calls, clientId);
        this.recordStreams = new RecordStreams(channel, credentials, clientId, network.idleTimeout(), env);
        this.transfers = new ModelTransfers(channel, credentials, transfer, models, env.io());
    }

    @Override
    public CompletionStage<Hello> announce(Announcement what) {
        return presence.announce(what);
    }

    @Override
    public Dialect dialect() {
        return detection.dialect();
    }

    @Override
    public boolean knowsDialect() {
        return detection.knowsDialect();
    }

    @Override
    public CompletionStage<Polled> poll(Poll poll) {
        return detection.poll(poll);
    }

    @Override
    public TaskPush subscribe(TaskPush.Events events) {
        return new LaterTaskPush(detection.detected(), () -> GrpcTaskPush.open(channel, credentials, clientId, events));
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        Transfer<ReceivedModel> download = transfers.download(modelId, progress);
        return new Transfer<>(calls.refreshing(download.result()), download.cancellation());
    }

    @Override
    public CompletionStage<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        CompletionStage<@Nullable Void> upload = detection
                .detected()
                .thenCompose(dialect -> dialect.takesContainers() || model.isRaw()
                        ? transfers.upload(model, progress)
                        : transfers.uploadBare(model, progress));
        return calls.refreshing(upload);
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        return recordCalls.send(record);
    }

    @Override
    public boolean streams(RecordKind kind) {
        return detection.dialect().streams(kind) && recordStreams.mayHave(kind);
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Events events) {
        return recordStreams.open(kind, events);
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        return presence.heartbeat(detection.dialect(), interval);
    }

    @Override
    public CompletionStage<@Nullable Void> reportBacklog(long waiting, long dropped, Optional<Duration> oldestAge) {
        return presence.reportBacklog(detection.dialect(), waiting, dropped, oldestAge);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    @Override
    public void reconnectNow() {
        channel.resetConnectBackoff();
    }
}
