package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.TransferSettings;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Json;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.CombinerDirective;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A combiner of the current generation (1.1) over gRPC. */
public final class GrpcTransport implements CombinerTransport {

    private final ManagedChannel channel;
    private final ClientIdentity identity;
    private final CallIdentity credentials;
    private final Duration callTimeout;
    private final ModelTransfers transfers;

    /**
     * A transport over a channel, which it owns from now on.
     *
     * @param models where downloads go and what is refused
     * @param callTimeout the deadline of each call but transfers and streams
     */
    public GrpcTransport(
            ManagedChannel channel,
            ClientIdentity identity,
            Bearer bearer,
            Duration callTimeout,
            TransferSettings transfer,
            ModelSettings models,
            Env env) {
        this.channel = channel;
        this.identity = identity;
        this.credentials = new CallIdentity(identity, bearer);
        this.callTimeout = callTimeout;
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
        return this.<Response>call(
                        "announcing " + what.wireName(), (calls, answer) -> calls.announce(request.build(), answer))
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
    public CompletionStage<List<TaskRequest>> poll(Poll poll) {
        ClientReport.Builder report = ClientReport.newBuilder()
                .setClientId(identity.clientId())
                .setPollIntervalMs(milliseconds(poll.interval()))
                .setSkipPollingTasks(poll.skipTasks());
        poll.reports().forEach(task -> report.addReports(Messages.activityReport(identity.clientId(), task)));
        return this.<CombinerDirective>call(
                        "polling", (calls, answer) -> calls.pollAndReportAsync(report.build(), answer))
                .thenApply(directive -> directive.getTasksList().stream()
                        .map(Messages::taskRequest)
                        .toList());
    }

    @Override
    public Transfer<ReceivedModel> download(String modelId, LongConsumer progress) {
        Transfer<ReceivedModel> download = transfers.download(modelId, progress);
        return new Transfer<>(refreshing(download.result()), download.cancellation());
    }

    @Override
    public CompletionStage<@Nullable Void> upload(ScaleoutModel model, LongConsumer progress) {
        return refreshing(transfers.upload(model, progress));
    }

    @Override
    public CompletionStage<@Nullable Void> send(String recordId, RecordBody record) {
        String id = identity.clientId();
        if (record instanceof RecordBody.ModelUpdate update) {
            return acknowledged(
                    "announcing a model update",
                    (calls, answer) -> calls.sendModelUpdate(Messages.modelUpdate(id, update), answer));
        }
        if (record instanceof RecordBody.Validation validation) {
            return acknowledged(
                    "sending a validation",
                    (calls, answer) -> calls.sendModelValidation(Messages.modelValidation(id, validation), answer));
        }
        if (record instanceof RecordBody.Metric metric) {
            return acknowledged(
                    "sending metrics",
                    (calls, answer) -> calls.sendModelMetric(Messages.modelMetric(id, metric), answer));
        }
        if (record instanceof RecordBody.StatusLine status) {
            return acknowledged(
                    "sending a status", (calls, answer) -> calls.sendStatus(Messages.status(id, status), answer));
        }
        return CompletableFuture.failedFuture(new EdgeException(
                ErrorCode.UNIMPLEMENTED, "records of the kind " + record.recordKind() + " travel on streams only"));
    }

    @Override
    public RecordStream open(RecordKind kind, RecordStream.Events events) {
        return GrpcRecordStream.open(
                CombinerClientGrpc.newStub(channel).withCallCredentials(credentials),
                kind,
                identity.clientId(),
                events);
    }

    @Override
    public CompletionStage<@Nullable Void> heartbeat(Duration interval) {
        Heartbeat heartbeat = Heartbeat.newBuilder()
                .setClientId(identity.clientId())
                .setHeartbeatIntervalMs(milliseconds(interval))
                .build();
        return acknowledged("the heartbeat", (calls, answer) -> calls.sendHeartbeat(heartbeat, answer));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    @Override
    public void reconnectNow() {
        channel.resetConnectBackoff();
    }

    private static int milliseconds(Duration interval) {
        boolean fits = interval.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) < 0;
        return fits ? (int) interval.toMillis() : Integer.MAX_VALUE;
    }

    private CompletionStage<@Nullable Void> acknowledged(String what, Call<Response> call) {
        return call(what, call).thenApply(answer -> null);
    }

    /** One unary call: what to invoke, and where its answer goes. */
    private interface Call<T> {
        void on(CombinerClientGrpc.CombinerClientStub calls, StreamObserver<T> answer);
    }

    private <T> CompletionStage<T> call(String what, Call<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            call.on(
                    CombinerClientGrpc.newStub(channel)
                            .withCallCredentials(credentials)
                            .withDeadlineAfter(callTimeout.toMillis(), TimeUnit.MILLISECONDS),
                    new SingleAnswer<>(what, result));
        } catch (RuntimeException failure) {
            // What cannot even be rendered will never arrive: the record is at fault, not the network.
            result.completeExceptionally(
                    new EdgeException(ErrorCode.INTERNAL, what + " is not possible: " + failure.getMessage(), failure));
        }
        return refreshing(result);
    }

    private record SingleAnswer<T>(String what, CompletableFuture<T> result) implements StreamObserver<T> {

        @Override
        public void onNext(T answer) {
            result.complete(answer);
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(GrpcErrors.of(what, failure));
        }

        @Override
        public void onCompleted() {
            // Too late if there was an answer, and an error if there was none.
            result.completeExceptionally(new EdgeException(ErrorCode.INTERNAL, what + " got no answer", null, true, 1));
        }
    }

    /** A refused token is told to the bearer, so that the next attempt shows another one. */
    private <T extends @Nullable Object> CompletionStage<T> refreshing(CompletionStage<T> call) {
        return call.whenComplete((answer, error) -> {
            Throwable cause = error instanceof CompletionException ? error.getCause() : error;
            if (cause instanceof EdgeException known && known.code() == ErrorCode.UNAUTHENTICATED) {
                credentials.refused();
            }
        });
    }
}
