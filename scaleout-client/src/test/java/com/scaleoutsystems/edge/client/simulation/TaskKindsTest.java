package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of task, in virtual time. */
class TaskKindsTest {

    private final Callbacks callbacks = new Callbacks();
    private final List<String> called = new ArrayList<>();

    private SimulatedClient started(TaskSettings settings) {
        SimulatedClient client = new SimulatedClient(callbacks, settings, 1);
        client.combiner.addModel("m", 3);
        client.start();
        return client;
    }

    private SimulatedClient started() {
        return started(TaskSettings.defaults());
    }

    private static TaskReport report(SimulatedClient client, String task) {
        return client.combiner.doneReports().get(task).get(0);
    }

    private static TaskReport done(SimulatedClient client, TaskRequest task) {
        client.combiner.deliver(task);
        client.runUntilDone(task.correlationId());
        return report(client, task.correlationId());
    }

    private static TaskRequest custom(String id, String name, String data) {
        return TaskRequest.of(id, "Custom_" + name).withData(data);
    }

    private static TaskRequest inference(String id, String data) {
        return TaskRequest.of(id, "Scaleout_Inference").withModelId("m").withData(data);
    }

    // Custom tasks.

    @Test
    void aCustomTaskGetsItsParametersAndItsResultIsTheAnswer() {
        callbacks.custom("echo", (parameters, task) -> Map.of("echo", parameters.get("a")));
        SimulatedClient client = started();

        TaskReport report = done(client, custom("c", "echo", "{\"parameters\": {\"a\": 1}}"));

        assertThat(report.status()).isEqualTo("COMPLETED");
        assertThat(report.response()).isEqualTo("{\"echo\": 1}");
        assertThat(client.combiner.calls("download")).isZero();
    }

    @Test
    void inGenerationOneTheDataAreTheParameters() {
        callbacks.custom("echo", (parameters, task) -> parameters);
        SimulatedClient client = started();
        client.combiner.speak(Generation.V1_0);

        assertThat(done(client, custom("c", "echo", "{\"a\": 1}")).response()).isEqualTo("{\"a\": 1}");
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(Map.of(), ""),
                Arguments.of(null, ""),
                Arguments.of(0, ""),
                Arguments.of(false, ""),
                Arguments.of("", ""),
                Arguments.of(List.of(), ""),
                Arguments.of(1.5, "1.5"),
                Arguments.of("done", "\"done\""),
                Arguments.of(List.of(1, 2), "[1, 2]"),
                Arguments.of(Map.of("x", Double.NaN), "{\"x\": null}"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void whatACustomCallbackReturnsIsAnsweredAsByTheReferenceClient(@Nullable Object value, String response) {
        callbacks.custom("c", (parameters, task) -> value);
        SimulatedClient client = started();

        TaskReport report = done(client, custom("c", "c", ""));

        assertThat(report.status()).isEqualTo("COMPLETED");
        assertThat(report.response()).isEqualTo(response);
    }

    @Test
    void aCustomCallbackThatFailsOrGivesWhatIsNoJsonFailsItsTask() {
        callbacks.custom("boom", (parameters, task) -> {
            throw new IllegalStateException("bad thing");
        });
        callbacks.custom("odd", (parameters, task) -> new Object());
        SimulatedClient client = started();

        assertThat(done(client, custom("c", "boom", "{}")).response())
                .isEqualTo("{\"error\": \"IllegalStateException: bad thing\"}");
        assertThat(report(client, "c").status()).isEqualTo("FAILED");
        assertThat(done(client, custom("d", "odd", "{}")).status()).isEqualTo("FAILED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Custom_nobody", "Scaleout_Nonsense", "Scaleout_Prediction", "Scaleout_Inference"})
    void whatHasNoHandlerIsAnsweredAndCostsNoDownload(String type) {
        SimulatedClient client = started();

        TaskReport report = done(client, SimulatedCombiner.task("t", type, "m"));

        assertThat(report.status()).isEqualTo("FAILED");
        assertThat(report.response()).startsWith("{\"error\": ");
        assertThat(client.combiner.calls("download")).isZero();
    }

    @Test
    void aCallbackMayBeSetAndRemovedWhileTheClientRuns() {
        SimulatedClient client = started();
        callbacks.custom("late", (parameters, task) -> "here");
        assertThat(done(client, custom("a", "late", "{}")).status()).isEqualTo("COMPLETED");

        assertThat(callbacks.removeCustom("Custom_late")).isTrue();
        assertThat(callbacks.removeCustom("late")).isFalse();

        assertThat(done(client, custom("b", "late", "{}")).status()).isEqualTo("FAILED");
    }

    // Prediction, inference, staging.

    @Test
    void aPredictionIsSentAndCompletesTheTaskWhenItWasAcknowledged() {
        callbacks.predict((model, task) -> Map.of("mean", 3));
        SimulatedClient client = started();

        TaskReport report = done(client, SimulatedCombiner.task("p", "Fedn_Prediction", "m"));

        assertThat(report.status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.records(RecordBody.Prediction.class))
                .singleElement()
                .satisfies(prediction -> {
                    assertThat(prediction.data()).isEqualTo("{\"mean\": 3}");
                    assertThat(prediction.correlationId()).isEqualTo("p");
                });
    }

    @Test
    void anInferenceLogsItsResultsUnderItsTaskAndAnswersNothing() {
        callbacks.inference((model, task) -> {
            task.logInferenceResult("found", Map.of("threshold", task.settings().get("threshold")));
            return "dropped";
        });
        SimulatedClient client = started();

        TaskReport report = done(client, inference("i", "{\"parameters\": {\"threshold\": 0.5}}"));
        client.runUntil(
                () -> !client.combiner.records(RecordBody.Inference.class).isEmpty());

        assertThat(report.status()).isEqualTo("COMPLETED");
        assertThat(report.response()).isEmpty();
        RecordBody.Inference result =
                client.combiner.records(RecordBody.Inference.class).get(0);
        assertThat(result.inferenceId()).isEqualTo("i");
        assertThat(result.modelId()).isEqualTo("m");
        assertThat(result.payload()).isEqualTo("{\"threshold\": 0.5}");
    }

    @Test
    void aStagedModelIsThereForALaterInference() {
        callbacks.stage((model, task) -> called.add("staged " + model.modelId()));
        callbacks.inference((model, task) -> called.add("inferred with " + model.modelId()));
        SimulatedClient client = started();

        assertThat(done(client, SimulatedCombiner.task("s", "Scaleout_StageModel", "m"))
                        .status())
                .isEqualTo("COMPLETED");
        assertThat(done(client, inference("i", "{}")).status()).isEqualTo("COMPLETED");

        assertThat(called).containsExactly("staged m", "inferred with m");
        assertThat(client.combiner.calls("download m")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Scaleout_StageModel", "Scaleout_Inference"})
    void stagingAndInferenceNeedAModel(String type) {
        callbacks.inference((model, task) -> null);
        SimulatedClient client = started();

        assertThat(done(client, SimulatedCombiner.task("t", type, "")).response())
                .contains("names no model");
    }

    // Restart.

    @Test
    void aRestartIsRefusedUnlessTheHostConsents() {
        SimulatedClient client = started();

        TaskReport report = done(client, SimulatedCombiner.task("r", "Scaleout_RestartClient", ""));

        assertThat(report.status()).isEqualTo("FAILED");
        assertThat(report.response()).contains("onRestartRequested");
    }

    @Test
    void aRestartWithoutAnythingToRunFailsAndAbortsNothing() {
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        callbacks.restart((abort, force) -> null);
        SimulatedClient client = started();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);

        TaskReport report = done(
                client,
                TaskRequest.of("r", "Scaleout_RestartClient")
                        .withData("{\"parameters\": {\"abort_ongoing_tasks\": true}}"));

        assertThat(report.status()).isEqualTo("FAILED");
        assertThat(report.response()).contains("the restart callback returned null; expected");
        client.runUntilDone("t");
        assertThat(report(client, "t").status()).isEqualTo("COMPLETED");
    }

    @Test
    void aRestartRunsAfterTheCombinerKnowsOfIt() {
        SimulatedClient client = started();
        callbacks.restart((abort, force) -> () -> called.add(
                "restarted, " + client.combiner.doneReports().get("r").size() + " report"));

        assertThat(done(client, SimulatedCombiner.task("r", "Scaleout_RestartClient", ""))
                        .status())
                .isEqualTo("COMPLETED");
        client.runUntil(() -> !called.isEmpty());

        assertThat(called).containsExactly("restarted, 1 report");
    }

    @Test
    void aRestartHasAThreadOfItsOwnBecauseItMayWaitForWhatever() {
        SimulatedClient client = started();
        callbacks.restart((abort, force) -> () -> called.add("restarted"));

        done(client, SimulatedCombiner.task("r", "Scaleout_RestartClient", ""));
        client.runUntil(() -> !called.isEmpty());

        assertThat(client.env.callbacks()).as("one to ask, and one to restart").isEqualTo(2);
    }

    @Test
    void aRestartWaitsForNobodyUnlessItIsTold() {
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        callbacks.restart((abort, force) -> () -> called.add("abort " + abort + ", force " + force));
        SimulatedClient client = started();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);

        assertThat(done(client, SimulatedCombiner.task("r1", "Scaleout_RestartClient", ""))
                        .status())
                .isEqualTo("FAILED");
        for (int i = 0; i < 4; i++) {
            client.combiner.deliver(train("waiting" + i, "m"));
        }
        TaskRequest abort = TaskRequest.of("r2", "Scaleout_RestartClient")
                .withData("{\"parameters\": {\"abort_ongoing_tasks\": true}}");
        assertThat(done(client, abort).status()).isEqualTo("COMPLETED");

        client.runUntilDone("waiting3");
        client.runUntil(() -> !called.isEmpty());
        assertThat(called).containsExactly("abort true, force false");
        assertThat(report(client, "waiting3").status()).isEqualTo("INTERRUPTED");
    }

    // Autonomous tasks.

    @Test
    void anAutonomousTaskIsAnnouncedUntilTheCombinerKnowsIt() {
        SimulatedClient client = started();
        AutonomousTask task = start(client, (parameters, context) -> Map.of("ok", 1));

        client.runUntilDone(task.correlationId());

        assertThat(client.combiner.log())
                .filteredOn(line -> line.contains("→ poll") && line.contains("Autonomous_job"))
                .hasSizeBetween(1, 2);
        assertThat(report(client, task.correlationId()).response()).isEqualTo("{\"ok\": 1}");
        assertThat(value(task)).isEqualTo(Map.of("ok", 1));
    }

    @Test
    void aCombinerThatTakesNoNoteIsToldTenTimesAndNoMore() {
        TaskSettings slow = TaskSettings.defaults().withActivePollInterval(Duration.ofMillis(300));
        SimulatedClient client = started(slow);
        client.combiner.ignoreAutonomousTasks();
        AutonomousTask task = start(client, (parameters, context) -> null);

        client.runUntilDone(task.correlationId());

        assertThat(client.combiner.log())
                .filteredOn(line -> line.contains("→ poll") && line.contains("Autonomous_job"))
                .hasSize(10);
    }

    @Test
    void anAutonomousTaskCanBeStoppedByTheCombinerAndByTheHost() {
        SimulatedClient client = started();
        AutonomousTask byCombiner = start(client, (parameters, context) -> "too late");
        client.runFor(Duration.ofSeconds(1));
        client.combiner.deliver(stop(byCombiner.correlationId(), "INTERRUPTED"));
        AutonomousTask byHost = start(client, (parameters, context) -> "too late");
        client.runFor(Duration.ofSeconds(1));
        byHost.abort();

        client.runUntilDone(byCombiner.correlationId());
        client.runUntilDone(byHost.correlationId());

        assertThat(report(client, byCombiner.correlationId()).status()).isEqualTo("INTERRUPTED");
        assertThat(report(client, byHost.correlationId()).response()).contains(AbortReason.HOST_REQUEST.message());
        assertThat(failure(byHost)).isInstanceOf(TaskAbortedException.class);
    }

    private static AutonomousTask start(SimulatedClient client, CustomCallback code) {
        var calls = client.runtime.connectedCalls().calls().toCompletableFuture();
        client.runUntil(calls::isDone);
        var started = calls.join().tasks().start("job", Map.of("p", 1), code).toCompletableFuture();
        client.runUntil(started::isDone);
        return started.join();
    }

    private static @Nullable Object value(AutonomousTask task) {
        return task.result().toCompletableFuture().join();
    }

    private static Throwable failure(AutonomousTask task) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        var unused = task.result().whenComplete((value, error) -> failure.complete(error));
        return failure.join();
    }

    // Lanes, limits, stuck callbacks.

    @Test
    void trainingAndInferenceDoNotWaitForEachOther() {
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        callbacks.inference((model, task) -> null);
        SimulatedClient client = started();
        client.combiner.deliver(train("t", "m"));
        client.combiner.deliver(inference("i", "{}"));

        client.runUntil(() -> client.env.callbacks() == 2);

        assertThat(client.combiner.doneReports()).isEmpty();
    }

    @Test
    void kindsThatShareALaneTakeTurnsAndAWideLaneRunsSeveral() {
        LaneSettings shared = LaneSettings.of("shared").withWidth(2);
        callbacks.custom("c", (parameters, task) -> null);
        callbacks.inference((model, task) -> null);
        SimulatedClient client = started(TaskSettings.defaults()
                .withLane(TaskKind.CUSTOM, shared)
                .withLane(TaskKind.INFERENCE, LaneSettings.of("shared")));
        client.combiner.deliver(custom("c1", "c", ""));
        client.combiner.deliver(inference("i", "{}"));
        client.combiner.deliver(custom("c2", "c", ""));

        client.runUntil(() -> client.env.callbacks() == 2);
        client.runFor(Duration.ofSeconds(3));
        assertThat(client.env.callbacks()).isEqualTo(2);

        client.runUntil(() -> client.env.callbacks() == 3);
    }

    @Test
    void aTaskBeyondItsTimeLimitIsAborted() {
        callbacks.train((model, task) -> {
            called.add(task.deadline().isPresent() + " " + task.abortReason().orElseThrow());
            return TrainResult.of(model("u", 1), 1);
        });
        SimulatedClient client = started(TaskSettings.defaults().withTimeLimit(TaskKind.TRAIN, Duration.ofSeconds(3)));

        TaskReport report = done(client, train("t", "m"));

        assertThat(called).containsExactly("true TIME_LIMIT");
        assertThat(report.status()).isEqualTo("INTERRUPTED");
        assertThat(report.response()).contains("Time limit of the client exceeded");
    }

    @Test
    void aCallbackThatIgnoresItsAbortIsToldInterruptedAndAnotherOneRunsBesideIt() {
        TaskSettings impatient = TaskSettings.defaults().withAbortGrace(Duration.ofSeconds(1));
        callbacks.train((model, task) -> TrainResult.of(model("u" + called.size(), 1), 1));
        SimulatedClient client = started(impatient);
        client.combiner.deliver(train("stuck", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.deliver(stop("stuck", "INTERRUPTED"));
        client.combiner.deliver(train("next", "m"));

        client.runUntil(() -> client.env.callbacks() == 2);
        client.runUntilDone("stuck");

        assertThat(report(client, "stuck").status()).isEqualTo("INTERRUPTED");
        assertThat(client.env.interrupts()).hasSize(1);
        client.runUntilDone("next");
        assertThat(report(client, "next").status()).isEqualTo("COMPLETED");
        assertThat(client.doneReports("stuck")).isEqualTo(1);
    }

    @Test
    void afterTooManyStuckCallbacksTheLaneTakesNothing() {
        TaskSettings impatient = TaskSettings.defaults().withAbortGrace(Duration.ofMillis(10));
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        SimulatedClient client = started(impatient);
        for (int i = 1; i <= 5; i++) {
            int number = i;
            client.combiner.deliver(train("stuck" + i, "m"));
            client.runUntil(() -> client.env.callbacks() == number);
            client.combiner.deliver(stop("stuck" + i, "INTERRUPTED"));
            client.runUntilDone("stuck" + i);
        }

        TaskReport refused = done(client, train("refused", "m"));

        assertThat(refused.response()).contains("busy");
        assertThat(health(client).ready()).isFalse();
        assertThat(health(client).stuckTasks()).containsExactly("stuck1", "stuck2", "stuck3", "stuck4", "stuck5");
        client.runFor(SimulatedClient.CALLBACK_TIME);
        assertThat(health(client).ready()).isTrue();
        assertThat(health(client).stuckTasks()).isEmpty();
        assertThat(done(client, train("later", "m")).status()).isEqualTo("COMPLETED");
    }

    @Test
    void whoeverWaitsForAnAutonomousTaskThatIsRefusedHearsOfIt() {
        SimulatedClient client = started(TaskSettings.defaults().withAbortGrace(Duration.ofMillis(10)));
        for (int i = 1; i <= 5; i++) {
            int number = i;
            AutonomousTask stuck = start(client, (parameters, context) -> "too late");
            client.runUntil(() -> client.env.callbacks() == number);
            stuck.abort();
            client.runUntilDone(stuck.correlationId());
        }

        AutonomousTask refused = start(client, (parameters, context) -> "done");
        client.runUntilDone(refused.correlationId());

        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        var unused = refused.result().whenComplete((value, error) -> heard.complete(error));
        assertThat(heard)
                .isCompletedWithValueMatching(error -> error instanceof EdgeException busy
                        && busy.code() == ErrorCode.RESOURCE_EXHAUSTED
                        && busy.getMessage().startsWith("busy"));
    }

    private static Health health(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join();
    }

    // Pushed tasks, and generation 1.0.

    @Test
    void pushedTasksRunOneAfterTheOtherAndTheStreamIsOpenedAgain() {
        callbacks.train(
                (model, task) -> TrainResult.of(model("u-" + task.request().correlationId(), 1), 1));
        SimulatedClient client =
                new SimulatedClient(callbacks, TaskSettings.defaults().withArrival(TaskArrival.PUSHED), 1);
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("a", "m"));
        client.runUntil(
                () -> client.combiner.records(RecordBody.ModelUpdate.class).size() == 1);
        client.combiner.breakPush(new EdgeException(ErrorCode.UNAVAILABLE, "gone", null, true, 1));
        client.combiner.deliver(train("b", "m"));

        client.runUntil(
                () -> client.combiner.records(RecordBody.ModelUpdate.class).size() == 2);
        client.close(Duration.ofSeconds(20));

        assertThat(client.combiner.calls("poll")).isZero();
        assertThat(client.combiner.log())
                .filteredOn(line -> line.endsWith(" subscribe"))
                .hasSize(2);
    }

    @Test
    void aStreamOfTasksThatCannotBeOpenedIsTriedAgain() {
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        SimulatedClient client =
                new SimulatedClient(callbacks, TaskSettings.defaults().withArrival(TaskArrival.PUSHED), 1);
        client.combiner.addModel("m", 0);
        client.combiner.refuseNextSubscription(new EdgeException(ErrorCode.INTERNAL, "not now"));

        client.start();
        client.combiner.deliver(train("a", "m"));
        client.runUntil(
                () -> client.combiner.records(RecordBody.ModelUpdate.class).size() == 1);
        assertThat(client.combiner.calls("announce CONNECT")).isEqualTo(1);
    }

    @Test
    void aClientWithPushedTasksIsConnectedBeforeTheFirstTask() {
        SimulatedClient client =
                new SimulatedClient(callbacks, TaskSettings.defaults().withArrival(TaskArrival.PUSHED), 1);
        client.start();

        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
    }

    @Test
    void generationOneIsToldOfOneTaskAtATime() {
        callbacks.custom("c", (parameters, task) -> Map.of("id", task.request().correlationId()));
        SimulatedClient client = started();
        client.combiner.speak(Generation.V1_0);
        for (int i = 0; i < 4; i++) {
            client.combiner.deliver(custom("c" + i, "c", "{}"));
        }
        for (int i = 0; i < 4; i++) {
            client.runUntilDone("c" + i);
        }

        Map<String, String> responses = new HashMap<>();
        client.combiner
                .doneReports()
                .forEach((id, reports) -> responses.put(id, reports.get(0).response()));
        assertThat(responses.keySet()).isEqualTo(Set.of("c0", "c1", "c2", "c3"));
        assertThat(responses).containsEntry("c3", "{\"id\": \"c3\"}");
    }

    @Test
    void inGenerationOneTelemetryTravelsByCallsOfItsOwn() {
        SimulatedClient client = started();
        client.combiner.speak(Generation.V1_0);
        var telemetry = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.await(telemetry.outcome());

        assertThat(client.combiner.calls("send " + telemetry.id())).isEqualTo(1);
        assertThat(client.combiner.log()).noneMatch(line -> line.contains(" open "));
    }
}
