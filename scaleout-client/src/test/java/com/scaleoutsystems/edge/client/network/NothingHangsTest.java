package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi;
import com.scaleoutsystems.edge.client.internal.api.EdgeApi.TokenEndpoint;
import com.scaleoutsystems.edge.client.internal.api.EdgeApis;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.wire.Dialects;
import com.scaleoutsystems.edge.client.internal.wire.Transports;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call of the client against servers that accept it and never answer: each ends by itself. */
@Timeout(60)
class NothingHangsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** What asks for no answer, and the stream of tasks, on which none may come for hours: pings watch over its connection. */
    private static final Set<String> WITHOUT_ANSWER =
            Set.of("dialect", "knowsDialect", "streams", "close", "reconnectNow", "subscribe", "with");

    private static final NetworkProfile IMPATIENT = NetworkProfile.defaults()
            .withConnectTimeout(SHORT)
            .withCallTimeout(SHORT)
            .withIdleTimeout(SHORT);

    /** Ways to use each method, by its name; the same method more than once with something behind a slash. */
    private static Map<String, Supplier<CompletionStage<?>>> calls(CombinerTransport combiner, ScaleoutModel model) {
        Map<String, Supplier<CompletionStage<?>>> calls = new LinkedHashMap<>();
        for (Announcement what : Announcement.values()) {
            calls.put("announce/" + what, () -> combiner.announce(what));
        }
        calls.put("poll", () -> combiner.poll(new Poll(List.of(), SHORT, false)));
        calls.put("heartbeat", () -> combiner.heartbeat(SHORT));
        calls.put("reportBacklog", () -> combiner.reportBacklog(1, 0, Optional.of(SHORT)));
        calls.put("download", () -> combiner.download("model-1", bytes -> {}).result());
        calls.put("upload", () -> combiner.upload(model, bytes -> {}).result());
        for (RecordBody body : List.of(
                new RecordBody.Validation("m", "c", "s", NOW, "{}"),
                new RecordBody.Prediction("m", "c", "s", NOW, "{}"),
                new RecordBody.StatusLine("hello", LogLevel.INFO, "", NOW),
                new RecordBody.Telemetry("k", "{}", NOW),
                new RecordBody.Attribute("k", "{}", NOW))) {
            calls.put("send/" + body.traits().kind(), () -> combiner.send("r-1", body));
        }
        for (RecordBody body : List.of(
                new RecordBody.Telemetry("k", "{}", NOW),
                new RecordBody.Attribute("k", "{}", NOW),
                new RecordBody.Inference("k", "{}", "i", "m", NOW))) {
            calls.put("open/" + body.traits().kind(), () -> opened(combiner, body));
        }
        return calls;
    }

    /** A stream with one record on it, until it ends. */
    private static CompletionStage<?> opened(CombinerTransport combiner, RecordBody record) {
        CompletableFuture<?> end = new CompletableFuture<>();
        combiner.open(record.traits().kind(), new RecordStream.Receiver() {
                    @Override
                    public void acknowledged(List<String> recordIds) {}

                    @Override
                    public void ended(EdgeException reason) {
                        end.completeExceptionally(reason);
                    }
                })
                .send("r-1", record);
        return end;
    }

    private static Map<String, Supplier<CompletionStage<?>>> calls(EdgeApi api) {
        Map<String, Supplier<CompletionStage<?>>> calls = new LinkedHashMap<>();
        calls.put("assign", () -> api.assign(new ClientIdentity("i", "n", "1"), Optional.empty(), Bearer.none()));
        calls.put("enroll", () -> api.enroll("token", "n", Optional.empty()));
        calls.put("refresh", () -> api.refresh(TokenEndpoint.CLIENT, "token"));
        return calls;
    }

    private static void assertAllEnd(Map<String, Supplier<CompletionStage<?>>> calls) {
        Map<String, CompletionStage<?>> underWay = new LinkedHashMap<>();
        calls.forEach((name, call) -> underWay.put(name, call.get()));
        underWay.forEach((name, call) -> assertThat(ending(call)).as(name).isEqualTo("ended"));
    }

    private static String ending(CompletionStage<?> call) {
        try {
            call.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
            return "ended";
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return "hangs";
            }
            return e.getCause() instanceof EdgeException ? "ended" : "ended with " + e.getCause();
        }
    }

    private static void assertNoneLeftOut(Class<?> type, Map<String, ?> calls) {
        Set<String> used =
                calls.keySet().stream().map(name -> name.split("/")[0]).collect(Collectors.toSet());
        assertThat(Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic() && !Modifier.isStatic(method.getModifiers()))
                        .map(Method::getName)
                        .filter(name -> !WITHOUT_ANSWER.contains(name)))
                .as("methods of %s", type)
                .allSatisfy(name -> assertThat(used).contains(name));
    }

    private static void walk(int port) {
        Connections connections = new Connections(IMPATIENT, new SystemEnv());
        for (Generation generation : Generation.values()) {
            Transports transports = new Transports(
                    connections,
                    generation,
                    TransferSettings.defaults().withIdleTimeout(SHORT).withAnswerTimeout(SHORT),
                    ModelSettings.defaults(),
                    new SystemEnv());
            CombinerTransport combiner = transports.open(
                    GrpcConnectionOptions.of("127.0.0.1", port).withTls(TlsMode.PLAINTEXT),
                    new ClientIdentity("client-1", "name", "1.1.0"),
                    Bearer.none());
            try (ScaleoutModel model = ScaleoutModel.fromModelParameters(
                    ModelParameters.of(Tensor.ofFloats(new float[1 << 20], 1 << 20)))) {
                Map<String, Supplier<CompletionStage<?>>> calls = calls(combiner, model);
                assertNoneLeftOut(CombinerTransport.class, calls);
                assertAllEnd(calls);
            } finally {
                combiner.close();
            }
        }
    }

    @Test
    void callsToACombinerThatNeverAnswersEnd() throws IOException {
        Server silent = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .fallbackHandlerRegistry(new Swallowing())
                .build()
                .start();
        try {
            walk(silent.getPort());
        } finally {
            silent.shutdownNow();
        }
    }

    @Test
    void callsToAPortThatNeverAnswersEnd() {
        try (RawServer silent = RawServer.silent()) {
            walk(silent.port());
        }
    }

    @Test
    void restCallsEnd() {
        try (RawServer silent = RawServer.silent()) {
            URI url = URI.create("http://127.0.0.1:" + silent.port());
            EdgeApi api = new EdgeApis(
                            new Connections(IMPATIENT, new SystemEnv()), Dialects.of(Generation.AUTO), new SystemEnv())
                    .open(
                            url,
                            new SystemEnv().strand("test"),
                            () -> RetryPolicy.defaults()
                                    .withMaxAttempts(2)
                                    .withFirstDelay(Duration.ofMillis(1))
                                    .withMaxDelay(Duration.ofMillis(1)));
            Map<String, Supplier<CompletionStage<?>>> calls = calls(api);
            assertNoneLeftOut(EdgeApi.class, calls);
            assertAllEnd(calls);
            api.close();
        }
    }

    /** Takes all calls and answers none. */
    private static final class Swallowing extends HandlerRegistry {

        private static final MethodDescriptor.Marshaller<InputStream> BYTES = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(InputStream value) {
                return value;
            }

            @Override
            public InputStream parse(InputStream stream) {
                try {
                    return new ByteArrayInputStream(stream.readAllBytes());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        };

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
            return ServerMethodDefinition.create(
                    MethodDescriptor.newBuilder(BYTES, BYTES)
                            .setType(MethodDescriptor.MethodType.UNKNOWN)
                            .setFullMethodName(name)
                            .build(),
                    (ServerCall<InputStream, InputStream> call, Metadata metadata) -> {
                        call.request(1);
                        return new ServerCall.Listener<>() {};
                    });
        }
    }
}
