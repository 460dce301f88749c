package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.ServersPage;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.ReceivedModel;
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
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The corner cases of downloads in the golden files: what the reference client gets right, and what we do about the rest. */
class TransferVectorsTest {

    /** One attempt's end: a model, or an error that may pass by itself, or one that does not. */
    enum End {
        MODEL,
        TRY_AGAIN,
        REFUSED
    }

    /** Where we differ, since the reference retries without end or takes what is damaged. */
    private static final Map<String, End> DIFFERENT = Map.of(
            "container-upper-case", End.MODEL,
            "container-wrong", End.TRY_AGAIN,
            "container-wrong-then-right", End.TRY_AGAIN,
            "legacy-right-trailer", End.MODEL,
            "truncated-container-no-trailer", End.TRY_AGAIN,
            "empty-download", End.TRY_AGAIN);

    @Test
    void whatIsDifferentStandsInTheDocument() throws IOException {
        ServersPage.assertLists(DIFFERENT.keySet());
    }

    static Stream<String> cases() {
        return StreamSupport.stream(
                        Vectors.part("grpc/transcripts", "model_transfer").spliterator(), false)
                .map(row -> row.get("id").asText());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachDownloadEndsAsItShould(String id) throws IOException, InterruptedException {
        JsonNode row = StreamSupport.stream(
                        Vectors.part("grpc/transcripts", "model_transfer").spliterator(), false)
                .filter(candidate -> candidate.get("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
        End expected =
                DIFFERENT.getOrDefault(id, row.at("/result/outcome").asText().equals("ok") ? End.MODEL : End.REFUSED);
        byte[] payload = payload(id);
        String asked = asked(id);

        ScriptedModels models = new ScriptedModels();
        models.checksum = trailer(row.get("trailer"), payload);
        models.download = out -> {
            if (payload.length > 0) {
                out.onNext(FileChunk.newBuilder()
                        .setData(ByteString.copyFrom(payload))
                        .build());
            }
            out.onCompleted();
        };
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(models)
                .intercept(models.new Headers())
                .build()
                .start();
        SystemEnv env = new SystemEnv();
        CombinerTransport transport = new Transports(
                        new Connections(NetworkProfile.defaults(), env),
                        Generation.V1_1,
                        TransferSettings.defaults(),
                        ModelSettings.defaults(),
                        env)
                .open(
                        GrpcConnectionOptions.of("127.0.0.1", server.getPort()).withTls(TlsMode.PLAINTEXT),
                        new ClientIdentity("client", "name", "1.1.0"),
                        Bearer.none());
        try {
            assertThat(end(transport, asked, payload)).isEqualTo(expected);
        } finally {
            transport.close();
            server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static End end(CombinerTransport transport, String asked, byte[] payload) {
        try {
            ReceivedModel received = transport
                    .download(asked, bytes -> {})
                    .result()
                    .toCompletableFuture()
                    .join();
            try (ScaleoutModel model = received.model()) {
                assertThat(model.modelId()).isEqualTo(asked);
                assertThat(model.checksum()).isEqualTo(sha256(payload));
            }
            return End.MODEL;
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(EdgeException.class);
            return ((EdgeException) e.getCause()).retryable() ? End.TRY_AGAIN : End.REFUSED;
        }
    }

    private static String asked(String id) {
        return switch (id) {
            case "container-other-id" -> "another-id";
            case "legacy-no-trailer", "legacy-right-trailer" -> "legacy-1";
            case "empty-download" -> "empty-1";
            case "newer-version" -> "v3";
            default -> Vectors.read("grpc/transcripts").get("model_id").asText();
        };
    }

    /** The payload of a case. Those that are no file among the golden ones are made in their likeness. */
    private static byte[] payload(String id) throws IOException {
        return switch (id) {
            case "legacy-no-trailer", "legacy-right-trailer" -> npz();
            case "empty-download" -> new byte[0];
            case "newer-version" -> newer();
            case "truncated-container-no-trailer" -> Arrays.copyOf(container(), container().length - 30);
            default -> container();
        };
    }

    private static byte[] container() throws IOException {
        try (InputStream in = TransferVectorsTest.class.getResourceAsStream("/vectors/grpc/model.scm")) {
            if (in == null) {
                throw new AssertionError("the golden model is missing");
            }
            return in.readAllBytes();
        }
    }

    private static byte[] npz() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelParameters.of(Tensor.ofFloats(new float[] {1, 2}, 2)).writeNpz(out);
        return out.toByteArray();
    }

    private static byte[] newer() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("metadata.json"));
            zip.write("{\"_version\": 3, \"model_id\": \"v3\"}".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("training_model.bin"));
            zip.write(npz());
        }
        return out.toByteArray();
    }

    private static @Nullable String trailer(JsonNode trailer, byte[] payload) {
        JsonNode first = trailer.isArray() ? trailer.get(0) : trailer;
        if (first.isNull()) {
            return null;
        }
        return first.asText().equals("sha256 of payload") ? sha256(payload) : first.asText();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
