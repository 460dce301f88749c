package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.ReceivedModel;
import com.scaleoutsystems.edge.client.internal.transport.Transfer;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers over a real socket, against a server that does what each test wants. */
class ModelTransfersTest {

    private static final Metadata.Key<String> CHECKSUM = CallIdentity.key("checksum");
    private static final TransferSettings IMPATIENT = TransferSettings.defaults()
            .withIdleTimeout(Duration.ofMillis(400))
            .withAnswerTimeout(Duration.ofMinutes(1));

    private final ScriptedModels models = new ScriptedModels();
    private @Nullable Server server;
    private @Nullable CombinerTransport transport;

    @BeforeEach
    void start() throws IOException {
        Server started = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(models)
                .intercept(models.new Headers())
                .build()
                .start();
        server = started;
        transport = transport(TransferSettings.defaults());
    }

    @AfterEach
    void stop() throws InterruptedException {
        transport().close();
        if (server != null) {
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private CombinerTransport transport() {
        if (transport == null) {
            throw new AssertionError("not started");
        }
        return transport;
    }

    private static ScaleoutModel model(int floats) {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[floats];
        for (int i = 0; i < floats; i++) {
            values[i] = (float) random.nextDouble();
        }
        return ScaleoutModel.builder()
                .modelId("m")
                .trainingModel(ModelParameters.of(Tensor.ofFloats(values, floats)))
                .build();
    }

    private static byte[] bytes(ScaleoutModel model) throws IOException {
        try (InputStream in = model.openStream()) {
            return in.readAllBytes();
        }
    }

    private ReceivedModel download() {
        return transport()
                .download("m", bytes -> {})
                .result()
                .toCompletableFuture()
                .join();
    }

    private EdgeException downloadFails() {
        CompletableFuture<ReceivedModel> result =
                transport().download("m", bytes -> {}).result().toCompletableFuture();
        assertThatThrownBy(result::join).isInstanceOf(CompletionException.class);
        return (EdgeException)
                result.handle((model, error) -> Stages.cause(error)).join();
    }

    /** Answers with these bytes in chunks of one size. */
    private static Consumer<StreamObserver<FileChunk>> chunks(byte[] bytes, int size) {
        return out -> {
            for (int from = 0; from < bytes.length; from += size) {
                out.onNext(chunk(bytes, from, Math.min(size, bytes.length - from)));
            }
            out.onCompleted();
        };
    }

    private static FileChunk chunk(byte[] bytes, int from, int size) {
        return FileChunk.newBuilder()
                .setData(ByteString.copyFrom(bytes, from, size))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 32 << 10, 4_000_000, 999_983})
    void aModelComesWholeInChunksOfAnySize(int chunkSize) throws IOException {
        try (ScaleoutModel model = model(1_300_000)) {
            models.checksum = model.checksum();
            models.download = chunks(bytes(model), chunkSize);
            List<Long> progress = new ArrayList<>();

            ReceivedModel received = transport()
                    .download("m", progress::add)
                    .result()
                    .toCompletableFuture()
                    .join();

            try (ScaleoutModel got = received.model()) {
                assertThat(got.checksum()).isEqualTo(model.checksum());
                assertThat(received.checksum()).hasValue(model.checksum());
                assertThat(progress).isSorted().last().isEqualTo(model.size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 16 << 20})
    void aModelComesInLargeFramesUnlessItsBandwidthIsLimited(long bytesPerSecond) throws IOException {
        try (ScaleoutModel model = model(1_300_000);
                FrameTap tap = new FrameTap(port())) {
            use(
                    bytesPerSecond == 0
                            ? TransferSettings.defaults()
                            : TransferSettings.defaults().withMaxBytesPerSecond(bytesPerSecond),
                    tap.port());
            models.download = chunks(bytes(model), 1 << 20);

            download().model().close();

            assertThat(tap.largestData()).isEqualTo(bytesPerSecond == 0 ? 64 << 10 : 16 << 10);
        }
    }

    @Test
    void fieldsOfALaterProtocolInAChunkAreNoTrouble() throws IOException {
        UnknownFieldSet later = UnknownFieldSet.newBuilder()
                .addField(9, Field.newBuilder().addFixed64(7).build())
                .build();
        try (ScaleoutModel model = model(1_300_000)) {
            byte[] bytes = bytes(model);
            models.download = out -> {
                for (int from = 0; from < bytes.length; from += 1 << 20) {
                    int size = Math.min(1 << 20, bytes.length - from);
                    out.onNext(chunk(bytes, from, size).toBuilder()
                            .setUnknownFields(later)
                            .build());
                }
                out.onCompleted();
            };

            try (ScaleoutModel got = download().model()) {
                assertThat(got.checksum()).isEqualTo(model.checksum());
            }
        }
    }

    @Test
    void emptyChunksAndChunksOfOneByteAreNoTrouble() throws IOException {
        try (ScaleoutModel model = model(50)) {
            byte[] bytes = bytes(model);
            models.download = out -> {
                for (int i = 0; i < bytes.length; i++) {
                    out.onNext(chunk(bytes, i, 1));
                    out.onNext(FileChunk.getDefaultInstance());
                }
                out.onCompleted();
            };

            ReceivedModel received = download();

            try (ScaleoutModel got = received.model()) {
                assertThat(got.checksum()).isEqualTo(model.checksum());
                assertThat(received.checksum()).isEmpty();
            }
        }
    }

    @Test
    void damageOnTheWayIsFoundAndMayBeTriedAgain() throws IOException {
        try (ScaleoutModel model = model(1_000)) {
            byte[] bytes = bytes(model);
            models.checksum = model.checksum();
            bytes[bytes.length / 2] ^= 1;
            models.download = chunks(bytes, 1_000);

            EdgeException error = downloadFails();

            assertThat(error.code()).isEqualTo(ErrorCode.DATA_LOSS);
            assertThat(error.retryable()).isTrue();
        }
    }

    @Test
    void aModelCutShortWithoutAChecksumIsNotTaken() throws IOException {
        try (ScaleoutModel model = model(1_000)) {
            models.download = out -> {
                try {
                    out.onNext(chunk(bytes(model), 0, 100));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                out.onCompleted();
            };

            EdgeException error = downloadFails();

            assertThat(error.code()).isEqualTo(ErrorCode.DATA_LOSS);
            assertThat(error.retryable()).isTrue();
        }
    }

    @Test
    void aDownloadThatStandsStillIsGivenUp() throws IOException {
        use(IMPATIENT);
        try (ScaleoutModel model = model(1_000_000)) {
            byte[] bytes = bytes(model);
            models.download = out -> out.onNext(chunk(bytes, 0, 1 << 20));

            EdgeException error = downloadFails();

            assertThat(error.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
            assertThat(error.retryable()).isTrue();
            assertThat(error).hasMessageContaining("nothing moved for 400 ms");
            assertThat(models.cancelled.await()).isTrue();
        }
    }

    @Test
    void aDownloadThatIsCancelledEndsAtOnceAndTheServerHearsOfIt() throws IOException {
        try (ScaleoutModel model = model(1_000_000)) {
            byte[] bytes = bytes(model);
            models.download = out -> out.onNext(chunk(bytes, 0, 1 << 20));
            CompletableFuture<Long> first = new CompletableFuture<>();
            Transfer<ReceivedModel> transfer = transport().download("m", first::complete);
            first.join();

            transfer.cancel();

            assertThat(transfer.result().toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .havingCause()
                    .asInstanceOf(type(EdgeException.class))
                    .extracting(EdgeException::code)
                    .isEqualTo(ErrorCode.CANCELLED);
            assertThat(models.cancelled.await()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 10, 4_000_000})
    void aModelGoesWholeWithItsIdAndChecksum(int chunkSize) throws IOException {
        try (ScaleoutModel model = model(chunkSize < 100 ? 100 : 1_300_000)) {
            use(TransferSettings.defaults().withChunkSize(chunkSize));
            transport()
                    .upload(model, bytes -> {})
                    .result()
                    .toCompletableFuture()
                    .join();

            assertThat(models.uploaded.toByteArray()).isEqualTo(bytes(model));
            assertThat(models.uploadedChunks).allMatch(size -> size <= chunkSize);
            assertThat(models.uploadedChunks.subList(0, models.uploadedChunks.size() - 1))
                    .allMatch(size -> size == chunkSize);
            assertThat(models.headers.get(CHECKSUM)).isEqualTo(model.checksum());
            assertThat(models.headers.get(CallIdentity.key("model-id"))).isEqualTo("m");
        }
    }

    private int port() {
        if (server == null) {
            throw new AssertionError("not started");
        }
        return server.getPort();
    }

    private CombinerTransport transport(TransferSettings settings) {
        return transport(settings, port());
    }

    private static CombinerTransport transport(TransferSettings settings, int port) {
        SystemEnv env = new SystemEnv();
        return new Transports(
                        new Connections(NetworkProfile.defaults(), env),
                        Generation.V1_1,
                        settings,
                        ModelSettings.defaults(),
                        env)
                .open(
                        GrpcConnectionOptions.of("127.0.0.1", port).withTls(TlsMode.PLAINTEXT),
                        new ClientIdentity("client", "name", "1.1.0"),
                        Bearer.none());
    }

    /** The transport of this test, with other settings. */
    private void use(TransferSettings settings) {
        use(settings, port());
    }

    private void use(TransferSettings settings, int port) {
        transport().close();
        transport = transport(settings, port);
    }

    /** The chunk takes four seconds. */
    @Test
    void partsOfAChunkThatTakesLongAreProgress() throws IOException {
        use(TransferSettings.defaults().withIdleTimeout(Duration.ofSeconds(2)).withMaxBytesPerSecond(16 << 10));
        try (ScaleoutModel model = model(16_000)) {
            byte[] bytes = bytes(model);
            models.download = out -> {
                out.onNext(FileChunk.newBuilder()
                        .setData(ByteString.copyFrom(bytes))
                        .build());
                out.onCompleted();
            };

            Transfer<ReceivedModel> download = transport().download("m", received -> {});

            assertThat(download.result().toCompletableFuture())
                    .succeedsWithin(Duration.ofSeconds(30))
                    .satisfies(received -> received.model().close());
        }
    }

    @Test
    void anUploadThatTheServerDidNotStoreIsAFailure() {
        models.answer = ModelResponse.newBuilder()
                .setStatus(ModelStatus.FAILED)
                .setMessage("disk full")
                .build();
        try (ScaleoutModel model = model(100)) {
            CompletableFuture<?> upload =
                    transport().upload(model, bytes -> {}).result().toCompletableFuture();

            assertThat(upload)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .withMessageContaining("disk full");
        }
    }

    @Test
    void anUploadThatNobodyReadsIsGivenUp() {
        use(IMPATIENT);
        models.readUploads = false;
        try (ScaleoutModel model = model(8_000_000)) {
            CompletableFuture<?> upload =
                    transport().upload(model, bytes -> {}).result().toCompletableFuture();

            assertThat(upload)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withMessageContaining("nothing moved for 400 ms");
        }
    }

    @Test
    void anAnswerToAnUploadHasMoreTimeThanAChunk() {
        use(IMPATIENT);
        models.answerDelay = Duration.ofMillis(900);
        try (ScaleoutModel model = model(100)) {
            CompletableFuture<?> upload =
                    transport().upload(model, bytes -> {}).result().toCompletableFuture();

            assertThat(upload).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aServerThatRefusesAnUploadInItsMiddleIsHeard() {
        models.refusal = Status.RESOURCE_EXHAUSTED.withDescription("quota");
        try (ScaleoutModel model = model(8_000_000)) {
            CompletableFuture<?> upload =
                    transport().upload(model, bytes -> {}).result().toCompletableFuture();

            assertThat(upload)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withMessageContaining("quota");
        }
    }

    @Test
    void aCallThatFailsDoesNoHarmToADownloadBesideIt() throws IOException {
        try (ScaleoutModel model = model(1_000)) {
            byte[] bytes = bytes(model);
            models.checksum = model.checksum();
            CompletableFuture<StreamObserver<FileChunk>> half = new CompletableFuture<>();
            models.download = out -> {
                out.onNext(chunk(bytes, 0, 100));
                half.complete(out);
            };
            CompletableFuture<ReceivedModel> result =
                    transport().download("m", progress -> {}).result().toCompletableFuture();
            StreamObserver<FileChunk> rest = half.join();

            // This server has no heartbeats.
            assertThat(transport().heartbeat(Duration.ofSeconds(2)).toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(20));
            transport().reconnectNow();
            rest.onNext(chunk(bytes, 100, bytes.length - 100));
            rest.onCompleted();

            try (ScaleoutModel got = result.join().model()) {
                assertThat(got.checksum()).isEqualTo(model.checksum());
            }
        }
    }
}
