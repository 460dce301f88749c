package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How tasks end, in virtual time. */
class TaskOutcomesTest {

    private final List<String> trained = new ArrayList<>();

    private TrainResult goodTraining(TaskRequest request) {
        trained.add(request.correlationId());
        return TrainResult.of(model("update-" + trained.size(), 1), 10);
    }

    private SimulatedClient started(TrainCallback train, ValidateCallback validate) {
        SimulatedClient client = new SimulatedClient(1, train, validate);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private SimulatedClient goodClient() {
        return started((model, task) -> goodTraining(task.request()), (model, task) -> Map.of("accuracy", 1));
    }

    private static TaskReport onlyReport(SimulatedClient client, String task) {
        return client.combiner.doneReports().get(task).get(0);
    }

    static Stream<Arguments> badTraining() {
        return Stream.of(
                failing("an exception", "IllegalStateException: boom", (model, task) -> {
                    throw new IllegalStateException("boom");
                }),
                failing("an error", "LinkageError: out of everything", (model, task) -> {
                    throw new LinkageError("out of everything");
                }),
                failing("a model of null", "\"NullPointerException: model\"", (model, task) -> TrainResult.of(null, 1)),
                failing("an exception of the SDK", "\"no such file\"", (model, task) -> {
                    throw new EdgeException(ErrorCode.IO, "no such file");
                }),
                failing("an exception without a message", "\"ArithmeticException\"", (model, task) -> {
                    throw new ArithmeticException();
                }),
                failing("null", "returned null", (model, task) -> null),
                failing("no examples", "num_examples is 0", (model, task) -> TrainResult.of(model("u", 1), 0)),
                failing("negative examples", "num_examples is -1", (model, task) -> TrainResult.of(model("u", 1), -1)),
                failing(
                        "no metadata",
                        "num_examples is null",
                        (model, task) -> TrainResult.of(model("u", 1), Map.of())),
                failing(
                        "examples that are no number",
                        "num_examples is true",
                        (model, task) -> TrainResult.of(
                                model("u", 1), Map.of("training_metadata", Map.of("num_examples", true)))),
                failing(
                        "metadata that is no JSON",
                        "has no JSON form",
                        (model, task) -> TrainResult.of(model("u", 1), 1)
                                .withTrainingMetadata("thread", Thread.currentThread())));
    }

    private static Arguments failing(String what, String message, TrainCallback callback) {
        return Arguments.of(what, message, callback);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTraining")
    void failedTrainingIsReportedWithItsReason(String what, String message, TrainCallback callback) {
        SimulatedClient client = started(callback, (model, task) -> Map.of());
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("FAILED");
        assertThat(onlyReport(client, "t").response())
                .startsWith("{\"error\": ")
                .contains(message);
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).isEmpty();
        assertThat(client.combiner.calls("→ upload")).isZero();
    }

    @Test
    void aCallbackThatRunsOutOfMemoryLearnsTheSizeOfItsModelAndOfTheHeap() {
        long bytes = model("m", 0).size();
        SimulatedClient client = started(
                (model, task) -> {
                    throw new IllegalStateException("cannot train", new OutOfMemoryError("Java heap space"));
                },
                (model, task) -> Map.of());
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").response())
                .contains("IllegalStateException: cannot train")
                .contains("the model has " + bytes + " bytes")
                .contains(
                        "the heap of this JVM may take " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB")
                .contains("-Xmx");
    }

    @Test
    void failedValidationIsReportedAsFailed() {
        SimulatedClient client = started((model, task) -> goodTraining(task.request()), (model, task) -> {
            throw new IllegalStateException("no data");
        });
        client.combiner.deliver(validate("v", "m"));

        client.runUntilDone("v");

        assertThat(onlyReport(client, "v").status()).isEqualTo("FAILED");
        assertThat(client.combiner.records(RecordBody.Validation.class)).isEmpty();
    }

    @Test
    void aCallbackThatIsNotThereFailsTheTaskBeforeAnythingIsFetched() {
        SimulatedClient client = started(null, null);
        client.combiner.deliver(train("t", "m"));
        client.combiner.deliver(validate("v", "m"));

        client.runUntilDone("t");
        client.runUntilDone("v");

        assertThat(onlyReport(client, "t").response()).contains("onTrain");
        assertThat(onlyReport(client, "v").response()).contains("onValidate");
        assertThat(client.combiner.calls("→ download")).isZero();
    }

    @Test
    void tasksThatMakeNoSenseAreAnsweredAndCostNoDownload() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(task("unknown", "Scaleout_Nonsense", "m"));
        client.combiner.deliver(task("empty", "", "m"));
        client.combiner.deliver(TaskRequest.of("json", "Scaleout_ModelUpdate")
                .withModelId("m")
                .withSessionId("s")
                .withRoundId("1")
                .withData("{not json"));
        client.combiner.deliver(TaskRequest.of("nothing", "Scaleout_ModelUpdate")
                .withModelId("m")
                .withSessionId("s")
                .withRoundId("1"));

        Stream.of("unknown", "empty", "json", "nothing").forEach(client::runUntilDone);

        assertThat(client.combiner.doneReports().values())
                .allSatisfy(reports -> assertThat(reports.get(0).status()).isEqualTo("FAILED"));
        assertThat(client.combiner.calls("→ download")).isZero();
        client.combiner.deliver(train("after", "m"));
        client.runUntilDone("after");
        assertThat(onlyReport(client, "after").status()).isEqualTo("COMPLETED");
    }

    @Test
    void aModelThatIsNotThereFailsTheTask() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("t", "missing"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").response()).contains("no model missing");
        assertThat(client.combiner.calls("→ download")).isEqualTo(1);
    }

    @Test
    void aDownloadThatFailsForNowIsTriedAgain() {
        SimulatedClient client = goodClient();
        client.combiner.failNext("download ", new EdgeException(ErrorCode.DATA_LOSS, "damaged", null, true, 1));
        client.combiner.failNext("download ", new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1));
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.calls("→ download")).isEqualTo(3);
    }

    @Test
    void aDownloadThatKeepsFailingEndsAfterItsAttempts() {
        SimulatedClient client = goodClient();
        for (int i = 0; i < 10; i++) {
            client.combiner.failNext("download ", new EdgeException(ErrorCode.DATA_LOSS, "damaged", null, true, 1));
        }
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").response()).contains("damaged");
        assertThat(client.combiner.calls("→ download")).isEqualTo(5);
    }

    @Test
    void anUpdateThatIsRefusedForGoodFailsTheTask() {
        SimulatedClient client = goodClient();
        client.combiner.failNext("ModelUpdate", new EdgeException(ErrorCode.INVALID_ARGUMENT, "not wanted"));
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("FAILED");
        assertThat(onlyReport(client, "t").response()).contains("not wanted");
        assertThat(trained).containsExactly("t");
    }

    @Test
    void anUploadThatFailsForNowIsRepeatedWithoutTrainingAgain() {
        SimulatedClient client = goodClient();
        for (int i = 0; i < 9; i++) {
            client.combiner.failNext(
                    "upload", new EdgeException(ErrorCode.FAILED_PRECONDITION, "disk full", null, true, 1));
        }
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("COMPLETED");
        assertThat(trained).containsExactly("t");
        assertThat(client.combiner.calls("→ upload")).isEqualTo(10);
    }

    @Test
    void theInputModelHandedBackGetsAFreshId() {
        SimulatedClient client = started((model, task) -> TrainResult.of(model, 1), (model, task) -> Map.of());
        client.combiner.deliver(train("t1", "m"));
        client.combiner.deliver(train("t2", "m"));

        client.runUntilDone("t1");
        client.runUntilDone("t2");

        assertThat(client.combiner.records(RecordBody.ModelUpdate.class))
                .hasSize(2)
                .extracting(RecordBody.ModelUpdate::updateId)
                .doesNotHaveDuplicates()
                .doesNotContain("m");
    }

    @Test
    void abortWhileTheCallbackRunsIsToldInterruptedWhateverItReturns() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("Starting processing") == 1);
        client.combiner.deliver(stop("t", "INTERRUPTED"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("INTERRUPTED");
        assertThat(onlyReport(client, "t").response()).isEqualTo("{\"msg\": \"Aborted by server\"}");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).isEmpty();
    }

    @Test
    void aTimeoutByTheServerIsToldAsSuch() {
        List<Boolean> seen = new ArrayList<>();
        SimulatedClient client = started(
                (model, task) -> {
                    seen.add(task.isAborted());
                    task.checkAbort();
                    return goodTraining(task.request());
                },
                (model, task) -> Map.of());
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("Starting processing") == 1);
        client.combiner.deliver(stop("t", "TIMEOUT"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").response()).isEqualTo("{\"msg\": \"Timed out by server\"}");
        assertThat(seen).containsExactly(true);
        assertThat(trained).isEmpty();
    }

    @Test
    void aCallbackMayStopByItsOwnDecision() {
        SimulatedClient client = started(
                (model, task) -> {
                    throw new TaskAbortedException("user stop");
                },
                (model, task) -> Map.of());
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("INTERRUPTED");
        assertThat(onlyReport(client, "t").response()).isEqualTo("{\"msg\": \"user stop\"}");
    }

    @Test
    void abortWhileInLineMeansThatTheCallbackIsNeverEntered() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("first", "m"));
        client.combiner.deliver(train("second", "m"));
        client.runUntil(() -> client.combiner.calls("Starting processing") == 1);
        client.combiner.deliver(stop("second", "INTERRUPTED"));

        client.runUntilDone("second");
        client.runUntilDone("first");

        assertThat(trained).containsExactly("first");
        assertThat(onlyReport(client, "second").status()).isEqualTo("INTERRUPTED");
        assertThat(onlyReport(client, "first").status()).isEqualTo("COMPLETED");
    }

    @Test
    void abortAfterTheEndChangesNothingAndIsAnsweredFromTheRecord() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");
        client.combiner.deliver(stop("t", "INTERRUPTED"));

        client.runUntil(() -> client.doneReports("t") == 2);

        assertThat(client.combiner.doneReports().get("t"))
                .extracting(TaskReport::status)
                .containsExactly("COMPLETED", "COMPLETED");
    }

    @Test
    void aStopForATaskThatNeverCameIsAnsweredAndNotRun() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(stop("stranger", "INTERRUPTED"));

        client.runUntilDone("stranger");

        assertThat(onlyReport(client, "stranger").status()).isEqualTo("INTERRUPTED");
        client.combiner.deliver(train("stranger", "m"));
        client.runUntil(() -> client.doneReports("stranger") == 2);
        assertThat(trained).isEmpty();
    }

    @Test
    void anUnknownStatusChangesNothing() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("Starting processing") == 1);
        client.combiner.deliver(stop("t", "WEIRD"));

        client.runUntilDone("t");

        assertThat(onlyReport(client, "t").status()).isEqualTo("COMPLETED");
    }

    @Test
    void aBurstRunsEachTaskOnceInOrder() {
        SimulatedClient client = goodClient();
        Map<String, Integer> expected = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            client.combiner.deliver(train("t" + i, "m"));
            client.combiner.deliver(train("t" + i, "m"));
            expected.put("t" + i, 1);
        }

        client.runUntil(() -> client.combiner.doneReports().size() == 50);

        assertThat(trained).containsExactlyElementsOf(expected.keySet());
        assertThat(client.combiner.doneReports().values())
                .allSatisfy(reports ->
                        assertThat(reports).extracting(TaskReport::status).containsExactly("COMPLETED"));
    }

    @Test
    void tasksBeyondTheLineAreAnsweredBusy() {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> goodTraining(task.request()),
                null,
                TaskSettings.defaults().withMaxWaitingTasks(2),
                new MemoryStateStore());
        client.combiner.addModel("m", 0);
        client.start();
        for (int i = 0; i < 5; i++) {
            client.combiner.deliver(train("t" + i, "m"));
        }

        client.runUntil(() -> client.combiner.doneReports().size() == 5);

        assertThat(trained).containsExactly("t0", "t1", "t2");
        assertThat(onlyReport(client, "t3").response()).isEqualTo("{\"error\": \"busy\"}");
        assertThat(onlyReport(client, "t4").response()).isEqualTo("{\"error\": \"busy\"}");
    }

    @Test
    void closingTellsHowEachTaskEnded() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("running", "m"));
        client.combiner.deliver(train("waiting", "m"));
        client.runUntil(() -> client.combiner.calls("Starting processing") == 1);

        client.close(Duration.ofSeconds(60));

        assertThat(onlyReport(client, "running").response()).isEqualTo("{\"msg\": \"Aborted by client\"}");
        assertThat(onlyReport(client, "waiting").response()).isEqualTo("{\"msg\": \"Aborted by client\"}");
        assertThat(client.combiner.calls("announce DISCONNECT")).isEqualTo(1);
        assertThat(client.combiner.log().get(client.combiner.log().size() - 1)).endsWith("closed");
    }

    @Test
    void closingTellsOfATaskThatWasStillFetchingItsModel() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("fetching", "m"));
        client.runUntil(() -> client.combiner.calls("→ download") == 1);

        client.close(Duration.ofSeconds(60));

        assertThat(client.combiner.doneReports()).containsKey("fetching");
        assertThat(onlyReport(client, "fetching").response()).isEqualTo("{\"msg\": \"Aborted by client\"}");
    }

    @Test
    void aServerThatRepeatsAFinishedTaskDoesNotSetThePace() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");
        client.combiner.deliverAlways(train("t", "m"));
        long before = client.combiner.calls("→ poll");

        client.runFor(Duration.ofSeconds(60));

        // A poll every 250 ms at most, plus the few that end the task.
        assertThat(client.combiner.calls("→ poll") - before).isLessThan(260);
        assertThat(trained).containsExactly("t");
    }

    @Test
    void anUpdateThatTheCombinerNeverStoresFailsItsTaskAndHoldsUpNoOther() {
        SimulatedClient client = goodClient();
        for (int i = 0; i < 100; i++) {
            client.combiner.failNext(
                    "upload update-1 ", new EdgeException(ErrorCode.FAILED_PRECONDITION, "no room", null, true, 1));
        }
        client.combiner.deliver(train("refused", "m"));
        client.combiner.deliver(train("good", "m"));

        client.runUntilDone("good");
        assertThat(onlyReport(client, "good").status()).isEqualTo("COMPLETED");
        client.runUntilDone("refused");

        assertThat(onlyReport(client, "refused").status()).isEqualTo("FAILED");
        assertThat(onlyReport(client, "refused").response()).contains("given up after 10 attempts: no room");
    }

    @Test
    void aClosingThatIsGivenForeverEndsAllTheSame() {
        SimulatedClient client = goodClient();

        client.close(ChronoUnit.FOREVER.getDuration());

        assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
    }

    @Test
    void twoStartsAtOnceAreOne() {
        SimulatedClient client = new SimulatedClient(1, null, null);
        var greeted = client.runtime.initGrpcHandler(
                GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT));
        var first = client.runtime.start();
        var second = client.runtime.start();

        client.await(first);
        client.await(second);

        assertThat(greeted.toCompletableFuture()).isDone();
        client.runFor(Duration.ofSeconds(1));
        assertThat(client.combiner.calls("announce CONNECT")).isEqualTo(1);
        assertThat(client.combiner.calls("announce VERSION_CHECK")).isEqualTo(1);
    }

    @Test
    void closingKeepsItsBudgetWhenTheCombinerIsAway() {
        SimulatedClient client = goodClient();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("Starting processing") == 1);
        for (int i = 0; i < 1_000; i++) {
            client.combiner.failNext("", new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1));
        }
        long start = client.env.nanos();

        client.close(Duration.ofSeconds(20));

        assertThat(client.env.nanos() - start)
                .isLessThanOrEqualTo(Duration.ofSeconds(20).toNanos());
        assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
    }
}
