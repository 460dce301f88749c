package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA;
import static com.scaleoutsystems.edge.interop.MixedFederation.PYTHON;
import static com.scaleoutsystems.edge.interop.MixedFederation.SEED;
import static com.scaleoutsystems.edge.interop.MixedFederation.SEED_MEAN;
import static com.scaleoutsystems.edge.interop.MixedFederation.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The tasks beside training and validation. Each is given to a client in Python and one in Java at once, so that a test
 * waits for two polls of the former and not for four. A "fault" has its name from docs/servers.md.
 */
@Tag("interop")
class MixedTasksTest {
    @RegisterExtension
    static final PythonPeers PEERS = PythonPeers.ofRelease("1.1.0");

    private static final List<String> BOTH = List.of(PYTHON, JAVA);

    private static MixedFederation federation;
    private static Sandbox sandbox;

    @BeforeAll
    static void join() {
        federation = new MixedFederation(PEERS, Sandbox.builder());
        sandbox = federation.sandbox();
        federation.join();
    }

    @AfterAll
    static void leave() {
        if (federation != null) {
            federation.close();
        }
    }

    @Test
    void customTasksAreAnsweredWithWhatTheirCallbacksReturn() {
        Map<String, Object> parameters =
                Map.of("text", "größer als 0", "list", List.of(1, 2.5, true), "none", Map.of());

        Pair<String> tasks = submit(TaskSpec.of("Custom_echo", PYTHON).withData(Map.of("parameters", parameters)));

        Pair<TaskOutcome> ends = awaitEnds(tasks);
        for (TaskOutcome end : ends.all()) {
            assertThat(end.status()).isEqualTo("COMPLETED");
            assertThat(Fields.parse(end.response()))
                    .isEqualTo(Fields.parse(
                            "{\"echo\": {\"text\": \"größer als 0\", \"list\": [1, 2.5, true], \"none\": {}}}"));
            assertThat(end.startedAt()).isBeforeOrEqualTo(end.completedAt());
        }
        Fields.assertSame(sandbox.recording(), "PollAndReportAsync", PYTHON, JAVA);
    }

    @Test
    void tasksThatNobodyCanDoAreToldFailedWithAReason() {
        List<Pair<String>> tasks = List.of(
                submit(TaskSpec.of("Custom_unheard_of", PYTHON)),
                submit(TaskSpec.of("Scaleout_Nonsense", PYTHON)),
                submit(TaskSpec.of("Custom_echo", PYTHON).withDataText("{not json")),
                submit(TaskSpec.of("Scaleout_StageModel", PYTHON)),
                submit(TaskSpec.of("Scaleout_Inference", PYTHON)),
                submit(TaskSpec.of("Scaleout_RestartClient", PYTHON)),
                submit(TaskSpec.of("Scaleout_ModelUpdate", PYTHON).withModel("no-such-model")));

        assertThat(tasks).allSatisfy(task -> {
            for (TaskOutcome end : awaitEnds(task).all()) {
                assertThat(end.status()).isEqualTo("FAILED");
                assertThat(error(end)).isNotEmpty();
            }
        });
    }

    @Test
    void onlyJavaReportsACustomCallbackThatThrowsAsFailed() {
        Pair<TaskOutcome> ends = awaitEnds(submit(TaskSpec.of("Custom_fail", PYTHON)));

        // The fault failure-reported-completed.
        assertThat(ends.python().status()).isEqualTo("COMPLETED");
        assertThat(ends.python().response()).isEmpty();
        assertThat(ends.java().status()).isEqualTo("FAILED");
        assertThat(error(ends.java())).isEqualTo("IllegalArgumentException: no such luck");
    }

    @Test
    void attributesTelemetryAndMetricsOfATaskCome() {
        Pair<TaskOutcome> ends = awaitEnds(
                submit(TaskSpec.of("Custom_log", PYTHON).withModel("m").withSession("s", "4")));

        for (TaskOutcome end : ends.all()) {
            assertThat(Fields.parse(end.response())).isEqualTo(Fields.parse("{\"logged\": true}"));
            Recorded.Telemetry telemetry = await(
                    Recorded.Telemetry.class,
                    record -> record.clientId().equals(end.clientId())
                            && record.key().equals("temperature"));
            assertThat(telemetry.payload()).isEqualTo(Map.of("value", 21.5, "unit", "°C"));
            assertThat(telemetry.recordId()).isNotEmpty();
            assertThat(telemetry.timestamp()).isBetween(end.startedAt(), end.completedAt());
            assertThat(attribute(end.clientId(), "cores").payload()).isEqualTo(Map.of("value", 2));
            assertThat(attribute(end.clientId(), "place").payload()).isEqualTo(Map.of("site", "north", "rack", 7));
            Recorded.Metric metric = await(
                    Recorded.Metric.class,
                    record -> record.clientId().equals(end.clientId())
                            && record.values().containsKey("loss"));
            assertThat(metric.values()).isEqualTo(Map.of("loss", 0.5f));
            assertThat(metric.sessionId()).isEqualTo("s");
            assertThat(metric.roundId()).isEqualTo("4");
            assertThat(metric.modelId()).isEqualTo("m");
        }
        Fields.assertSame(sandbox.recording(), "StreamTelemetryRecord", PYTHON, JAVA);
        Fields.assertSame(sandbox.recording(), "StreamAttributeRecord", PYTHON, JAVA);
        Fields.assertSame(sandbox.recording(), "SendModelMetric", PYTHON, JAVA);
    }

    @Test
    void resultsOfAnInferenceComeUnderTheIdOfItsTask() {
        String model = addModel(Map.of());

        Pair<String> tasks = submit(TaskSpec.of("Scaleout_Inference", PYTHON)
                .withModel(model)
                .withData(Map.of("parameters", Map.of("factor", 3))));

        for (TaskOutcome end : awaitEnds(tasks).all()) {
            assertThat(end.status()).isEqualTo("COMPLETED");
            // What a dispatched inference returns is dropped by both.
            assertThat(end.response()).isEmpty();
            assertThat(inferenceResult(end)).satisfies(result -> {
                assertThat(result.clientId()).isEqualTo(end.clientId());
                assertThat(result.modelId()).isEqualTo(model);
                assertThat(result.key()).isEqualTo("mean");
                assertThat(result.payload()).isEqualTo(Map.of("value", 3.0 * SEED_MEAN, "unit", "m"));
                assertThat(result.recordId()).isNotEmpty();
            });
        }
        Fields.assertSame(sandbox.recording(), "StreamInferenceResult", PYTHON, JAVA);
    }

    @Test
    void aStagedModelServesInferencesWithoutAnotherDownload() {
        String model = addModel(Map.of());

        for (TaskOutcome end : awaitEnds(
                        submit(TaskSpec.of("Scaleout_StageModel", PYTHON).withModel(model)))
                .all()) {
            assertThat(end.status()).isEqualTo("COMPLETED");
            assertThat(attribute(end.clientId(), "staged").payload()).isEqualTo(Map.of("value", model));
        }
        for (TaskOutcome end : awaitEnds(
                        submit(TaskSpec.of("Scaleout_Inference", PYTHON).withModel(model)))
                .all()) {
            assertThat(inferenceResult(end).modelId()).isEqualTo(model);
        }
        assertThat(sandbox.recording().downloads())
                .filteredOn(download -> download.modelId().equals(model))
                .extracting(Recorded::clientId)
                .containsExactlyInAnyOrderElementsOf(BOTH);
    }

    @Test
    void theServerHearsOfTasksThatAClientStartsAndOfTheirEnds() {
        Pair<String> autonomous = autonomousTasks(probe(Map.of("why", "test")));

        for (TaskOutcome end : awaitEnds(autonomous).all()) {
            assertThat(end.status()).isEqualTo("COMPLETED");
            assertThat(Fields.parse(end.response())).isEqualTo(Fields.parse("{\"probed\": {\"why\": \"test\"}}"));
            assertThat(end.startedAt()).isBeforeOrEqualTo(end.completedAt());
        }
    }

    @Test
    void theServerMayStopTasksThatAClientStarts() {
        Pair<String> autonomous = autonomousTasks(probe(Map.of("why", "test", "wait", true)));

        awaitRunning(autonomous);
        for (String task : autonomous.all()) {
            Recorded.Report first = awaitReportWithoutType(task).get(0);
            assertThat(first.commandType()).isEqualTo("Autonomous_probe");
            assertThat(Fields.parse(first.parameters())).isEqualTo(Fields.parse("{\"why\": \"test\", \"wait\": true}"));
            assertThat(first.startedAt()).isNotNull();
        }
        interrupt(autonomous);

        assertInterrupted(awaitEnds(autonomous), "Aborted by server");
    }

    @Test
    void anInferenceThatAClientStartsIsAnsweredWithWhatItsCallbackReturns() {
        String model = addModel(Map.of());

        Pair<String> autonomous = autonomousTasks(
                TaskSpec.of("Custom_infer_alone", PYTHON).withData(Map.of("parameters", Map.of("model", model))));

        for (TaskOutcome end : awaitEnds(autonomous).all()) {
            assertThat(end.status()).isEqualTo("COMPLETED");
            assertThat(Fields.parse(end.response())).isEqualTo(Fields.parse("{\"mean\": 1.5}"));
            assertThat(inferenceResult(end).payload()).isEqualTo(Map.of("value", 1.5, "unit", "m"));
            Recorded.Report first =
                    sandbox.recording().reports(end.correlationId()).get(0);
            assertThat(first.commandType()).isEqualTo("Autonomous_Scaleout_Inference");
            assertThat(Fields.parse(first.parameters()))
                    .isEqualTo(Fields.parse("{\"factor\": 2, \"model_id\": \"" + model + "\"}"));
        }
    }

    @Test
    void trainingThatTheServerStopsIsToldInterruptedWithTheReasonAndSendsNothing() {
        TaskSpec training = TaskSpec.of("Scaleout_ModelUpdate", PYTHON)
                .withModel(addModel(Map.of()))
                .withData(Map.of("client_settings", Map.of("wait", true)));
        Pair<String> interrupted = submit(training);
        awaitRunning(interrupted);
        interrupt(interrupted);
        assertInterrupted(awaitEnds(interrupted), "Aborted by server");

        Pair<String> late = submit(training);
        awaitRunning(late);
        late.all().forEach(sandbox::timeOut);
        assertInterrupted(awaitEnds(late), "Timed out by server");

        List<String> tasks =
                Stream.concat(interrupted.all().stream(), late.all().stream()).toList();
        assertThat(sandbox.recording().modelUpdates())
                .extracting(Recorded.ModelUpdate::correlationId)
                .doesNotContainAnyElementsOf(tasks);
    }

    @Test
    void onlyJavaReportsAbortedValidationsAndCustomTasksAsInterrupted() {
        Pair<String> validation =
                submit(TaskSpec.of("Scaleout_Validation", PYTHON).withModel(addModel(Map.of("wait", true))));
        Pair<String> custom = submit(TaskSpec.of("Custom_wait", PYTHON));
        for (Pair<String> task : List.of(validation, custom)) {
            awaitRunning(task);
            interrupt(task);
        }

        for (Pair<String> task : List.of(validation, custom)) {
            Pair<TaskOutcome> ends = awaitEnds(task);
            // The fault failure-reported-completed.
            assertThat(ends.python().status()).isEqualTo("COMPLETED");
            assertThat(ends.python().response()).isEmpty();
            assertThat(ends.java().status()).isEqualTo("INTERRUPTED");
            assertThat(Fields.parse(ends.java().response()))
                    .isEqualTo(Fields.parse("{\"msg\": \"Aborted by server\"}"));
        }
        assertThat(sandbox.recording().validations())
                .extracting(Recorded.Validation::correlationId)
                .doesNotContainAnyElementsOf(validation.all());
    }

    private static void assertInterrupted(Pair<TaskOutcome> ends, String reason) {
        for (TaskOutcome end : ends.all()) {
            assertThat(end.status()).isEqualTo("INTERRUPTED");
            assertThat(Fields.parse(end.response())).isEqualTo(Fields.parse("{\"msg\": \"" + reason + "\"}"));
        }
    }

    /** Something of the client in Python and the same of the one in Java. */
    private record Pair<T>(T python, T java) {
        List<T> all() {
            return List.of(python, java);
        }
    }

    /** Gives a task to both, whomever it names. */
    private static Pair<String> submit(TaskSpec task) {
        return new Pair<>(sandbox.submit(task), sandbox.submit(forJava(task)));
    }

    private static TaskSpec forJava(TaskSpec task) {
        return TaskSpec.of(task.type(), JAVA)
                .withModel(task.modelId())
                .withDataText(task.data())
                .withSession(task.sessionId(), task.roundId());
    }

    private static Pair<TaskOutcome> awaitEnds(Pair<String> tasks) {
        return new Pair<>(sandbox.awaitOutcome(tasks.python(), TIMEOUT), sandbox.awaitOutcome(tasks.java(), TIMEOUT));
    }

    /** Has both start an autonomous task, and gives the ids of those. */
    private static Pair<String> autonomousTasks(TaskSpec starter) {
        Pair<TaskOutcome> ends = awaitEnds(submit(starter));
        Pair<String> autonomous = new Pair<>(autonomousTask(ends.python()), autonomousTask(ends.java()));
        autonomous.all().forEach(MixedTasksTest::awaitReport);
        return autonomous;
    }

    private static TaskSpec probe(Map<String, Object> parameters) {
        return TaskSpec.of("Custom_probe", PYTHON).withData(Map.of("parameters", parameters));
    }

    private static String autonomousTask(TaskOutcome starter) {
        return Fields.parse(starter.response()).path("task").asText();
    }

    private static void awaitReport(String task) {
        sandbox.recording()
                .await(
                        "a report of " + task,
                        TIMEOUT,
                        recording -> recording.reports(task).stream().findFirst());
    }

    private static void awaitRunning(Pair<String> tasks) {
        for (String task : tasks.all()) {
            sandbox.recording()
                    .await(
                            task + " runs",
                            TIMEOUT,
                            recording -> recording.reports(task).stream()
                                    .filter(report -> report.status().equals("RUNNING"))
                                    .findFirst());
        }
    }

    /** Waits until a client has seen that the server has taken note of its autonomous task, and gives all reports until then. */
    private static List<Recorded.Report> awaitReportWithoutType(String task) {
        return sandbox.recording()
                .await(
                        "a report of " + task + " without its type",
                        TIMEOUT,
                        recording -> Optional.of(recording.reports(task))
                                .filter(reports ->
                                        reports.get(reports.size() - 1).commandType() == null));
    }

    private static void interrupt(Pair<String> tasks) {
        tasks.all().forEach(sandbox::interrupt);
    }

    private static String error(TaskOutcome end) {
        JsonNode response = Fields.parse(end.response());
        assertThat(response.fieldNames()).toIterable().containsExactly("error");
        return response.get("error").textValue();
    }

    private static Recorded.InferenceResult inferenceResult(TaskOutcome end) {
        return await(
                Recorded.InferenceResult.class, result -> result.inferenceId().equals(end.correlationId()));
    }

    private static Recorded.Attribute attribute(String clientId, String key) {
        return await(
                Recorded.Attribute.class,
                attribute ->
                        attribute.clientId().equals(clientId) && attribute.key().equals(key));
    }

    private static <T extends Recorded> T await(Class<T> kind, Predicate<T> wanted) {
        return sandbox.recording()
                .await(
                        "a " + kind.getSimpleName(),
                        TIMEOUT,
                        (Recording recording) ->
                                recording.all(kind).stream().filter(wanted).findFirst());
    }

    private static String addModel(Map<String, ?> metadata) {
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(SEED, metadata)) {
            return sandbox.addModel(model);
        }
    }
}
