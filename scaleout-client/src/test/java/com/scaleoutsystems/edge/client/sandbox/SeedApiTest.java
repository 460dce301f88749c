package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.plusOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.ContextScope;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.proto.FileChunk;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rows of docs/python-to-java.md, each with its effect at the server. */
@Timeout(120)
class SeedApiTest {

    private static Sandbox sandbox(SandboxGeneration generation) {
        return Sandbox.builder()
                .generation(generation)
                .seedModel(model(1, 2).withModelId("seed"))
                .start();
    }

    private static Sandbox sandbox() {
        return sandbox(SandboxGeneration.V1_1);
    }

    private static EdgeClient started(EdgeClientBuilder builder) {
        EdgeClient client = builder.build();
        client.start();
        return client;
    }

    private static TaskOutcome outcome(Sandbox sandbox, TaskSpec task) {
        return sandbox.awaitOutcome(sandbox.submit(task), PATIENCE);
    }

    private static TaskSpec train() {
        return TaskSpec.of("Scaleout_ModelUpdate", "c").withModel("seed").withSession("s", "1");
    }

    private static TaskSpec custom(String name) {
        return TaskSpec.of("Custom_" + name, "c");
    }

    private static void delivered(Delivery delivery) {
        assertThat(delivery.outcome().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(new Outcome.Delivered());
    }

    private static <T extends Recorded> List<T> awaitRecorded(Sandbox sandbox, Class<T> kind, int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> sandbox.recording().all(kind).size() >= count);
        return sandbox.recording().all(kind);
    }

    private static LogOptions inClass(String priorityClass) {
        return LogOptions.defaults().withPriorityClass(priorityClass);
    }

    // Every row of the table names a test of this class.

    @Test
    void everyRowOfTheTableHasItsTest() throws IOException {
        Path table = Path.of("../docs/python-to-java.md");
        Pattern row = Pattern.compile("\\| `(\\w+)` \\|$");
        List<String> tests = Arrays.stream(SeedApiTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .toList();
        List<String> named = new ArrayList<>();
        for (String line : Files.readAllLines(table)) {
            Matcher matcher = row.matcher(line);
            if (matcher.find()) {
                named.add(matcher.group(1));
            } else if (line.startsWith("| `")) {
                throw new AssertionError("a row without a test: " + line);
            }
        }
        assertThat(named).hasSizeGreaterThan(30).allMatch(tests::contains);
        assertThat(tests).allMatch(test -> test.equals("everyRowOfTheTableHasItsTest") || named.contains(test));
    }

    // The seed document's client.

    @Test
    void trainValidatePredictCallbacks() {
        try (Sandbox sandbox = sandbox(SandboxGeneration.V1_0);
                EdgeClient client = started(client(sandbox, "c")
                        .generation(Generation.V1_0)
                        .onTrain((model, task) -> TrainResult.of(plusOne(model), 10))
                        .onValidate((model, task) -> Map.of("loss", 0.5))
                        .onPredict((model, task) -> Map.of("mean", 1.5)))) {
            String last = sandbox.runSession(SessionPlan.of(2, 1)).modelId();
            TaskOutcome predicted = outcome(
                    sandbox, TaskSpec.of("Fedn_Prediction", client.clientId()).withModel("seed"));

            try (ScaleoutModel result = sandbox.model(last)) {
                assertThat(result.isRaw()).isTrue();
                assertThat(result.modelParameters().get(0).toFloats()).containsExactly(3, 4);
            }
            assertThat(sandbox.recording().validations()).hasSize(2);
            assertThat(predicted.status()).isEqualTo("COMPLETED");
            assertThat(sandbox.recording().predictions())
                    .singleElement()
                    .satisfies(prediction -> assertThat(prediction.values()).containsEntry("mean", 1.5));
        }
    }

    @Test
    void checkTaskAbort() {
        CountDownLatch running = new CountDownLatch(1);
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            client.setTrainCallback((model, task) -> {
                running.countDown();
                while (true) {
                    client.checkTaskAbort();
                    Thread.onSpinWait();
                }
            });
            client.checkTaskAbort();
            client.start();
            String id = sandbox.submit(train());
            awaitLatch(running);
            sandbox.interrupt(id);

            assertThat(sandbox.awaitOutcome(id, PATIENCE).status()).isEqualTo("INTERRUPTED");
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void connectToApi() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            ConnectToApiResult result = client.connectToApi(sandbox.restUri(), Credential.none());

            assertThat(result).isInstanceOfSatisfying(ConnectToApiResult.Assigned.class, assigned -> {
                assertThat(assigned.clientId()).isEqualTo("c");
                assertThat(assigned.options().port()).isEqualTo(sandbox.grpcPort());
            });
        }
    }

    @Test
    void initGrpcHandler() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            client.initGrpcHandler(GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort())
                    .withTls(TlsMode.PLAINTEXT));

            assertThat(sandbox.recording().all(Recorded.Announcement.class))
                    .extracting(Recorded.Announcement::type)
                    .containsExactly("VersionCheck");
        }
    }

    @Test
    void currentLoggingContext() throws InterruptedException {
        CompletableFuture<Optional<LoggingContext>> inside = new CompletableFuture<>();
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            client.setTrainCallback((model, task) -> {
                LoggingContext context = client.currentLoggingContext().orElseThrow();
                inside.complete(Optional.of(context));
                Thread loader = new Thread(() -> {
                    try (ContextScope scope = client.makeCurrent(context)) {
                        assertThat(scope).isNotNull();
                        client.logMetric(Map.of("from another thread", 1));
                    }
                });
                loader.start();
                loader.join();
                return TrainResult.of(plusOne(model), 1);
            });
            assertThat(client.currentLoggingContext()).isEmpty();
            client.start();

            outcome(sandbox, train());

            assertThat(inside.join().orElseThrow().modelId()).isEqualTo("seed");
            assertThat(awaitRecorded(sandbox, Recorded.Metric.class, 1).get(0)).satisfies(metric -> {
                assertThat(metric.modelId()).isEqualTo("seed");
                assertThat(metric.sessionId()).isEqualTo("s");
                assertThat(metric.roundId()).isEqualTo("1");
            });
        }
    }

    @Test
    void getModelFromCombiner() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"));
                ScaleoutModel model = client.getModelFromCombiner("seed")) {
            assertThat(model.modelParameters().get(0).toFloats()).containsExactly(1, 2);
        }
    }

    @Test
    void sendModelToCombiner() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"));
                ScaleoutModel model = model(7).withModelId("mine")) {
            client.sendModelToCombiner(model);

            try (ScaleoutModel stored = sandbox.model("mine")) {
                assertThat(stored.checksum()).isEqualTo(model.checksum());
            }
        }
    }

    @Test
    void logAttributes() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            delivered(client.logAttributes(Map.of("os", "linux")));

            assertThat(sandbox.recording().all(Recorded.Attribute.class))
                    .singleElement()
                    .satisfies(attribute -> assertThat(attribute.payload()).containsEntry("value", "linux"));
        }
    }

    @Test
    void logMetricStepCommitAbortContext() {
        LoggingContext context = LoggingContext.of("m", "2", "s");
        LogOptions in = LogOptions.defaults().withContext(context);
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            delivered(client.logMetric(Map.of("loss", 1), in));
            delivered(client.logMetric(Map.of("loss", 2), in.withCommit(false)));
            delivered(client.logMetric(Map.of("loss", 3), in.withStep(10)));
            delivered(client.logMetric(Map.of("loss", 4), in.withCheckTaskAbort(false)));

            assertThat(sandbox.recording().metrics())
                    .extracting(metric -> metric.step())
                    .containsExactly(0L, 1L, 10L, 11L);
        }
    }

    @Test
    void logTelemetry() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            delivered(client.logTelemetry("speed", Map.of("value", 3.5)));

            assertThat(sandbox.recording().all(Recorded.Telemetry.class))
                    .filteredOn(record -> record.key().equals("speed"))
                    .singleElement()
                    .satisfies(record -> assertThat(record.payload()).containsEntry("value", 3.5));
        }
    }

    /** A host's code that has no client and needs none. */
    private static TrainResult trainAndLog(ScaleoutModel model, TaskContext task) {
        task.logMetric(Map.of("loss", 0.5));
        task.logMetric(Map.of("loss", 0.25), LogOptions.defaults().withStep(7));
        task.logTelemetry("speed", Map.of("value", 3.5));
        task.logTelemetry("limit", Map.of("value", 9), inClass(PriorityClass.ALERT));
        task.logAttributes(Map.of("site", "a"));
        task.logInferenceResult("mean", Map.of("value", 1.5));
        task.sendStatus("half way");
        task.sendStatus("slow", LogLevel.WARNING, LogOptions.defaults().withStatusType("HEALTH"));
        return TrainResult.of(model, 1);
    }

    @Test
    void logInCallbackWithoutClient() {
        ReportingSettings quiet = ReportingSettings.defaults().withNodeTelemetry(false);
        try (Sandbox sandbox = sandbox();
                EdgeClient client =
                        started(client(sandbox, "c").reporting(quiet).onTrain(SeedApiTest::trainAndLog))) {
            TaskOutcome outcome = outcome(sandbox, train());
            assertThat(outcome.status()).isEqualTo("COMPLETED");
            assertThat(client.flush(PATIENCE).isComplete()).isTrue();

            assertThat(sandbox.recording().metrics())
                    .extracting(
                            metric -> metric.values().get("loss"),
                            metric -> metric.step(),
                            Recorded.Metric::modelId,
                            Recorded.Metric::roundId,
                            Recorded.Metric::sessionId)
                    .containsExactly(tuple(0.5f, 0L, "seed", "1", "s"), tuple(0.25f, 7L, "seed", "1", "s"));
            assertThat(sandbox.recording().telemetry())
                    .extracting(Recorded.Telemetry::key)
                    .containsExactlyInAnyOrder("speed", "limit");
            assertThat(sandbox.recording().attributes())
                    .extracting(Recorded.Attribute::key)
                    .containsExactly("site");
            assertThat(sandbox.recording().inferenceResults())
                    .extracting(Recorded.InferenceResult::inferenceId, Recorded.InferenceResult::modelId)
                    .containsExactly(tuple(outcome.correlationId(), "seed"));
            assertThat(sandbox.recording().statuses())
                    .extracting(Recorded.Status::text, Recorded.Status::logLevel, Recorded.Status::type)
                    .contains(tuple("half way", "INFO", ""), tuple("slow", "WARNING", "HEALTH"));
        }
    }

    @Test
    void priorityOfRecords() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            List<Delivery> deliveries = List.of(
                    client.logTelemetry("last", Map.of("value", 1), inClass(PriorityClass.BACKLOG)),
                    client.logTelemetry("first", Map.of("value", 2), inClass(PriorityClass.ALERT)),
                    client.logAttributes(Map.of("site", "a"), inClass(PriorityClass.ALERT)));
            client.start();
            deliveries.forEach(SeedApiTest::delivered);

            assertThat(sandbox.recording().telemetry())
                    .extracting(Recorded.Telemetry::key)
                    .filteredOn(key -> !key.endsWith("_usage"))
                    .containsExactly("first", "last");
        }
    }

    @Test
    void priorityClasses() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            client.addPriorityClass(PriorityClass.of("mine", 50));
            client.replacePriorityClass(PriorityClass.of("mine", 60));
            assertThat(client.priorityClasses())
                    .extracting(PriorityClass::name, PriorityClass::priority)
                    .contains(tuple("alert", 80), tuple("mine", 60));

            client.logTelemetry("waits", Map.of("value", 1), inClass("mine"))
                    .stored()
                    .toCompletableFuture()
                    .join();
            assertThatThrownBy(() -> client.addPriorityClass(PriorityClass.of("mine", 70)))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
            assertThatThrownBy(() -> client.replacePriorityClass(PriorityClass.of("other", 70)))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.NOT_FOUND));
            assertThatThrownBy(() -> client.removePriorityClass("mine"))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                    .hasMessageContaining("holds 1 records");
            assertThat(client.mergePriorityClassIntoDefault("mine")).isEqualTo(1);
        }
    }

    @Test
    void linkQuality() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            assertThat(client.health().linkQuality()).isEqualTo(LinkQuality.OFFLINE);
            client.start();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> client.health().ready() && client.health().linkQuality() == LinkQuality.HEALTHY);
        }
    }

    @Test
    void storedDeliveredAndFlush(@TempDir Path folder) {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c").stateDirectory(folder.resolve("state")))) {
            Delivery delivery = client.logTelemetry("speed", Map.of("value", 3.5));
            assertThat(delivery.stored().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(Delivery.Stored.DURABLE);
            FlushResult flushed = client.flush(PATIENCE);

            assertThat(flushed.isComplete()).isTrue();
            assertThat(flushed.dropped()).isEmpty();
            // Receipts are told by the listener's thread, which flush does not wait for.
            assertThat(delivery.outcome().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(new Outcome.Delivered());
        }
    }

    @Test
    void predictGlobalModel() throws Exception {
        try (Sandbox sandbox = sandbox(SandboxGeneration.V1_0);
                EdgeClient client = started(client(sandbox, "c")
                        .generation(Generation.V1_0)
                        .onPredict((model, task) ->
                                Map.of("n", model.modelParameters().size())))) {
            delivered(client.predictGlobalModel(TaskRequest.of("p", "Fedn_Prediction")
                    .withModelId("seed")
                    .withSessionId("s")
                    .withData("{}")));

            assertThat(sandbox.recording().predictions()).singleElement().satisfies(prediction -> {
                assertThat(prediction.modelId()).isEqualTo("seed");
                assertThat(prediction.correlationId()).isEqualTo("p");
                assertThat(prediction.values()).containsEntry("n", 1);
            });
        }
    }

    @Test
    void sendStatus() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            delivered(client.sendStatus(
                    "hello", LogLevel.WARNING, LogOptions.defaults().withStatusType("MODEL_UPDATE")));

            assertThat(sandbox.recording().statuses()).anySatisfy(status -> {
                assertThat(status.text()).isEqualTo("hello");
                assertThat(status.logLevel()).isEqualTo("WARNING");
                assertThat(status.type()).isEqualTo("MODEL_UPDATE");
            });
        }
    }

    @Test
    void setCustomCallback() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            client.setCustomCallback("echo", (parameters, task) -> parameters);

            TaskOutcome outcome = outcome(sandbox, custom("echo").withData(Map.of("parameters", Map.of("a", 1))));

            assertThat(outcome.status()).isEqualTo("COMPLETED");
            assertThat(outcome.response()).isEqualTo("{\"a\": 1}");
        }
    }

    @Test
    void removeCustomCallback() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c").onCustom("echo", (parameters, task) -> parameters))) {
            assertThat(client.removeCustomCallback("echo")).isTrue();

            assertThat(outcome(sandbox, custom("echo")).status()).isEqualTo("FAILED");
        }
    }

    @Test
    void runWithHeartbeatAndPolling() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c")
                        .generation(Generation.V1_1)
                        .reporting(ReportingSettings.defaults().withHeartbeats(false))
                        .tasks(TaskSettings.defaults().withArrival(TaskArrival.PUSHED))
                        .onTrain((model, task) -> TrainResult.of(plusOne(model), 1))
                        .build()) {
            Thread runner = new Thread(client::run);
            runner.start();
            TaskOutcome outcome = outcome(sandbox, train());

            assertThat(outcome.status()).isEqualTo("COMPLETED");
            assertThat(sandbox.recording().all(Recorded.Heartbeat.class)).isEmpty();
            assertThat(sandbox.recording().calls())
                    .extracting(RecordedCall::rpc)
                    .contains("TaskStream")
                    .doesNotContain("PollAndReportAsync");
            client.close(Duration.ofSeconds(10));
            Awaitility.await().atMost(PATIENCE).until(() -> !runner.isAlive());
        }
    }

    // The seed document's model.

    @Test
    void modelFromFile(@TempDir Path directory) {
        Path file = directory.resolve("model.scm");
        try (ScaleoutModel model = model(1, 2)) {
            model.saveTo(file);
            try (ScaleoutModel read = ScaleoutModel.fromFile(file)) {
                assertThat(read.checksum()).isEqualTo(model.checksum());
            }
        }
    }

    @Test
    void modelFromFileChunkStream() {
        try (ScaleoutModel model = model(1, 2);
                ScaleoutModel read = ScaleoutModel.fromFileChunkStream(model.fileChunkStream(100))) {
            assertThat(read.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void modelFromModelParams() {
        try (ScaleoutModel model = model(1, 2)) {
            assertThat(model.modelParameters().get(0).toFloats()).containsExactly(1, 2);
        }
    }

    @Test
    void modelFromStream() throws IOException {
        try (ScaleoutModel model = model(1, 2);
                InputStream stream = model.openStream();
                ScaleoutModel read = ScaleoutModel.fromStream(stream)) {
            assertThat(read.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void modelFileChunkStream() {
        List<Integer> sizes = new ArrayList<>();
        try (ScaleoutModel model = model(new float[1000])) {
            for (Iterator<FileChunk> chunks = model.fileChunkStream(1000); chunks.hasNext(); ) {
                sizes.add(chunks.next().getData().size());
            }
            assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo((int) model.size());
            assertThat(sizes.get(0)).isEqualTo(1000);
        }
    }

    @Test
    void modelStream() throws IOException {
        try (ScaleoutModel model = model(1, 2);
                InputStream one = model.openStream();
                InputStream other = model.openStream()) {
            assertThat(one.readAllBytes()).isEqualTo(other.readAllBytes()).hasSize((int) model.size());
        }
    }

    // What 1.1 added.

    @Test
    void stageModel() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            client.stageModel("seed").close();
            assertThat(client.stagedModels()).containsExactly("seed");
            client.stageModel("seed").close();

            assertThat(sandbox.recording().all(Recorded.Download.class)).hasSize(1);
        }
    }

    @Test
    void listAndDeleteStagedModels() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"));
                ScaleoutModel own = model(5).withModelId("own")) {
            client.stageModel(own);
            client.stageModel("seed").close();
            assertThat(client.stagedModels()).containsExactly("own", "seed");

            assertThat(client.deleteStagedModel("seed")).isTrue();
            assertThat(client.deleteStagedModel("seed")).isFalse();
            client.getModelFromCombiner("seed").close();

            assertThat(client.stagedModels()).containsExactly("own");
            assertThat(sandbox.recording().all(Recorded.Download.class)).hasSize(2);
        }
    }

    @Test
    void stageModelTaskAndCallback() {
        List<String> staged = Collections.synchronizedList(new ArrayList<>());
        try (Sandbox sandbox = sandbox();
                EdgeClient client =
                        started(client(sandbox, "c").onStageModel((model, task) -> staged.add(model.modelId())))) {
            TaskOutcome outcome =
                    outcome(sandbox, TaskSpec.of("Scaleout_StageModel", "c").withModel("seed"));

            assertThat(outcome.status()).isEqualTo("COMPLETED");
            assertThat(staged).containsExactly("seed");
            assertThat(client.stagedModels()).containsExactly("seed");
        }
    }

    @Test
    void runInference() throws Exception {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c")
                        .onInference((model, task) ->
                                model.modelId() + task.settings().get("x")))) {
            assertThat(client.runInference("seed", Map.of("x", 2))).isEqualTo("seed2");
        }
    }

    @Test
    void inferenceTaskAndCallback() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c").onInference((model, task) -> {
                    task.logInferenceResult("mean", Map.of("value", 1.5));
                    return "dropped";
                }))) {
            assertThat(client.clientId()).isEqualTo("c");
            TaskOutcome outcome =
                    outcome(sandbox, TaskSpec.of("Scaleout_Inference", "c").withModel("seed"));

            assertThat(outcome.status()).isEqualTo("COMPLETED");
            assertThat(outcome.response()).isEmpty();
            assertThat(awaitRecorded(sandbox, Recorded.InferenceResult.class, 1).get(0))
                    .satisfies(result -> {
                        assertThat(result.inferenceId()).isEqualTo(outcome.correlationId());
                        assertThat(result.modelId()).isEqualTo("seed");
                    });
        }
    }

    @Test
    void logInferenceResultAndContext() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            assertThat(client.currentInferenceContext()).isEmpty();
            InferenceContext context = new InferenceContext("i", "m");
            try (ContextScope scope = client.makeCurrent(context)) {
                assertThat(scope).isNotNull();
                assertThat(client.currentInferenceContext()).contains(context);
                delivered(client.logInferenceResult("key", Map.of("value", 1)));
            }
            assertThat(client.logInferenceResult("key", Map.of()).outcome().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isInstanceOf(Outcome.Rejected.class);

            assertThat(sandbox.recording().all(Recorded.InferenceResult.class))
                    .singleElement()
                    .satisfies(result -> assertThat(result.inferenceId()).isEqualTo("i"));
        }
    }

    @Test
    void startAutonomousTask() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c"))) {
            AutonomousTask task =
                    client.startAutonomousTask("probe", Map.of("why", "test"), (parameters, context) -> parameters);

            assertThat(task.result().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(Map.of("why", "test"));
            TaskOutcome outcome = awaitOwn(sandbox, task);
            assertThat(outcome.status()).isEqualTo("COMPLETED");
            assertThat(outcome.response()).isEqualTo("{\"why\": \"test\"}");
            assertThat(sandbox.recording().all(Recorded.Report.class))
                    .filteredOn(report -> report.correlationId().equals(task.correlationId()))
                    .anySatisfy(report -> {
                        assertThat(report.commandType()).isEqualTo("Autonomous_probe");
                        assertThat(report.parameters()).isEqualTo("{\"why\": \"test\"}");
                    });
        }
    }

    /** The sandbox knows an autonomous task only from its first report on. */
    private static TaskOutcome awaitOwn(Sandbox sandbox, AutonomousTask task) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> sandbox.awaitOutcome(task.correlationId(), PATIENCE), outcome -> true);
    }

    @Test
    void startAutonomousInference() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c")
                        .onInference(
                                (model, task) -> Map.of("x", task.settings().get("x"))))) {
            AutonomousTask task = client.startAutonomousInference("seed", Map.of("x", 1));

            TaskOutcome outcome = awaitOwn(sandbox, task);
            assertThat(outcome.response()).isEqualTo("{\"x\": 1}");
            assertThat(sandbox.recording().all(Recorded.Report.class)).anySatisfy(report -> {
                assertThat(report.commandType()).isEqualTo("Autonomous_Scaleout_Inference");
                assertThat(report.parameters()).isEqualTo("{\"x\": 1, \"model_id\": \"seed\"}");
            });
        }
    }

    @Test
    void computeLock(@TempDir Path directory) {
        Path lock = directory.resolve("lock");
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        TaskSettings settings = TaskSettings.defaults()
                .withPollInterval(Duration.ofMillis(50))
                .withLane(
                        TaskKind.CUSTOM, LaneSettings.of("custom").withWidth(4).withLockFile(lock));
        try (Sandbox sandbox = sandbox();
                EdgeClient client = started(client(sandbox, "c").tasks(settings).onCustom("c", (parameters, task) -> {
                    order.add("in");
                    Thread.sleep(20);
                    order.add("out");
                    return null;
                }))) {
            assertThat(client.clientId()).isEqualTo("c");
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ids.add(sandbox.submit(custom("c")));
            }
            ids.forEach(id ->
                    assertThat(sandbox.awaitOutcome(id, PATIENCE).status()).isEqualTo("COMPLETED"));

            assertThat(order).containsExactly("in", "out", "in", "out", "in", "out", "in", "out");
        }
    }

    @Test
    void taskContextOnAnyThread() {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            client.setTrainCallback((model, task) -> {
                Path scratch = task.scratchDirectory();
                Files.writeString(scratch.resolve("part"), "x", StandardCharsets.UTF_8);
                Thread loader = new Thread(() -> {
                    try {
                        running.countDown();
                        task.bind(() -> {
                                    while (true) {
                                        client.checkTaskAbort();
                                        Thread.onSpinWait();
                                    }
                                })
                                .call();
                    } catch (TaskAbortedException aborted) {
                        seen.complete(aborted.reason().orElseThrow().name() + " " + scratch);
                    } catch (Exception e) {
                        seen.completeExceptionally(e);
                    }
                });
                loader.start();
                loader.join();
                task.checkAbort();
                return TrainResult.of(model, 1);
            });
            client.start();
            String id = sandbox.submit(train());
            awaitLatch(running);
            sandbox.timeOut(id);

            assertThat(sandbox.awaitOutcome(id, PATIENCE).response()).contains("Timed out by server");
            String[] reason = seen.join().split(" ", 2);
            assertThat(reason[0]).isEqualTo("SERVER_TIMEOUT");
            Awaitility.await().atMost(PATIENCE).until(() -> !Files.exists(Path.of(reason[1])));
        }
    }

    @Test
    void restartTask() {
        CountDownLatch restarted = new CountDownLatch(1);
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c")
                        .onRestartRequested((abort, force) -> restarted::countDown)
                        .build()) {
            client.start();

            assertThat(outcome(sandbox, TaskSpec.of("Scaleout_RestartClient", "c"))
                            .status())
                    .isEqualTo("COMPLETED");
            awaitLatch(restarted);
        }
    }

    @Test
    void defaultTelemetryOnAndOff() {
        ReportingSettings off = ReportingSettings.defaults().withNodeTelemetry(false);
        try (Sandbox sandbox = sandbox();
                EdgeClient silent = started(client(sandbox, "silent").reporting(off));
                EdgeClient talking = started(client(sandbox, "talking"))) {
            assertThat(talking.clientId()).isEqualTo("talking");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sandbox.recording().telemetry())
                            .extracting(Recorded.Telemetry::key)
                            .contains("memory_usage", "cpu_usage"));
            delivered(silent.logTelemetry("own", Map.of("value", 1)));

            assertThat(sandbox.recording().telemetry())
                    .filteredOn(record -> record.clientId().equals("silent"))
                    .extracting(Recorded.Telemetry::key)
                    .containsExactly("own");
        }
    }

    @Test
    void wrongUse() {
        try (Sandbox sandbox = sandbox();
                EdgeClient client = client(sandbox, "c").build()) {
            assertThatThrownBy(() -> client.getModelFromCombiner("seed")).hasMessageContaining("no combiner yet");
            client.start();
            assertThatThrownBy(() -> client.getModelFromCombiner("nowhere")).hasMessageContaining("nowhere");
            assertThatThrownBy(() -> client.runInference("seed", Map.of())).hasMessageContaining("onInference");
        }
    }
}
