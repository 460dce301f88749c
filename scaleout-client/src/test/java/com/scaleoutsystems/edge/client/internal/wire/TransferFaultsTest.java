package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.CombinerClientGrpc;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.proto.Response;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Downloads and uploads of a whole client over a real socket, which break in each way. Whatever happens, a model is whole and verified or
 * not there, and no file is left over.
 */
@Timeout(60)
class TransferFaultsTest {

    private static final int ATTEMPTS = 3;
    private static final int LARGE = 300_000;

    /** More than the buffers of both sides take. */
    private static final int HUGE = 4_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @TempDir
    Path mine;

    private final ScriptedModels models = new ScriptedModels();
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

    private EdgeClient client() {
        return client(Duration.ofSeconds(20));
    }

    private EdgeClient client(Duration idleTimeout) {
        EdgeClient client = EdgeClient.builder()
                .clientId("client")
                .stateless()
                .generation(Generation.V1_1)
                .transfers(TransferSettings.defaults()
                        .withIdleTimeout(idleTimeout)
                        .withRetry(RetryPolicy.defaults()
                                .withMaxAttempts(ATTEMPTS)
                                .withFirstDelay(Duration.ofMillis(1))
                                .withMaxDelay(Duration.ofMillis(1))))
                .models(ModelStoreSettings.defaults()
                        .withModels(ModelSettings.defaults()
                                .withTemporaryDirectory(folder)
                                .withHeapThreshold(1_000)))
                .build();
        client.initGrpcHandler(
                GrpcConnectionOptions.of("127.0.0.1", server.getPort()).withTls(TlsMode.PLAINTEXT));
        return client;
    }

    /** A model of random numbers, so that no part of it is like another. */
    private static ScaleoutModel model(long seed) {
        return model(seed, LARGE);
    }

    private static ScaleoutModel model(long seed, int floats) {
        Random random = new Random(seed);
        float[] values = new float[floats];
        for (int i = 0; i < floats; i++) {
            values[i] = random.nextFloat();
        }
        return ScaleoutModel.builder()
                .modelId("m")
                .trainingModel(ModelParameters.of(Tensor.ofFloats(values, floats)))
                .build();
    }

    private static byte[] bytes(ScaleoutModel model) {
        try (InputStream in = model.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Consumer<StreamObserver<FileChunk>> sending(byte[] content, int size) {
        return out -> {
            for (int from = 0; from < content.length; from += size) {
                out.onNext(chunk(content, from, Math.min(size, content.length - from)));
            }
            out.onCompleted();
        };
    }

    private static FileChunk chunk(byte[] content, int from, int size) {
        return FileChunk.newBuilder()
                .setData(ByteString.copyFrom(content, from, size))
                .build();
    }

    private static byte[] swapped(byte[] content) {
        byte[] other = new byte[content.length];
        int half = content.length / 2;
        System.arraycopy(content, half, other, 0, content.length - half);
        System.arraycopy(content, 0, other, content.length - half, half);
        return other;
    }

    /** Two chunks in the middle, each for the other. */
    private static byte[] reordered(byte[] content) {
        byte[] other = content.clone();
        int middle = content.length / 2;
        System.arraycopy(content, middle, other, middle + 1_000, 1_000);
        System.arraycopy(content, middle + 1_000, other, middle, 1_000);
        return other;
    }

    static Stream<Arguments> damage() {
        byte[] good = bytes(model(1));
        String sum = model(1).checksum();
        return Stream.of(
                Arguments.of("chunks in another order", reordered(good), sum, "arrived damaged"),
                Arguments.of("the halves in another order", swapped(good), sum, ""),
                Arguments.of("the end is missing", Arrays.copyOf(good, good.length / 2), sum, ""),
                Arguments.of("the end is missing, no digest", Arrays.copyOf(good, good.length / 2), null, ""),
                Arguments.of("the last byte is missing", Arrays.copyOf(good, good.length - 1), sum, ""),
                Arguments.of("nothing", new byte[0], sum, ""),
                Arguments.of(
                        "another digest", good, sum.replace(sum.charAt(0), '0').replace('1', '2'), "SHA-256"),
                Arguments.of("another model's digest", good, model(2).checksum(), "arrived damaged"));
    }

    /** Each is worth another attempt: three downloads, and then the failure. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("damage")
    void aDamagedDownloadIsTriedAgainAndThenFails(String what, byte[] sent, String digest, String message) {
        models.checksum = digest;
        models.download = sending(sent, 100_000);
        try (EdgeClient client = client()) {
            EdgeException error = catchThrowableOfType(EdgeException.class, () -> client.getModelFromCombiner("m"));

            assertThat(error.code()).isEqualTo(ErrorCode.DATA_LOSS);
            assertThat(error.retryable()).isTrue();
            assertThat(error).hasMessageContaining(message);
            assertThat(models.downloads).hasValue(ATTEMPTS);
            assertThat(folder).isEmptyDirectory();

            models.checksum = model(1).checksum();
            models.download = sending(bytes(model(1)), 100_000);
            client.getModelFromCombiner("m").close();
        }
        nothingIsLeft();
    }

    /** More bytes than the model has. With a digest this is damage; without one it is a model that nobody can read. */
    @Test
    void aDownloadOfAnotherSizeIsNotTaken() {
        byte[] longer = Arrays.copyOf(bytes(model(1)), bytes(model(1)).length + 1_000);
        models.download = sending(longer, 100_000);
        try (EdgeClient client = client()) {
            EdgeException error = catchThrowableOfType(EdgeException.class, () -> client.getModelFromCombiner("m"));

            assertThat(error.code()).isEqualTo(ErrorCode.DATA_LOSS);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void shortChunksMakeTheSameModelInOneDownload() {
        models.checksum = model(1).checksum();
        models.download = sending(bytes(model(1)), 997);
        try (EdgeClient client = client();
                ScaleoutModel got = client.getModelFromCombiner("m")) {
            assertThat(got.checksum()).isEqualTo(model(1).checksum());
            assertThat(models.downloads).hasValue(1);
        }
        nothingIsLeft();
    }

    /** The first download stands still or breaks off in the middle, and meanwhile there is another model under this id. */
    @ParameterizedTest(name = "breaks off: {0}")
    @MethodSource("breaksOff")
    void aDownloadThatBrokeOffBeginsAnewAndMixesNothing(boolean breaksOff) {
        byte[] former = bytes(model(1));
        byte[] later = bytes(model(2));
        models.download = out -> {
            models.checksum = model(2).checksum();
            models.download = sending(later, 100_000);
            out.onNext(chunk(former, 0, former.length / 2));
            if (breaksOff) {
                out.onError(Status.UNAVAILABLE.asRuntimeException());
            }
        };
        try (EdgeClient client = client(Duration.ofSeconds(2));
                ScaleoutModel got = client.getModelFromCombiner("m")) {
            assertThat(bytes(got)).isEqualTo(later);
            assertThat(models.downloads).hasValue(2);
            if (!breaksOff) {
                assertThat(models.cancelled.await())
                        .as("the server hears of it")
                        .isTrue();
            }
        }
        nothingIsLeft();
    }

    static Stream<Boolean> breaksOff() {
        return Stream.of(true, false);
    }

    @Test
    void aDownloadThatIsCancelledHalfWayLeavesNothing() {
        byte[] content = bytes(model(1));
        CompletableFuture<Boolean> half = new CompletableFuture<>();
        models.download = out -> {
            out.onNext(chunk(content, 0, content.length / 2));
            half.complete(true);
        };
        EdgeClient client = client();
        CompletableFuture<ScaleoutModel> download =
                CompletableFuture.supplyAsync(() -> client.getModelFromCombiner("m"));
        assertThat(half).succeedsWithin(PATIENCE);

        client.close(Duration.ofSeconds(5));

        assertThat(download)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(models.cancelled.await()).isTrue();
        assertThat(models.downloads).hasValue(1);
        nothingIsLeft();
    }

    /** The process may write no file of more than 512 KiB. */
    @Test
    void aDownloadForWhichThereIsNoRoomFailsAndLeavesNothing() throws IOException, InterruptedException {
        models.checksum = model(1).checksum();
        models.download = sending(bytes(model(1)), 100_000);
        Path output = mine.resolve("output");
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f 512; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+PerfDisableSharedMem",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FullDiskDownload.class.getName(),
                        Integer.toString(server.getPort()),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output)).contains("failed: IO");
            assertThat(models.downloads).hasValue(1);
            assertThat(folder).isEmptyDirectory();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Files of models that are closed go on another thread. */
    private void nothingIsLeft() {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(folder).isEmptyDirectory());
    }

    private EdgeException uploadFails(int floats) {
        try (EdgeClient client = client(Duration.ofMillis(500));
                ScaleoutModel model = model(1, floats)) {
            return catchThrowableOfType(EdgeException.class, () -> client.sendModelToCombiner(model));
        }
    }

    @Test
    void anUploadThatNobodyTakesIsGivenUpAfterItsAttempts() {
        models.readUploads = false;

        EdgeException error = uploadFails(HUGE);

        assertThat(error.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(error).hasMessageContaining("nothing moved for 500 ms");
        assertThat(models.uploads).hasValue(ATTEMPTS);
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void anUploadThatIsRefusedAtAChunkIsMadeAgainFromItsBeginning(int number) {
        int[] taken = {0};
        models.chunkTaken = () -> {
            if (++taken[0] == number) {
                models.refusal = Status.UNAVAILABLE.withDescription("reset");
            }
        };
        if (number == 0) {
            models.refusal = Status.UNAVAILABLE.withDescription("reset");
        }
        try (EdgeClient client = client();
                ScaleoutModel model = model(1)) {
            client.sendModelToCombiner(model);

            assertThat(models.uploads).hasValue(2);
            assertThat(models.uploaded.toByteArray()).isEqualTo(bytes(model));
        }
        nothingIsLeft();
    }

    static Stream<Integer> chunks() {
        return Stream.of(0, 1);
    }

    /** The server's limit for messages, or its quota for models. */
    @Test
    void anUploadThatIsTooLargeIsNotTriedAgain() {
        models.refusal = Status.RESOURCE_EXHAUSTED.withDescription("Received message larger than max (5 vs. 4)");

        EdgeException error = uploadFails(LARGE);

        assertThat(error.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(error.retryable()).isFalse();
        assertThat(error).hasMessageContaining("this message never passes");
        assertThat(error.attempts()).isEqualTo(1);
        assertThat(models.uploads).hasValue(1);
    }

    /** Somebody cuts the file off while the client sends it. */
    @Test
    void anUploadWhoseFileIsCutOffMeanwhileFailsAndIsNeverComplete() throws IOException {
        Path file = mine.resolve("model");
        try (ScaleoutModel model = model(1, HUGE)) {
            Files.write(file, bytes(model));
        }
        AtomicInteger completed = new AtomicInteger();
        models.uploadEnded = completed::incrementAndGet;
        models.chunkTaken = () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1_500_000);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        try (EdgeClient client = client();
                ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            models.readPause = Duration.ofMillis(50);
            EdgeException error = catchThrowableOfType(EdgeException.class, () -> client.sendModelToCombiner(model));

            assertThat(error.code()).isEqualTo(ErrorCode.IO);
            assertThat(error).hasMessageContaining("do not change a file that a model was opened from");
            assertThat(completed).as("uploads that seemed whole").hasValue(0);
        }
    }

    /** Somebody writes other bytes into the file, as many as there were. The digest that the client has announced is then wrong. */
    @Test
    void anUploadWhoseFileIsChangedMeanwhileFailsAndIsNeverComplete() throws IOException {
        Path file = mine.resolve("model");
        try (ScaleoutModel model = model(1, HUGE)) {
            Files.write(file, bytes(model));
        }
        AtomicInteger completed = new AtomicInteger();
        models.uploadEnded = completed::incrementAndGet;
        models.chunkTaken = () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(100_000), 15_000_000);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        try (EdgeClient client = client();
                ScaleoutModel model = ScaleoutModel.fromFile(file)) {
            models.readPause = Duration.ofMillis(50);
            for (int i = 0; i < 2; i++) {
                EdgeException error =
                        catchThrowableOfType(EdgeException.class, () -> client.sendModelToCombiner(model));

                assertThat(error.code()).isEqualTo(ErrorCode.IO);
                assertThat(error.retryable()).isFalse();
                assertThat(error).hasMessageContaining("was changed while it was in use");
            }
            assertThat(models.uploads).as("the second fails before it begins").hasValue(1);
            assertThat(completed).as("uploads that seemed whole").hasValue(0);
        }
    }

    @Test
    void theServerHearsOfAnUploadWhoseClientIsClosed() {
        models.readUploads = false;
        EdgeClient client = client();
        CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> {
            try (ScaleoutModel model = model(1, HUGE)) {
                client.sendModelToCombiner(model);
            }
        });
        Awaitility.await().atMost(PATIENCE).until(() -> models.uploads.get() == 1);

        client.close(Duration.ofSeconds(5));

        assertThat(upload)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(models.cancelled.await()).isTrue();
    }
}
