package com.scaleoutsystems.edge.sandbox;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelRequest;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelServiceGrpc;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.TaskRequest;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A client on raw stubs, driven step by step by the thread of the test. */
final class ScriptedClient implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String id;
    private final ManagedChannel channel;
    private final Metadata identity = new Metadata();

    ScriptedClient(Sandbox sandbox, String id) {
        this.id = id;
        this.channel = NettyChannelBuilder.forAddress(sandbox.grpcHost(), sandbox.grpcPort())
                .usePlaintext()
                .build();
        with("client", id);
        with("client-id", id);
        with("name", "name of " + id);
    }

    /** Adds metadata to all calls from now on. */
    ScriptedClient with(String key, String value) {
        identity.put(key(key), value);
        return this;
    }

    ScriptedClient without(String key) {
        identity.removeAll(key(key));
        return this;
    }

    CombinerClientGrpc.CombinerClientBlockingStub combiner() {
        return identified(CombinerClientGrpc.newBlockingStub(channel)).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    CombinerClientGrpc.CombinerClientStub streams() {
        return identified(CombinerClientGrpc.newStub(channel));
    }

    Response announce(String type) {
        return combiner()
                .announce(ClientAnnounceRequest.newBuilder()
                        .setClientId(id)
                        .setType(type)
                        .build());
    }

    List<TaskRequest> poll(ActivityReport... reports) {
        return poll(false, reports);
    }

    List<TaskRequest> poll(boolean skip, ActivityReport... reports) {
        return combiner()
                .pollAndReportAsync(ClientReport.newBuilder()
                        .setClientId(id)
                        .addAllReports(Arrays.asList(reports))
                        .setPollIntervalMs(5)
                        .setSkipPollingTasks(skip)
                        .build())
                .getTasksList();
    }

    /** Polls until a task comes. */
    TaskRequest awaitTask() {
        AtomicReference<List<TaskRequest>> tasks = new AtomicReference<>(List.of());
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            tasks.set(poll());
            return !tasks.get().isEmpty();
        });
        return tasks.get().get(0);
    }

    ActivityReport report(TaskRequest task, String status, boolean done, String response) {
        return report(task.getCorrelationId(), status, done, response);
    }

    ActivityReport report(String correlationId, String status, boolean done, String response) {
        return ActivityReport.newBuilder()
                .setNodeId(id)
                .setCorrelationId(correlationId)
                .setStatus(status)
                .setDone(done)
                .setResponse(response)
                .setStartedAt(Timestamp.newBuilder().setSeconds(100))
                .setCompletedAt(Timestamp.newBuilder().setSeconds(200))
                .build();
    }

    /** Fetches the task's model, adds a number to its values, sends it back, and reports the task as completed. */
    void train(TaskRequest task, double plus, int examples) {
        String modelId = "update-" + task.getCorrelationId();
        try (ScaleoutModel model = model(download(task.getModelId()));
                ScaleoutModel trained = ScaleoutModel.builder()
                        .modelId(modelId)
                        .trainingModel(plus(model, plus))
                        .build()) {
            upload(trained);
        }
        announceUpdate(task, modelId, "{\"training_metadata\": {\"num_examples\": " + examples + "}}");
        poll(report(task, "COMPLETED", true, ""));
    }

    void announceUpdate(TaskRequest task, String modelId, String meta) {
        combiner()
                .sendModelUpdate(ModelUpdate.newBuilder()
                        .setClientId(id)
                        .setModelId(task.getModelId())
                        .setModelUpdateId(modelId)
                        .setCorrelationId(task.getCorrelationId())
                        .setSessionId(task.getSessionId())
                        .setRoundId(task.getRoundId())
                        .setMeta(meta)
                        .build());
    }

    void validate(TaskRequest task, String metrics) {
        combiner()
                .sendModelValidation(ModelValidation.newBuilder()
                        .setClientId(id)
                        .setModelId(task.getModelId())
                        .setCorrelationId(task.getCorrelationId())
                        .setSessionId(task.getSessionId())
                        .setData(metrics)
                        .build());
        poll(report(task, "COMPLETED", true, ""));
    }

    private static ModelParameters plus(ScaleoutModel model, double plus) {
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : model.modelParameters()) {
            double[] values =
                    Arrays.stream(tensor.toDoubles()).map(v -> v + plus).toArray();
            tensors.add(Tensor.ofDoubles(values, tensor.shape()));
        }
        return ModelParameters.of(tensors);
    }

    ModelResponse upload(ScaleoutModel model) {
        return upload(model.modelId(), model.checksum(), model.fileChunkStream());
    }

    ModelResponse upload(String modelId, String checksum, byte[] bytes) {
        FileChunk chunk =
                FileChunk.newBuilder().setData(ByteString.copyFrom(bytes)).build();
        return upload(modelId, checksum, List.of(chunk).iterator());
    }

    ModelResponse upload(String modelId, String checksum, Iterator<FileChunk> chunks) {
        Metadata about = new Metadata();
        if (!modelId.isEmpty()) {
            about.put(key("model-id"), modelId);
        }
        if (!checksum.isEmpty()) {
            about.put(key("checksum"), checksum);
        }
        CompletableFuture<ModelResponse> answer = new CompletableFuture<>();
        StreamObserver<FileChunk> upload = identified(ModelServiceGrpc.newStub(channel))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(about))
                .upload(Observers.single(answer));
        chunks.forEachRemaining(upload::onNext);
        upload.onCompleted();
        return Observers.get(answer);
    }

    /** Begins an upload that the caller goes on with. */
    StreamObserver<FileChunk> beginUpload(String modelId, StreamObserver<ModelResponse> answer) {
        Metadata about = new Metadata();
        about.put(key("model-id"), modelId);
        about.put(key("checksum"), "unknown");
        return identified(ModelServiceGrpc.newStub(channel))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(about))
                .upload(answer);
    }

    void beginDownload(String modelId, StreamObserver<FileChunk> chunks) {
        identified(ModelServiceGrpc.newStub(channel))
                .download(ModelRequest.newBuilder().setModelId(modelId).build(), chunks);
    }

    /** The bytes of a model and the checksum of the trailing metadata. */
    record Downloaded(byte[] bytes, List<Integer> chunkSizes, String checksum) {}

    Downloaded download(String modelId) {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        ClientInterceptor capture = MetadataUtils.newCaptureMetadataInterceptor(headers, trailers);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> sizes = new ArrayList<>();
        identified(ModelServiceGrpc.newBlockingStub(channel))
                .withInterceptors(capture)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .download(ModelRequest.newBuilder().setModelId(modelId).build())
                .forEachRemaining(chunk -> {
                    bytes.writeBytes(chunk.getData().toByteArray());
                    sizes.add(chunk.getData().size());
                });
        return new Downloaded(bytes.toByteArray(), sizes, trailers.get().get(key("checksum")));
    }

    static ScaleoutModel model(Downloaded downloaded) {
        return ScaleoutModel.fromStream(new ByteArrayInputStream(downloaded.bytes()));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private <S extends AbstractStub<S>> S identified(S stub) {
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(identity));
    }

    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
