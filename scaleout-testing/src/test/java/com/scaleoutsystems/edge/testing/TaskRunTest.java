package com.scaleoutsystems.edge.testing;

import static com.example.training.MeanTraining.parameters;
import static com.scaleoutsystems.edge.testing.EdgeAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run shows of each kind of callback. */
@Timeout(120)
class TaskRunTest {

    private static ScaleoutModel model(float value) {
        return ScaleoutModel.fromModelParameters(parameters(value));
    }

    private static TaskRun train(TrainCallback callback) {
        return TaskRun.train(callback).model(parameters(1));
    }

    @Test
    void aValidationGivesItsValuesAsTheServerReadsThem() {
        TaskRunResult result = TaskRun.validate((model, task) -> Map.of(
                        "first",
                        model.modelParameters().get(0).toFloats()[0],
                        "loss",
                        Double.NaN,
                        "settings",
                        task.settings()))
                .model(parameters(3))
                .settings(Map.of("deep", true))
                .run();

        assertThat(result).isCompleted().hasValue("first", 3.0).hasValue("loss", null);
        assertThat(result.values()).containsEntry("settings", Map.of("deep", true));
    }

    @Test
    void aPredictionGivesItsValues() {
        TaskRunResult result = TaskRun.predict((model, task) -> Map.of("class", "seven"))
                .model(parameters(3))
                .run();

        assertThat(result).isCompleted().hasValue("class", "seven");
    }

    @Test
    void anInferenceGivesTheResultsThatItLogs() {
        TaskRunResult result = TaskRun.infer((model, task) -> {
                    task.logInferenceResult(
                            "digit", Map.of("is", task.settings().get("guess")));
                    return "for nobody";
                })
                .model(parameters(3))
                .settings(Map.of("guess", 7))
                .run();

        assertThat(result).isCompleted();
        assertThat(result.inferenceResults()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("digit");
            assertThat(record.payload()).isEqualTo(Map.of("is", 7));
            assertThat(record.inferenceId()).isEqualTo("task-1");
        });
    }

    @Test
    void aCustomTaskGivesItsAnswer() {
        TaskRunResult result = TaskRun.custom((parameters, task) -> List.of(parameters, task.settings()))
                .settings(Map.of("a", 1))
                .run();

        assertThat(result).isCompleted().hasAnswer(List.of(Map.of("a", 1), Map.of("a", 1)));
        assertThat(result.model()).isEmpty();
    }

    @Test
    void aCustomTaskMayHaveNoAnswer() {
        assertThat(TaskRun.custom((parameters, task) -> null).run())
                .isCompleted()
                .hasAnswer(null);
    }

    @Test
    void aResultIsCheckedAsTheClientChecksIt() {
        assertThat(train((model, task) -> nothing()).run()).failedWith("the train callback returned null");
        assertThat(train((model, task) -> TrainResult.of(model(1), 0)).run()).failedWith("num_examples is 0");
        assertThat(train((model, task) -> TrainResult.of(model(1), Map.of())).run())
                .failedWith("num_examples is null");
        assertThat(TaskRun.validate((model, task) -> nothing())
                        .model(parameters(1))
                        .run())
                .failedWith("the validate callback returned null");
        assertThat(TaskRun.custom((parameters, task) -> new Object()).run()).failedWith("java.lang.Object");
    }

    @SuppressWarnings("NullAway")
    private static <T> T nothing() {
        return null;
    }

    @Test
    void whatTheCallbackThrewIsThere() {
        IOException thrown = new IOException("the disk is full");

        TaskRunResult result = train((model, task) -> {
                    throw thrown;
                })
                .run();

        assertThat(result).failedWith("IOException: the disk is full");
        assertThat(result.failure()).containsSame(thrown);
        assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(result.model()).isEmpty();
        assertThat(result.trainingMetadata()).isEmpty();
        assertThatThrownBy(result::parameters)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FAILED (IOException: the disk is full)");
    }

    @Test
    void everyKindOfRecordArrives() {
        TaskRunResult result = train((model, task) -> {
                    task.logMetric(Map.of("loss", 0.5));
                    task.logTelemetry("battery", Map.of("percent", 80));
                    task.logAttributes(Map.of("site", "north"));
                    task.sendStatus("half way");
                    return TrainResult.of(model, 5);
                })
                .run();

        assertThat(result)
                .isCompleted()
                .hasMetric("loss")
                .hasTelemetry("battery")
                .hasAttribute("site")
                .hasStatus("half way");
        assertThat(result.metrics()).singleElement().satisfies(metric -> {
            assertThat(metric.step()).isZero();
            assertThat(metric.roundId()).isEqualTo("1");
            assertThat(metric.sessionId()).isEqualTo("session");
        });
        assertThat(result.telemetry().get(0).payload()).isEqualTo(Map.of("percent", 80));
        assertThat(result.receipts())
                .hasSize(4)
                .allSatisfy(receipt -> assertThat(outcome(receipt)).isEqualTo(new Outcome.Delivered()));
        assertThat(result.keptOffline()).isZero();
    }

    private static Outcome outcome(Delivery receipt) {
        return receipt.outcome().toCompletableFuture().getNow(new Outcome.Kept());
    }

    @Test
    void anAbortAtAProgressIsThereWhenTheCallReturns() {
        List<Boolean> aborted = new ArrayList<>();

        TaskRunResult result = train((model, task) -> {
                    for (int i = 1; i <= 10; i++) {
                        task.progress(i / 10.0);
                        aborted.add(task.isAborted());
                        task.checkAbort();
                    }
                    return TrainResult.of(model, 1);
                })
                .abortAtProgress(2)
                .run();

        assertThat(result).isAborted(AbortReason.SERVER_REQUEST);
        assertThat(result.reason()).isEqualTo("Aborted by server");
        assertThat(result.progress()).containsExactly(0.1, 0.2);
        assertThat(aborted).containsExactly(false, true);
    }

    @Test
    void aLookAtTheAbortCountsAsACheck() {
        TaskRunResult result = train((model, task) -> {
                    for (int i = 0; !task.isAborted(); i++) {
                        task.progress(i);
                    }
                    task.checkAbort();
                    throw new IllegalStateException("the abort was not seen");
                })
                .abortAtCheck(3)
                .run();

        assertThat(result).isAborted(AbortReason.SERVER_REQUEST);
        assertThat(result.progress()).hasSize(2);
    }

    @Test
    void aCallbackThatStopsByItselfIsAborted() {
        TaskRunResult result = train((model, task) -> {
                    throw new TaskAbortedException("there is too little battery");
                })
                .run();

        assertThat(result).isAborted();
        assertThat(result.reason()).isEqualTo("there is too little battery");
        assertThat(result.abortReason()).isEmpty();
    }

    @Test
    void theTimeLimitAbortsACallbackThatKnowsItsDeadline() {
        List<Instant> deadlines = new ArrayList<>();

        TaskRunResult result = train((model, task) -> {
                    task.deadline().ifPresent(deadlines::add);
                    CountDownLatch aborted = new CountDownLatch(1);
                    task.onAbort(aborted::countDown);
                    aborted.await();
                    task.checkAbort();
                    return TrainResult.of(model, 1);
                })
                .timeLimit(Duration.ofMillis(50))
                .run();

        assertThat(result).isAborted(AbortReason.TIME_LIMIT);
        assertThat(result.reason()).isEqualTo("Time limit of the client exceeded");
        assertThat(deadlines).hasSize(1);
    }

    @Test
    void aCallbackThatDoesNotLookIsInterrupted() {
        TaskRunResult result = train((model, task) -> {
                    new CountDownLatch(1).await();
                    return TrainResult.of(model, 1);
                })
                .timeLimit(Duration.ofMillis(50))
                .abortGrace(Duration.ofMillis(50))
                .run();

        assertThat(result).isAborted(AbortReason.TIME_LIMIT);
        assertThat(result.failure()).containsInstanceOf(InterruptedException.class);
    }

    @Test
    void aCallbackThatIgnoresEverythingIsStuck() {
        CountDownLatch release = new CountDownLatch(1);
        try {
            TaskRunResult result = train((model, task) -> {
                        awaitStubbornly(release);
                        return TrainResult.of(model, 1);
                    })
                    .timeLimit(Duration.ofMillis(50))
                    .abortGrace(Duration.ofMillis(50))
                    .run();

            assertThat(result.isStuck()).isTrue();
            assertThat(result.status()).isEqualTo(TaskStatus.INTERRUPTED);
            assertThatThrownBy(() -> assertThat(result).isAborted())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the callback still runs");
        } finally {
            release.countDown();
        }
    }

    static void awaitStubbornly(CountDownLatch release) {
        while (true) {
            try {
                release.await();
                return;
            } catch (InterruptedException ignored) {
                // That is what such a callback does.
            }
        }
    }

    @Test
    void aTaskThatTakesTooLongIsAnErrorThatShowsWhereItsCallbackIs() {
        assertThatThrownBy(() -> train((model, task) -> waitForAnInterrupt())
                        .within(Duration.ofMillis(300))
                        .run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has not ended within PT0.3S")
                .hasMessageContaining("waitForAnInterrupt");
    }

    private static TrainResult waitForAnInterrupt() throws InterruptedException {
        new CountDownLatch(1).await();
        throw new AssertionError("unreachable");
    }

    @Test
    void offlineTheRecordsAreKeptAndArriveLater() {
        List<Delivery.Stored> stored = new ArrayList<>();
        List<Boolean> settled = new ArrayList<>();

        TaskRunResult result = train((model, task) -> {
                    Delivery metric = task.logMetric(Map.of("loss", 0.5));
                    Delivery telemetry = task.logTelemetry("battery", Map.of("percent", 80));
                    stored.add(metric.stored().toCompletableFuture().get());
                    settled.add(isSettledSoon(metric));
                    settled.add(isSettledSoon(telemetry));
                    return TrainResult.of(model, 5);
                })
                .offline()
                .run();

        assertThat(stored).containsExactly(Delivery.Stored.NOT_DURABLE);
        assertThat(settled).containsExactly(false, false);
        assertThat(result.keptOffline()).isEqualTo(2);
        assertThat(result).isCompleted().hasMetric("loss").hasTelemetry("battery");
        assertThat(result.receipts()).allMatch(receipt -> outcome(receipt).isDelivered());
    }

    /** With a network, this takes some milliseconds. */
    private static boolean isSettledSoon(Delivery receipt) throws InterruptedException, ExecutionException {
        try {
            receipt.outcome().toCompletableFuture().get(300, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    @Test
    void whatTheClientRefusesIsNotKept() {
        TaskRunResult result = train((model, task) -> {
                    task.logTelemetry("bad", Map.of("value", new Object()));
                    return TrainResult.of(model, 5);
                })
                .offline()
                .run();

        assertThat(result.keptOffline()).isZero();
        assertThat(outcome(result.receipts().get(0))).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void theCallbackMayUseThreadsAndFiles() {
        AtomicReference<Path> scratch = new AtomicReference<>();

        TaskRunResult result = train((model, task) -> {
                    scratch.set(Files.writeString(task.scratchDirectory().resolve("a"), "text"));
                    CompletableFuture.runAsync(() -> task.logMetric(Map.of("loss", 1)))
                            .get();
                    return task.bind(() -> TrainResult.of(model, 1)).call();
                })
                .run();

        assertThat(result).isCompleted().hasMetric("loss");
        assertThat(scratch.get()).doesNotExist();
    }

    @Test
    void theModelsAreClosedAsAlwaysAndTheResultHasItsOwn() {
        List<ScaleoutModel> handles = new ArrayList<>();
        ScaleoutModel given = model(1);

        TaskRunResult result = TaskRun.train((model, task) -> {
                    handles.add(model);
                    ScaleoutModel trained = model(2);
                    handles.add(trained);
                    return TrainResult.of(trained, 1);
                })
                .model(given)
                .run();

        assertThat(handles)
                .allSatisfy(handle -> assertThatThrownBy(handle::checksum).isInstanceOf(ModelException.class));
        assertThat(given.modelParameters()).isEqualTo(parameters(1));
        assertThat(result).hasParameters(parameters(2));
        result.model().orElseThrow().close();
        assertThat(result.model().orElseThrow().modelParameters()).isEqualTo(parameters(2));
    }

    @Test
    void aRunCanBeRepeated() {
        TaskRun run = train((model, task) -> TrainResult.of(model, 1)).settings(Map.of("a", 1));

        assertThat(run.run()).isCompleted();
        assertThat(run.settings(Map.of("b", 2)).run()).isCompleted();
    }

    @Test
    void wrongUseIsNamed() {
        TaskRun withoutModel = TaskRun.train((model, task) -> TrainResult.of(model, 1));

        assertThatThrownBy(withoutModel::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("model(...)");
        assertThatThrownBy(() -> withoutModel.abortAtCheck(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> withoutModel.within(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> withoutModel.offline().abortAtProgress(1).run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("timeLimit");
    }

    @Test
    void assertionsAboutTheModelFailForOtherModels() {
        TaskRunResult result = train((model, task) -> TrainResult.of(
                        ScaleoutModel.fromModelParameters(
                                ModelParameters.of(Tensor.ofFloats(new float[] {1, Float.NaN}, 2))),
                        1))
                .run();
        TaskRunResult notFinite =
                train((model, task) -> TrainResult.of(model(Float.NaN), 1)).run();
        TaskRunResult close =
                train((model, task) -> TrainResult.of(model(2.01f), 1)).run();

        fails(() -> assertThat(result).hasParametersToAverage(), "shapes [[1]], and they have [[2]]");
        fails(() -> assertThat(result).hasParametersCloseTo(parameters(1), 1), "shapes [[1]], and they have [[2]]");
        fails(() -> assertThat(notFinite).hasParametersToAverage(), "value 0 of tensor 0 is NaN");
        fails(() -> assertThat(notFinite).hasParametersCloseTo(parameters(1), 1), "NaN");
        fails(() -> assertThat(close).hasParameters(parameters(2)), "[[2.0]], and they are [[2.0");
        fails(() -> assertThat(close).hasParametersCloseTo(parameters(2), 0.001), "value 0 of tensor 0");
        assertThat(close).hasParametersCloseTo(parameters(2), 0.1).hasParametersToAverage();
    }

    @Test
    void assertionsAboutTheEndFailForOtherEnds() {
        TaskRunResult completed = TaskRun.custom((parameters, task) -> {
                    task.logMetric(Map.of("loss", 1));
                    return "answer";
                })
                .run();
        TaskRunResult failed = TaskRun.custom((parameters, task) -> {
                    throw new IllegalStateException("no data");
                })
                .run();

        fails(() -> assertThat(completed).failedWith("x"), "end as FAILED, and it ended as COMPLETED");
        fails(() -> assertThat(completed).isAborted(), "end as INTERRUPTED, and it ended as COMPLETED");
        fails(() -> assertThat(completed).hasAnswer("other"), "other, and it is answer");
        fails(() -> assertThat(completed).hasValue("a", 1), "the values are {}");
        fails(() -> assertThat(completed).hasMetric("accuracy"), "the metric accuracy, and it got [{loss=1.0}]");
        fails(() -> assertThat(completed).hasTelemetry("battery"), "telemetry of battery, and it got none");
        fails(() -> assertThat(completed).hasAttribute("site"), "the attribute site, and it got none");
        fails(() -> assertThat(completed).hasStatus("half"), "a status line with \"half\"");
        fails(() -> assertThat(failed).failedWith("no disk"), "IllegalStateException: no data");
        assertThatThrownBy(() -> assertThat(failed).isCompleted())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FAILED (IllegalStateException: no data)")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    private static void fails(Runnable assertion, String message) {
        assertThatThrownBy(assertion::run).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }
}
