package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.net.Traffic;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.Dialect;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc.CombinerClientStub;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A combiner over gRPC and the messages of the package {@code scaleout}, in whichever dialect of them it speaks. */
final class GrpcTransport implements CombinerTransport {

    private final SharedChannels.Lease channel;
    private final String clientId;
    private final CallIdentity credentials;
    private final UnaryCalls<CombinerClientStub> calls;
    private final PresenceCalls presence;
    private final DialectDetection detection;
    private final RecordStreams recordStreams;
    private final ModelTransfers transfers;

    /**
     * A transport that has called nothing yet.
     *
     * @param detection finds out by the polls which dialect the combiner speaks, where that is not set
     */
    GrpcTransport(TransportParts parts, Function<PollCalls, DialectDetection> detection) {
        NetworkProfile network = parts.connections().profile();
        CombinerAnswers answers =
                new CombinerAnswers(parts.answered(), parts.combiner().address(), parts.env());
        this.clientId = parts.identity().clientId();
        this.credentials = new CallIdentity(parts.identity(), parts.bearer());
        this.channel = parts.channels()
                .lease(
                        parts.combiner(),
                        question -> new WatchedChannel(
                                () -> connection(parts, answers), question, parts.env(), network.callTimeout()),
                        over -> new PresenceCalls(calls(over, network), credentials, parts.identity(), parts.env())
                                .announce(Announcement.VERSION_CHECK));
        this.calls = calls(channel, network);
        this.presence = new PresenceCalls(calls, credentials, parts.identity(), parts.env());
        this.detection = detection.apply(new PollCalls(calls, clientId));
        this.recordStreams = new RecordStreams(channel, credentials, clientId, network.idleTimeout(), parts.env());
        this.transfers = new ModelTransfers(
                channel,
                credentials,
                parts.transfers(),
                parts.bandwidth(),
                parts.models(),
                parts.env().io());
    }

    /** Over the same channel, and with some more metadata. */
    private GrpcTransport(GrpcTransport base, ClientInterceptor more) {
        this.channel = base.channel;
        this.clientId = base.clientId;
        this.credentials = base.credentials;
        this.calls = base.calls.with(more);
        this.presence = base.presence;
        this.detection = base.detection;
        this.recordStreams = base.recordStreams;
        this.transfers = base.transfers.with(more);
    }

    @Override
    public CombinerTransport with(Map<String, String> headers) {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> metadata.put(CallIdentity.key(name), value));
        return new GrpcTransport(this, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private UnaryCalls<CombinerClientStub> calls(Channel over, NetworkProfile network) {
        return new UnaryCalls<>(
                CombinerClientGrpc.newStub(over).withCallCredentials(credentials), network.callTimeout());
    }

    private static WatchedChannel.Connection connection(TransportParts parts, CombinerAnswers answers) {
        Traffic traffic = new Traffic();
        return new WatchedChannel.Connection(
                parts.connections().channel(parts.combiner(), answers, traffic, parts.bandwidth()),
                traffic::read,
                traffic::maxCalls);
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
    public TaskPush subscribe(TaskPush.Receiver receiver) {
        return new LaterTaskPush(
                detection.detected(), receiver, () -> GrpcTaskPush.open(channel, credentials, clientId, receiver));
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        return transfers.download(modelId, progress);
    }

    @Override
    public Transfer<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        return transfers.upload(
                detection.detected().thenApply(dialect -> dialect.takesContainers() || model.isRaw()), model, progress);
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        RecordKind kind = record.traits().kind();
        RecordMessages<?> messages = RecordMessages.of(kind);
        Optional<EdgeException> waiting =
                messages.hasCall() || !detection.dialect().streams(kind)
                        ? Optional.empty()
                        : recordStreams.waiting(kind);
        return waiting.isPresent()
                ? CompletableFuture.failedFuture(waiting.get())
                : messages.send(calls.about(recordId), clientId, record);
    }

    @Override
    public boolean streams(RecordKind kind) {
        return detection.dialect().streams(kind) && recordStreams.mayOpen(kind);
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Receiver receiver) {
        return recordStreams.open(kind, receiver);
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
        channel.close();
    }

    @Override
    public void reconnectNow() {
        channel.connectNow();
    }
}
