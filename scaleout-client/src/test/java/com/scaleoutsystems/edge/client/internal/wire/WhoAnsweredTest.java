package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.api.Bearer;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.net.Connections;
import com.scaleoutsystems.edge.client.internal.state.AnsweredCalls;
import com.scaleoutsystems.edge.client.internal.transport.ClientIdentity;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Announcement;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport.Poll;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.RecordExamples;
import com.scaleoutsystems.edge.client.internal.transport.RecordStream;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.PageServer;
import com.scaleoutsystems.edge.client.network.PageServer.Page;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import io.grpc.Status;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose an answer is: the combiner's, or that of something between. */
@Tag("once")
@Timeout(60)
class WhoAnsweredTest {

    private static final Poll POLL = new Poll(List.of(), Duration.ofSeconds(5), false);

    private final PageServer server = new PageServer();
    private final AtomicLong later = new AtomicLong();
    private final ScaleoutModel model =
            ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[1 << 18], 1 << 18)));
    private CombinerTransport combiner = open(Generation.V1_1, Bearer.none());

    @AfterEach
    void close() {
        combiner.close();
        server.close();
        model.close();
    }

    private CombinerTransport open(Generation generation, Bearer bearer) {
        return open(generation, bearer, AnsweredCalls::inMemory);
    }

    private CombinerTransport open(Generation generation, Bearer bearer, Function<Env, AnsweredCalls> answered) {
        Env real = new SystemEnv();
        Env env = (Env) Proxy.newProxyInstance(
                Env.class.getClassLoader(), new Class<?>[] {Env.class}, (proxy, method, args) -> {
                    Object answer = method.invoke(real, args);
                    return method.getName().equals("nanos") ? (long) answer + later.get() : answer;
                });
        return new Transports(
                        new Connections(NetworkProfile.defaults(), env),
                        new SharedChannels(),
                        generation,
                        TransferSettings.defaults(),
                        ModelSettings.defaults(),
                        answered.apply(env),
                        env)
                .open(
                        GrpcConnectionOptions.of("127.0.0.1", server.port()).withTls(TlsMode.PLAINTEXT),
                        new ClientIdentity("client-1", "name", "1.1.0"),
                        bearer);
    }

    private EdgeException failure(CompletionStage<?> call) {
        try {
            Object answer = call.toCompletableFuture().get(20, TimeUnit.SECONDS);
            throw new AssertionError("answered " + answer);
        } catch (ExecutionException failed) {
            return (EdgeException) failed.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void succeeds(CompletionStage<?> call) {
        call.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** All calls and streams, by their names. */
    private Map<String, Supplier<CompletionStage<?>>> calls() {
        Map<String, Supplier<CompletionStage<?>>> calls = new LinkedHashMap<>();
        for (Announcement what : Announcement.values()) {
            calls.put("announce " + what, () -> combiner.announce(what));
        }
        calls.put("poll", () -> combiner.poll(POLL));
        calls.put("heartbeat", () -> combiner.heartbeat(Duration.ofSeconds(5)));
        calls.put("report the backlog", () -> combiner.reportBacklog(1, 0, Optional.empty()));
        calls.put("download", () -> combiner.download("model-1", bytes -> {}).result());
        calls.put("upload", () -> combiner.upload(model, bytes -> {}).result());
        calls.put("tasks", this::pushed);
        for (RecordBody body : RecordExamples.all()) {
            if (!(body instanceof RecordBody.Inference)) {
                calls.put("send " + body.traits().kind(), () -> combiner.send("r-1", body));
            }
            if (body.traits().route().stream().isPresent()) {
                calls.put("stream " + body.traits().kind(), () -> streamed(body));
            }
        }
        return calls;
    }

    private CompletionStage<?> streamed(RecordBody body) {
        CompletableFuture<?> end = new CompletableFuture<>();
        RecordStream stream = combiner.open(body.traits().kind(), new RecordStream.Receiver() {
            @Override
            public void acknowledged(List<String> recordIds) {}

            @Override
            public void ended(EdgeException reason) {
                end.completeExceptionally(reason);
            }
        });
        stream.send("r-1", body);
        return end;
    }

    private CompletionStage<?> pushed() {
        CompletableFuture<?> end = new CompletableFuture<>();
        combiner.subscribe(new TaskPush.Receiver() {
                    @Override
                    public void task(TaskRequest task) {}

                    @Override
                    public void ended(EdgeException reason) {
                        end.completeExceptionally(reason);
                    }
                })
                .request();
        return end;
    }

    private static void isTheNetworks(EdgeException failure) {
        assertThat(failure.code()).as(failure.toString()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.getMessage().lines()).hasSize(1);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain("<html", "Channel Pipeline");
        }
    }

    private static void isAProxys(EdgeException failure, int status) {
        isTheNetworks(failure);
        assertThat(failure)
                .isInstanceOfSatisfying(
                        ProxyAnswerException.class,
                        answer -> assertThat(answer.httpStatus()).isEqualTo(status));
        assertThat(failure).hasMessageContaining("(HTTP " + status + "); ");
    }

    @Test
    void anAnswerOfAnyStatusThatIsNotGrpcIsTheNetworksFault() {
        for (int status = 200; status < 600; status++) {
            for (Page page : List.of(
                    Page.html(status),
                    Page.of(status, "application/json", "{\"error\": \"no\"}"),
                    Page.of(status, "", ""))) {
                server.answer(page);
                isAProxys(failure(combiner.heartbeat(Duration.ofSeconds(5))), status);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 403, 404, 413, 429, 431, 502, 503, 504})
    void aWebPageIsNobodysVerdictOnAnyCallOrStream(int status) {
        server.answer(Page.html(status));
        calls().forEach((name, call) -> {
            EdgeException failure = failure(call.get());
            assertThat(failure).as(name).isInstanceOf(ProxyAnswerException.class);
            isAProxys(failure, status);
        });

        assertThat(RecordExamples.all())
                .as("streams that a page has hidden are not given up")
                .filteredOn(body -> body.traits().route().stream().isPresent())
                .isNotEmpty()
                .allMatch(body -> combiner.streams(body.traits().kind()));
    }

    /** An answer that says that it is gRPC is so only if it has a status of gRPC. */
    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 403, 404, 413, 429, 431, 502, 503, 504})
    void anAnswerOfTheTypeOfGrpcWithoutItsStatusIsTheNetworksFault(int status) {
        Map<String, String> type = Map.of("content-type", "application/grpc");
        byte[] none = new byte[0];
        List<Page> pages = List.of(
                new Page(status, type, none, Map.of()),
                new Page(status, type, none, Map.of("x-request-id", "1")),
                new Page(status, type, new byte[5], Map.of("x-request-id", "1")),
                new Page(status, type, "<html></html>".getBytes(StandardCharsets.UTF_8), Map.of()));
        for (Page page : pages) {
            server.answer(page);
            calls().forEach((name, call) -> {
                isTheNetworks(failure(call.get()));
            });
        }
        server.answer(pages.get(0));
        isAProxys(failure(combiner.heartbeat(Duration.ofSeconds(5))), status);
    }

    /** A status of gRPC makes no web page an answer of gRPC. */
    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/grpc-web", "application/grpcx", ""})
    void anAnswerOfAnotherTypeWithAStatusOfGrpcIsTheNetworksFault(String type) {
        String notFound = String.valueOf(Status.Code.UNIMPLEMENTED.value());
        Map<String, String> headers = type.isEmpty()
                ? Map.of("grpc-status", notFound)
                : Map.of("content-type", type, "grpc-status", notFound);
        server.answer(new Page(404, headers, new byte[0], Map.of()));

        isAProxys(failure(combiner.heartbeat(Duration.ofSeconds(5))), 404);
    }

    /** Whatever the HTTP status is. */
    @ParameterizedTest
    @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void anAnswerWithAStatusOfGrpcIsTheCombinersWord(Status.Code code) {
        EdgeException word = GrpcErrors.of("the call", code.toStatus().asRuntimeException());
        for (int status : List.of(200, 404, 503)) {
            server.answer(Page.grpc(status, code.value(), "HTTP status code 404 invalid content-type: text/html"));
            calls().forEach((name, call) -> {
                EdgeException failure = failure(call.get());
                assertThat(failure.code()).as(name).isEqualTo(word.code());
                assertThat(failure.retryable()).as(name).isEqualTo(word.retryable());
                assertThat(failure).as(name).isNotInstanceOf(ProxyAnswerException.class);
            });
        }
    }

    @Test
    void aWebPageSaysNothingOfTheDialect() {
        combiner.close();
        combiner = open(Generation.AUTO, Bearer.none());
        server.answer(Page.html(404));
        isAProxys(failure(combiner.poll(POLL)), 404);
        isAProxys(failure(pushed()), 404);
        assertThat(combiner.knowsDialect()).isFalse();
        assertThat(server.calls()).doesNotContain("/scaleout.CombinerClient/PollAndReport");
    }

    @Test
    void aCallThatIsBrokenOffIsTheNetworksFault() {
        server.reset();
        calls().forEach((name, call) -> isTheNetworks(failure(call.get())));
    }

    @Test
    void aLargeTokenMayBeWhyACallIsBrokenOff() {
        combiner.close();
        combiner = open(Generation.V1_1, Bearer.fixed(Optional.of("x".repeat(6_000))));
        server.reset();

        EdgeException failure = failure(combiner.heartbeat(Duration.ofSeconds(5)));

        isTheNetworks(failure);
        assertThat(failure)
                .hasMessageContaining(
                        "perhaps a proxy refuses headers of this size, as the access token has 6000 bytes");
    }

    /** A proxy may check tokens as the combiner does. */
    @Test
    void whoeverRefusesATokenTheNextCallShowsAnotherOne() {
        List<String> refused = new CopyOnWriteArrayList<>();
        combiner.close();
        combiner = open(Generation.V1_1, new Bearer() {
            @Override
            public CompletionStage<Optional<String>> token() {
                return CompletableFuture.completedFuture(Optional.of("token"));
            }

            @Override
            public void refused(String token) {
                refused.add(token);
            }
        });
        for (Page page : List.of(Page.html(401), Page.grpc(200, Status.Code.UNAUTHENTICATED.value(), "expired"))) {
            server.answer(page);
            calls().forEach((name, call) -> {
                refused.clear();
                failure(call.get());
                assertThat(refused).as(name).containsExactly("token");
            });
        }
        server.answer(Page.html(403));
        refused.clear();
        failure(combiner.heartbeat(Duration.ofSeconds(5)));
        assertThat(refused).isEmpty();
    }

    /** Service meshes answer in gRPC. */
    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNIMPLEMENTED", "PERMISSION_DENIED"})
    void aRefusalOfACallThatTheCombinerHasAnsweredBeforeIsFinalAfterAnHour(Status.Code code) {
        Supplier<CompletionStage<?>> connect = () -> combiner.announce(Announcement.CONNECT);
        server.answer(Page.message());
        succeeds(connect.get());

        server.answer(Page.grpc(200, code.value(), "no route"));
        EdgeException first = failure(connect.get());
        isTheNetworks(first);
        assertThat(first)
                .isInstanceOf(ProxyAnswerException.class)
                .hasMessageContaining(code + ": no route; the combiner has answered this call before");
        pass(Duration.ofMinutes(59));
        isTheNetworks(failure(connect.get()));
        pass(Duration.ofMinutes(1));
        EdgeException last = failure(connect.get());
        assertThat(last.code()).isEqualTo(ErrorCode.valueOf(code.name()));
        assertThat(last.retryable()).isFalse();

        server.answer(Page.message());
        succeeds(connect.get());
        server.answer(Page.grpc(200, code.value(), "no route"));
        isTheNetworks(failure(connect.get()));
    }

    /** The hour begins anew. */
    @Test
    void aRestartMakesAProxysRefusalNotTheCombiners(@TempDir Path state) {
        RecordBody line = RecordExamples.all().stream()
                .filter(RecordBody.StatusLine.class::isInstance)
                .findFirst()
                .orElseThrow();
        restart(state);
        server.answer(Page.message());
        succeeds(combiner.send("r-0", line));
        succeeds(combiner.announce(Announcement.CONNECT));
        Awaitility.await()
                .until(() -> Files.readString(state.resolve("answered-calls"))
                                .lines()
                                .count()
                        == 2);
        server.answer(Page.grpc(200, Status.Code.UNIMPLEMENTED.value(), "no route"));
        isTheNetworks(failure(combiner.send("r-1", line)));

        restart(state);
        isTheNetworks(failure(combiner.send("r-1", line)));
        isTheNetworks(failure(combiner.send("r-2", line)));
        isTheNetworks(failure(combiner.announce(Announcement.CONNECT)));
        assertThat(failure(combiner.heartbeat(Duration.ofSeconds(5))).code())
                .as("a call that was never answered")
                .isEqualTo(ErrorCode.UNIMPLEMENTED);
        pass(Duration.ofMinutes(30));
        isTheNetworks(failure(combiner.send("r-1", line)));
        pass(Duration.ofMinutes(30));
        assertThat(failure(combiner.send("r-1", line)).code()).isEqualTo(ErrorCode.UNIMPLEMENTED);
    }

    private void restart(Path state) {
        combiner.close();
        combiner = open(Generation.V1_1, Bearer.none(), env -> AnsweredCalls.open(state, env));
    }

    @Test
    void eachRecordHasItsOwnHour() {
        RecordBody line = RecordExamples.all().stream()
                .filter(RecordBody.StatusLine.class::isInstance)
                .findFirst()
                .orElseThrow();
        server.answer(Page.message());
        succeeds(combiner.send("r-0", line));
        server.answer(Page.grpc(200, Status.Code.PERMISSION_DENIED.value(), "not you"));
        isTheNetworks(failure(combiner.send("r-1", line)));
        pass(Duration.ofMinutes(30));
        isTheNetworks(failure(combiner.send("r-1", line)));
        isTheNetworks(failure(combiner.send("r-2", line)));
        server.answer(Page.message());
        succeeds(combiner.send("r-3", line));
        pass(Duration.ofMinutes(30));

        server.answer(Page.grpc(200, Status.Code.PERMISSION_DENIED.value(), "not you"));
        assertThat(failure(combiner.send("r-1", line)).code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        isTheNetworks(failure(combiner.send("r-2", line)));
    }

    private void pass(Duration time) {
        later.addAndGet(time.toNanos());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gRPC message exceeds maximum size 4194304: 6000335",
                "Received message larger than max (6000335 vs. 4194304)",
                "grpc: received message larger than max (6000335 vs. 4194304)"
            })
    void aMessageThatIsTooLargeForTheCombinerIsNotSentAgain(String text) {
        server.answer(Page.grpc(200, Status.Code.RESOURCE_EXHAUSTED.value(), text));

        EdgeException failure = failure(combiner.heartbeat(Duration.ofSeconds(5)));

        assertThat(failure.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure).hasMessageContaining("send less at a time");
    }
}
