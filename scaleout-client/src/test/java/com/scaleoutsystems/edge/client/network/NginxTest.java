package com.scaleoutsystems.edge.client.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real proxy answers in the combiner's place for a while, with a web page or with the refusal of something that is too large or comes
 * too often. Nothing is lost by that: when the proxy is well again, everything arrives.
 */
@Tag("once")
@Timeout(120)
class NginxTest {

    private static final Duration PAGE_TIME = Duration.ofSeconds(5);
    private static final Duration BETWEEN_RECORDS = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Set<String> STREAMS =
            Set.of("StreamTelemetryRecord", "StreamAttributeRecord", "StreamInferenceResult");
    private static final Set<String> RESULTS = Set.of("SendModelUpdate", "SendModelValidation");

    private static final LoggingContext TRAINING = LoggingContext.of("first", "1", "s");

    @TempDir
    Path folder;

    private final CompletableFuture<Void> training = new CompletableFuture<>();
    private final CompletableFuture<Void> trained = new CompletableFuture<>();
    private final List<String> rejected = new CopyOnWriteArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();

    @BeforeAll
    static void requireNginx() {
        Nginx.require();
    }

    private EdgeClientBuilder client(Nginx nginx) {
        return EdgeClient.builder()
                .combiner(GrpcConnectionOptions.of("127.0.0.1", nginx.port()).withTls(TlsMode.PLAINTEXT))
                .clientId("c")
                .stateless()
                .tasks(TaskSettings.defaults()
                        .withPollInterval(Duration.ofMillis(500))
                        .withLane(TaskKind.VALIDATE, LaneSettings.of("validate")))
                .reporting(ReportingSettings.defaults()
                        .withHeartbeatInterval(Duration.ofMillis(500))
                        .withNodeTelemetry(false))
                .listener(new EdgeClientListener() {
                    @Override
                    public void recordSettled(RecordInfo record, Outcome outcome) {
                        if (!outcome.isDelivered()) {
                            rejected.add(record + " " + outcome);
                        }
                    }
                });
    }

    /** Its training ends when {@code trained} is complete. Validations run meanwhile. */
    private EdgeClient trainingClient(Nginx nginx) {
        return client(nginx)
                .onTrain((model, task) -> {
                    training.complete(null);
                    trained.get();
                    return TrainResult.of(model(20), 1);
                })
                .onValidate((model, task) -> Map.of("loss", 1))
                .build();
    }

    private static ScaleoutModel model(int floats) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[floats], floats)));
    }

    private static Sandbox sandbox() {
        Sandbox sandbox = Sandbox.builder().start();
        for (String id : List.of("first", "second")) {
            try (ScaleoutModel model = model(10).withModelId(id)) {
                sandbox.addModel(model);
            }
        }
        return sandbox;
    }

    private static String train(Sandbox sandbox, String model) {
        return sandbox.submit(
                TaskSpec.of("Scaleout_ModelUpdate", "c").withModel(model).withSession("s", "1"));
    }

    private void logOfEachKind(EdgeClient client) {
        Map<String, Object> payload = Map.of("value", deliveries.size());
        deliveries.add(client.logMetric(
                Map.of("loss", deliveries.size()), LogOptions.defaults().withContext(TRAINING)));
        deliveries.add(client.sendStatus("line " + deliveries.size()));
        deliveries.add(client.logTelemetry("t", payload));
        deliveries.add(client.logAttributes(Map.of("a", "value " + deliveries.size())));
        deliveries.add(client.logInferenceResult(
                "i", payload, LogOptions.defaults().withContext(new InferenceContext("i", "first"))));
    }

    /** Logs records for the time of the page, and for as long as something has not met it. */
    private void logUntil(EdgeClient client, BooleanSupplier met) {
        long start = System.nanoTime();
        await(() -> {
            logOfEachKind(client);
            return System.nanoTime() - start >= PAGE_TIME.toNanos() && met.getAsBoolean();
        });
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(BETWEEN_RECORDS).until(condition);
    }

    private void assertAllDelivered() {
        for (Delivery delivery : deliveries) {
            assertThat(delivery.outcome().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(new Outcome.Delivered());
        }
        assertThat(rejected).isEmpty();
    }

    private static void assertCompleted(Sandbox sandbox, String task) {
        assertThat(sandbox.awaitOutcome(task, PATIENCE).status()).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void webPageInPlaceOfEachAnswerIsWaitedOut(int status) {
        try (Sandbox sandbox = sandbox();
                Nginx nginx = Nginx.before(sandbox.grpcPort(), folder);
                EdgeClient client = trainingClient(nginx)) {
            client.start();
            String update = train(sandbox, "first");
            assertThat(training).succeedsWithin(PATIENCE);
            nginx.answer(status, "Download"::equals);
            String validation = sandbox.submit(
                    TaskSpec.of("Scaleout_Validation", "c").withModel("second").withSession("s", "1"));
            await(() -> nginx.answers(status, "Download") > 0);
            nginx.answer(status, call -> true);
            trained.complete(null);
            logUntil(
                    client,
                    () -> nginx.answers(status, "Upload") > 1
                            && nginx.answers(status, "SendModelMetric") + nginx.answers(status, "SendStatus") > 0
                            && STREAMS.stream().allMatch(call -> nginx.answers(status, call) > 0)
                            && nginx.answers(status, "PollAndReportAsync") > 1
                            && nginx.answers(status, "SendHeartbeat") > 1);
            nginx.answer(status, RESULTS::contains);
            await(() -> RESULTS.stream().allMatch(call -> nginx.answers(status, call) > 0));
            nginx.passOn();

            assertCompleted(sandbox, update);
            assertCompleted(sandbox, validation);
            assertAllDelivered();
        }
    }

    @Test
    void streamsThatAreNotFoundAtFirstAreWaitedOut() {
        try (Sandbox sandbox = sandbox();
                Nginx nginx = Nginx.before(sandbox.grpcPort(), folder);
                EdgeClient client = client(nginx).build()) {
            nginx.answer(404, STREAMS::contains);
            client.start();
            logUntil(client, () -> STREAMS.stream().allMatch(call -> nginx.answers(404, call) > 0));
            nginx.passOn();
            logOfEachKind(client);

            assertAllDelivered();
        }
    }

    @Test
    void clientThatMeetsAWebPageWhenItComesIsConnectedAfterwards() {
        try (Sandbox sandbox = sandbox();
                Nginx nginx = Nginx.before(sandbox.grpcPort(), folder);
                EdgeClient client = client(nginx).build()) {
            nginx.answer(404, "Announce"::equals);
            CompletableFuture<Void> greeted = CompletableFuture.runAsync(() -> client.initGrpcHandler(
                    GrpcConnectionOptions.of("127.0.0.1", nginx.port()).withTls(TlsMode.PLAINTEXT)));
            await(() -> nginx.answers(404, "Announce") > 1);
            nginx.passOn();
            assertThat(greeted).succeedsWithin(PATIENCE);
            long before = nginx.answers(404, "Announce");
            nginx.answer(404, "Announce"::equals);
            client.start();
            await(() -> nginx.answers(404, "Announce") > before + 1);
            nginx.passOn();

            assertThat(sandbox.awaitClients(1, PATIENCE)).containsExactly("c");
        }
    }

    @Test
    void limitOfCallsIsWaitedOut() {
        try (Sandbox sandbox = sandbox();
                Nginx nginx = Nginx.before(sandbox.grpcPort(), folder);
                EdgeClient client = trainingClient(nginx)) {
            client.start();
            String update = train(sandbox, "first");
            assertThat(training).succeedsWithin(PATIENCE);
            nginx.limitCalls();
            trained.complete(null);
            logUntil(client, () -> nginx.answers(429, "SendModelMetric") + nginx.answers(429, "SendStatus") > 0);
            nginx.passOn();

            assertCompleted(sandbox, update);
            assertAllDelivered();
        }
    }

    @Test
    void limitOfTheSizeOfAModelIsWaitedOut() {
        try (Sandbox sandbox = sandbox();
                Nginx nginx = Nginx.before(sandbox.grpcPort(), folder, "client_max_body_size 1m;");
                EdgeClient client = client(nginx)
                        .onTrain((model, task) -> TrainResult.of(model(1 << 20), 1))
                        .build()) {
            client.start();
            String update = train(sandbox, "first");
            await(() -> nginx.answers(413, "Upload") > 0);
            nginx.restart("client_max_body_size 0;");

            assertCompleted(sandbox, update);
            assertAllDelivered();
        }
    }

    /** The reason is larger than nginx's buffer, so the client sees a failure of the proxy. */
    @Test
    void refusalThatTheProxyCannotPassOnHoldsUpNoOtherRecord() {
        try (TestCombiner combiner = TestCombiner.plain();
                Nginx nginx = Nginx.before(combiner.port(), folder);
                EdgeClient client = client(nginx).build()) {
            combiner.refuseLines("refused"::equals, "x".repeat(6_000));
            client.start();
            Delivery refused = client.sendStatus("refused");
            await(() -> nginx.answers(502, "SendStatus") > 0);
            deliveries.add(client.sendStatus("behind"));
            deliveries.add(
                    client.logMetric(Map.of("loss", 1), LogOptions.defaults().withContext(TRAINING)));

            assertAllDelivered();
            assertThat(refused.outcome().toCompletableFuture()).isNotDone();
            client.close(Duration.ofSeconds(1));
        }
    }
}
