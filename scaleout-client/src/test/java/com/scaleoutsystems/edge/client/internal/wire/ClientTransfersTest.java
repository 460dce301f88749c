package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.event.TransferProgress;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelLimits;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.model.TrustPolicy;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a host gets to see of transfers with a combiner that is slow, or that sends what it should not. */
@Timeout(60)
class ClientTransfersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final ScriptedModels models = new ScriptedModels();
    private final AtomicInteger downloads = new AtomicInteger();
    private final List<TransferProgress> progress = new CopyOnWriteArrayList<>();
    private Server server;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(models)
                .addService(new Greeting())
                .intercept(models.new Headers())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    /** Greets, and has no tasks. */
    private static final class Greeting extends CombinerClientGrpc.CombinerClientImplBase {

        @Override
        public void announce(ClientAnnounceRequest request, StreamObserver<Response> answer) {
            answer.onNext(
                    Response.newBuilder().setParameters("{\"success\": true}").build());
            answer.onCompleted();
        }
    }

    private EdgeClientBuilder client() {
        return EdgeClient.builder()
                .clientId("client")
                .stateless()
                .generation(Generation.V1_1)
                .transfers(TransferSettings.defaults()
                        .withRetry(RetryPolicy.defaults()
                                .withMaxAttempts(2)
                                .withFirstDelay(Duration.ofMillis(1))
                                .withMaxDelay(Duration.ofMillis(1))))
                .listener(new EdgeClientListener() {
                    @Override
                    public void transferProgress(TransferProgress told) {
                        progress.add(told);
                    }
                });
    }

    private EdgeClient joined(EdgeClientBuilder builder) {
        EdgeClient client = builder.build();
        client.initGrpcHandler(
                GrpcConnectionOptions.of("127.0.0.1", server.getPort()).withTls(TlsMode.PLAINTEXT));
        return client;
    }

    private static ScaleoutModel model(int floats) {
        return ScaleoutModel.builder()
                .modelId("m")
                .trainingModel(ModelParameters.of(Tensor.ofFloats(new float[floats], floats)))
                .build();
    }

    private static byte[] bytes(ScaleoutModel model) throws IOException {
        try (InputStream in = model.openStream()) {
            return in.readAllBytes();
        }
    }

    private static FileChunk chunk(byte[] bytes, int from, int to) {
        return FileChunk.newBuilder()
                .setData(ByteString.copyFrom(bytes, from, to - from))
                .build();
    }

    /** Sends the same chunk for as long as anybody takes it. */
    private Consumer<StreamObserver<FileChunk>> endless(FileChunk chunk) {
        return out -> {
            downloads.incrementAndGet();
            var call = (ServerCallStreamObserver<FileChunk>) out;
            call.setOnReadyHandler(() -> {
                while (call.isReady() && !call.isCancelled()) {
                    call.onNext(chunk);
                }
            });
        };
    }

    @Test
    void aHostHearsHowFarASlowDownloadIs() throws IOException {
        try (ScaleoutModel model = model(1_000_000);
                EdgeClient client = joined(client())) {
            byte[] bytes = bytes(model);
            models.download = out -> {
                out.onNext(chunk(bytes, 0, bytes.length / 2));
                CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS).execute(() -> {
                    out.onNext(chunk(bytes, bytes.length / 2, bytes.length));
                    out.onCompleted();
                });
            };

            client.getModelFromCombiner("m").close();

            Awaitility.await().atMost(PATIENCE).until(() -> !progress.isEmpty());
            TransferProgress last = progress.get(progress.size() - 1);
            assertThat(last.direction()).isEqualTo(TransferDirection.DOWNLOAD);
            assertThat(last.modelId()).isEqualTo("m");
            assertThat(last.bytes()).isEqualTo(bytes.length);
            assertThat(last.bytesPerSecond()).isPositive();
            // How much comes is not told beforehand.
            assertThat(last.totalBytes()).isEmpty();
            assertThat(last.remaining()).isEmpty();
        }
    }

    @Test
    void aHostHearsHowFarASlowUploadIsAndHowLongItWillTake() {
        models.readPause = Duration.ofMillis(50);
        try (ScaleoutModel model = model(4_000_000);
                EdgeClient client = joined(client())) {
            client.sendModelToCombiner(model);

            Awaitility.await().atMost(PATIENCE).until(() -> !progress.isEmpty());
            assertThat(progress).allSatisfy(told -> {
                assertThat(told.direction()).isEqualTo(TransferDirection.UPLOAD);
                assertThat(told.modelId()).isEqualTo("m");
                assertThat(told.totalBytes()).hasValue(model.size());
                assertThat(told.bytes()).isBetween(1L, model.size());
                assertThat(told.bytesPerSecond()).isPositive();
                assertThat(told.remaining()).isPresent();
            });
            assertThat(progress).extracting(TransferProgress::bytes).isSorted();
            assertThat(progress.get(0).remaining().orElseThrow()).isPositive();
        }
    }

    @Test
    void theRestIsReckonedFromTheMeanRate() {
        TransferProgress quarter = TransferProgress.of(TransferDirection.UPLOAD, "m", 25, Duration.ofSeconds(2))
                .withTotalBytes(100);
        TransferProgress begun = TransferProgress.of(TransferDirection.UPLOAD, "m", 0, Duration.ZERO)
                .withTotalBytes(100);

        assertThat(quarter.bytesPerSecond()).isEqualTo(12.5);
        assertThat(quarter.remaining()).contains(Duration.ofSeconds(6));
        assertThat(begun.bytesPerSecond()).isZero();
        assertThat(begun.remaining()).isEmpty();
    }

    @Test
    void aModelThatDoesNotEndIsBrokenOffAtTheLimit() {
        models.download = endless(chunk(new byte[1 << 16], 0, 1 << 16));
        ModelSettings limited = ModelSettings.defaults()
                .withTemporaryDirectory(folder)
                .withLimits(ModelLimits.defaults().withMaxModelBytes(3 << 20));
        try (EdgeClient client =
                joined(client().models(ModelStoreSettings.defaults().withModels(limited)))) {
            assertThatThrownBy(() -> client.getModelFromCombiner("m"))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
                    .hasMessageContaining("ModelLimits.maxModelBytes");
            assertThat(models.cancelled.await()).isTrue();
            // Trying again would give the same.
            assertThat(downloads).hasValue(1);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void chunksWithoutAByteAreNoProgress() {
        models.download = endless(FileChunk.getDefaultInstance());
        List<EdgeException> errors = new CopyOnWriteArrayList<>();
        EdgeClientListener listener = new EdgeClientListener() {
            @Override
            public void error(EdgeException error) {
                errors.add(error);
            }
        };
        CompletableFuture<ScaleoutModel> download;
        try (EdgeClient client = joined(client().listener(listener))) {
            download = CompletableFuture.supplyAsync(() -> client.getModelFromCombiner("m"));

            // The client waits this out like an outage, and tells so when the attempts of its policy are used up.
            Awaitility.await().atMost(PATIENCE).until(() -> downloads.get() > 2 && !errors.isEmpty());
            assertThat(download).isNotDone();
            assertThat(models.cancelled.await()).isTrue();
            assertThat(errors.get(0)).hasMessageContaining("nothing moved");
            assertThat(errors.get(0).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        }
        assertThat(download).failsWithin(PATIENCE);
    }

    @Test
    void aModelWithoutAChecksumIsNotTakenWhereOneIsWanted() throws IOException {
        try (ScaleoutModel model = model(100);
                EdgeClient lenient = joined(client());
                EdgeClient strict = joined(client().trust(TrustPolicy.defaults().requiringChecksum()))) {
            byte[] bytes = bytes(model);
            models.download = out -> {
                out.onNext(chunk(bytes, 0, bytes.length));
                out.onCompleted();
            };

            lenient.getModelFromCombiner("m").close();
            assertThatThrownBy(() -> strict.getModelFromCombiner("m"))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("came without a checksum");

            models.checksum = model.checksum();
            strict.getModelFromCombiner("m").close();
        }
    }
}
