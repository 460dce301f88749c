package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.Generation10Federation.JAVA;
import static com.scaleoutsystems.edge.interop.Generation10Federation.JAVA_EXAMPLES;
import static com.scaleoutsystems.edge.interop.Generation10Federation.JAVA_STEP;
import static com.scaleoutsystems.edge.interop.Generation10Federation.PYTHON;
import static com.scaleoutsystems.edge.interop.Generation10Federation.PYTHON_EXAMPLES;
import static com.scaleoutsystems.edge.interop.Generation10Federation.PYTHON_STEP;
import static com.scaleoutsystems.edge.interop.Generation10Federation.ROUND_STEP;
import static com.scaleoutsystems.edge.interop.Generation10Federation.SEED;
import static com.scaleoutsystems.edge.interop.Generation10Federation.SEED_ID;
import static com.scaleoutsystems.edge.interop.Generation10Federation.SEED_MEAN;
import static com.scaleoutsystems.edge.interop.Generation10Federation.TIMEOUT;
import static com.scaleoutsystems.edge.interop.Parameters.plus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The reference client of the first generation in a sandbox of that generation, side by side with one in Java: both leave
 * the same at the server, but for the faults of the reference that the tests name.
 */
@Tag("interop")
class Generation10Test {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> BOTH = List.of(PYTHON, JAVA);

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.0.1");

    @Test
    void pythonAndJavaTrainAndValidateThreeRounds() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            SessionResult session = federation.runSession(3);

            assertThat(session.rounds()).hasSize(3);
            ModelParameters before = SEED;
            double mean = SEED_MEAN;
            for (RoundResult round : session.rounds()) {
                assertThat(round.failures()).isEmpty();
                assertUpdate(federation, round, PYTHON, plus(before, PYTHON_STEP), PYTHON_EXAMPLES);
                assertUpdate(federation, round, JAVA, plus(before, JAVA_STEP), JAVA_EXAMPLES);
                assertMetric(federation, round, PYTHON, mean + PYTHON_STEP);
                assertMetric(federation, round, JAVA, mean + JAVA_STEP);
                before = plus(before, ROUND_STEP);
                mean += ROUND_STEP;
                assertThat(federation.parameters(round.modelId())).isEqualTo(before);
                assertValidations(round, mean);
            }
            assertStatuses(federation.sandbox().recording(), session.rounds().size() * 4);
        }
    }

    @Test
    void eachPredictsWithTheModelOfTheOther() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            RoundResult round = federation.runSession(1).rounds().get(0);

            assertPrediction(federation, PYTHON, update(round, JAVA).modelUpdateId(), SEED_MEAN + JAVA_STEP);
            assertPrediction(federation, JAVA, update(round, PYTHON).modelUpdateId(), SEED_MEAN + PYTHON_STEP);
        }
    }

    @Test
    void customTasksAnswerAndLog() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            Recording recording = federation.sandbox().recording();
            for (String client : BOTH) {
                TaskOutcome echo = federation.run(
                        TaskSpec.of("Custom_echo", client).withData(Map.of("a", 1, "b", List.of("größer", true))));
                assertThat(echo.status()).isEqualTo("COMPLETED");
                assertThat(json(echo.response())).isEqualTo(json("{\"echo\": {\"a\": 1, \"b\": [\"größer\", true]}}"));

                TaskOutcome log = federation.run(log(client, "Umeå"));
                assertThat(log.status()).isEqualTo("COMPLETED");
                assertThat(attribute(recording, client, "Umeå").key()).isEqualTo("site");
                assertThat(telemetry(recording, client, "load").payload()).isEqualTo(Map.of("value", 0.5f));

                TaskOutcome nobody = federation.run(TaskSpec.of("Custom_nobody", client));
                assertThat(nobody.status()).isEqualTo("FAILED");
                assertThat(nobody.response()).contains("Custom_nobody");
            }
        }
    }

    /** The reference calls what failed completed (failure-reported-completed). */
    @Test
    void aCallbackThatThrowsIsToldFailedByJavaAlone() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            TaskOutcome python = federation.run(TaskSpec.of("Custom_fail", PYTHON));
            TaskOutcome java = federation.run(TaskSpec.of("Custom_fail", JAVA));

            assertThat(python.status()).isEqualTo("COMPLETED");
            assertThat(python.response()).isEmpty();
            assertThat(java.status()).isEqualTo("FAILED");
            assertThat(java.response()).contains("IllegalStateException: as asked");
        }
    }

    @Test
    void tasksQueuedAtOnceAreDoneOneAfterTheOther() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            for (String client : BOTH) {
                List<String> tasks = Stream.generate(
                                () -> federation.sandbox().submit(TaskSpec.of("Custom_echo", client)))
                        .limit(3)
                        .toList();
                tasks.forEach(task -> federation.sandbox().awaitOutcome(task, TIMEOUT));

                List<Recorded.Report> reports = federation.sandbox().recording().reports().stream()
                        .filter(report -> report.clientId().equals(client))
                        .toList();
                assertThat(reports)
                        .filteredOn(Recorded.Report::done)
                        .extracting(Recorded.Report::correlationId)
                        .isEqualTo(tasks);
                assertThat(reports.stream()
                                .map(Recorded.Report::correlationId)
                                .distinct()
                                .toList())
                        .isEqualTo(tasks);
                assertThat(reports.get(reports.size() - 1).done()).isTrue();
            }
        }
    }

    /** The reference runs it again (redelivered-task-runs-again). */
    @Test
    void aTaskDeliveredAgainIsAnsweredAndNotRunAgainByJava() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            Recording recording = federation.sandbox().recording();
            for (String client : BOTH) {
                String task = federation.run(log(client, "first")).correlationId();
                federation.sandbox().redeliver(task);
                recording.await(
                        client + " tells the end of the task again",
                        TIMEOUT,
                        now -> now.reports(task).stream()
                                .filter(Recorded.Report::done)
                                .skip(1)
                                .findFirst());
                federation.run(log(client, "last"));
                attribute(recording, client, "last");

                assertThat(recording.attributes())
                        .filteredOn(attribute -> attribute.clientId().equals(client))
                        .extracting(attribute -> attribute.payload().get("value"))
                        .isEqualTo(client.equals(JAVA) ? List.of("first", "last") : List.of("first", "first", "last"));
            }
        }
    }

    /** Both stop and go on with the next task; the reference calls a task that it broke off completed (failure-reported-completed). */
    @Test
    void bothObeyAnAbortByTheServer() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            TaskSpec train = TaskSpec.of("Fedn_ModelUpdate", "")
                    .withModel(SEED_ID)
                    .withSession("s", "1")
                    .withData(Map.of("client_settings", Map.of("wait", true)));
            for (TaskSpec task : List.of(train, TaskSpec.of("Custom_wait", ""))) {
                for (boolean timeOut : new boolean[] {true, false}) {
                    TaskOutcome python = abort(federation, task, PYTHON, timeOut);
                    TaskOutcome java = abort(federation, task, JAVA, timeOut);

                    assertThat(python.status()).isEqualTo("COMPLETED");
                    assertThat(python.response()).isEmpty();
                    assertThat(java.status()).isEqualTo("INTERRUPTED");
                    assertThat(java.response()).contains(timeOut ? "Timed out by server" : "Aborted by server");
                }
            }
            assertThat(federation.sandbox().recording().modelUpdates()).isEmpty();
            assertThat(federation.sandbox().recording().uploads()).isEmpty();

            assertThat(federation.runSession(1).rounds().get(0).failures()).isEmpty();
        }
    }

    @Test
    void bothComeAndGoAsTheServerExpects() {
        try (Generation10Federation federation = Generation10Federation.joined(peers)) {
            Recording recording = federation.sandbox().recording();
            for (String client : BOTH) {
                recording.await(
                        "heartbeat of " + client,
                        TIMEOUT,
                        now -> now.heartbeats().stream()
                                .filter(beat -> beat.clientId().equals(client))
                                .findFirst());
                assertThat(telemetry(recording, client, "memory_usage").payload())
                        .containsOnlyKeys("value");
                assertThat(telemetry(recording, client, "cpu_usage").payload()).containsOnlyKeys("value");
            }
            assertThat(federation.sandbox().connectedClients()).containsExactly(JAVA, PYTHON);

            federation.leaveJava();
            assertThat(federation.sandbox().connectedClients()).containsExactly(PYTHON);
            // A signal cuts off what the Python client has under way: only what came before it must have gone well.
            assertThat(recording.calls()).extracting(RecordedCall::status).containsOnly("OK", "200");
            assertThat(federation.leavePython()).isZero();
            assertThat(federation.sandbox().connectedClients()).isEmpty();

            assertAnnouncements(recording);
        }
    }

    /** Tokens that end at once are exchanged before nearly each call, and no spent one is used again. */
    @Test
    void shortLivedTokensAreRefreshed() {
        try (Generation10Federation federation =
                new Generation10Federation(peers, Sandbox.builder().accessTokenLifetime(Duration.ofSeconds(5)))) {
            federation.join();

            SessionResult session = federation.runSession(1);

            assertThat(session.rounds().get(0).updates()).hasSize(2);
            List<RecordedCall> refreshes = federation.sandbox().recording().calls("POST /api/auth/refresh");
            assertThat(refreshes).hasSizeGreaterThan(4);
            assertThat(refreshes).extracting(RecordedCall::status).containsOnly("200");
        }
    }

    private static void assertUpdate(
            Generation10Federation federation,
            RoundResult round,
            String client,
            ModelParameters parameters,
            int examples) {
        Recorded.ModelUpdate update = update(round, client);
        assertThat(update.meta()).containsEntry("training_metadata", Map.of("num_examples", examples));
        assertThat(update.meta())
                .containsOnlyKeys("training_metadata", "processing_time", "upload_model", "fetch_model", "config");
        try (ScaleoutModel model = federation.sandbox().model(update.modelUpdateId())) {
            assertThat(model.isRaw()).isTrue();
            assertThat(model.modelParameters()).isEqualTo(parameters);
        }
        assertCompleted(federation, update.correlationId());
    }

    private static void assertValidations(RoundResult round, double mean) {
        assertThat(round.validations())
                .extracting(Recorded::clientId, Recorded.Validation::modelId, Recorded.Validation::metrics)
                .containsExactlyInAnyOrder(
                        tuple(PYTHON, round.modelId(), Map.of("mean", mean)),
                        tuple(JAVA, round.modelId(), Map.of("mean", mean)));
        assertThat(round.metrics()).isEqualTo(Map.of("mean", mean));
    }

    private static void assertMetric(Generation10Federation federation, RoundResult round, String client, double mean) {
        Recorded.ModelUpdate update = update(round, client);
        Recorded.Metric metric = federation
                .sandbox()
                .recording()
                .await(
                        "metric of " + client + " in round " + round.round(),
                        TIMEOUT,
                        recording -> recording.metrics().stream()
                                .filter(candidate -> candidate.clientId().equals(client)
                                        && candidate.roundId().equals(Integer.toString(round.round())))
                                .findFirst());
        assertThat(metric.values()).isEqualTo(Map.of("mean", (float) mean));
        assertThat(metric.step()).isZero();
        assertThat(metric.modelId()).isEqualTo(update.modelId());
        assertThat(metric.sessionId()).isEqualTo(update.sessionId());
    }

    /** The same lines from both, in the same order. */
    private static void assertStatuses(Recording recording, int count) {
        recording.await(Recorded.Status.class, count * BOTH.size(), TIMEOUT);
        List<List<String>> lines = BOTH.stream()
                .map(client -> recording.statuses().stream()
                        .filter(status -> status.clientId().equals(client))
                        .map(status -> status.logLevel() + " " + status.type() + " " + status.text())
                        .toList())
                .toList();
        assertThat(lines.get(0)).hasSize(count).isEqualTo(lines.get(1));
    }

    private static void assertCompleted(Generation10Federation federation, String task) {
        assertThat(federation.sandbox().recording().reports(task))
                .filteredOn(Recorded.Report::done)
                .extracting(Recorded.Report::status)
                .containsExactly("COMPLETED");
    }

    private static void assertPrediction(
            Generation10Federation federation, String client, String modelId, double mean) {
        TaskOutcome outcome =
                federation.run(TaskSpec.of("Fedn_Prediction", client).withModel(modelId));

        assertThat(outcome.status()).isEqualTo("COMPLETED");
        assertThat(federation.sandbox().recording().predictions())
                .filteredOn(prediction -> prediction.correlationId().equals(outcome.correlationId()))
                .extracting(Recorded::clientId, Recorded.Prediction::modelId, Recorded.Prediction::values)
                .containsExactly(tuple(client, modelId, Map.of("mean", mean)));
    }

    private static void assertAnnouncements(Recording recording) {
        for (String client : BOTH) {
            assertThat(recording.announcements())
                    .filteredOn(announcement -> announcement.clientId().equals(client))
                    .extracting(Recorded.Announcement::type, announcement -> json(announcement.parameters()))
                    .containsExactly(
                            tuple("VersionCheck", json("{\"client-version\": \"1.0.1\"}")),
                            tuple("Connect", json("")),
                            tuple("Disconnect", json("")));
        }
    }

    private static TaskSpec log(String client, String value) {
        return TaskSpec.of("Custom_log", client)
                .withData(Map.of("attributes", Map.of("site", value), "telemetry", Map.of("load", 0.5)));
    }

    private static TaskOutcome abort(Generation10Federation federation, TaskSpec task, String client, boolean timeOut) {
        String id = federation.startTask(task.withClient(client));
        if (timeOut) {
            federation.sandbox().timeOut(id);
        } else {
            federation.sandbox().interrupt(id);
        }
        return federation.sandbox().awaitOutcome(id, TIMEOUT);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static Recorded.ModelUpdate update(RoundResult round, String client) {
        return of(client, round.updates().stream());
    }

    private static Recorded.Attribute attribute(Recording recording, String client, String value) {
        return recording.await(
                value + " of " + client,
                TIMEOUT,
                now -> now.attributes().stream()
                        .filter(attribute -> attribute.clientId().equals(client)
                                && attribute.payload().equals(Map.of("value", value)))
                        .findFirst());
    }

    private static Recorded.Telemetry telemetry(Recording recording, String client, String key) {
        return recording.await(
                key + " of " + client,
                TIMEOUT,
                now -> now.telemetry().stream()
                        .filter(telemetry -> telemetry.clientId().equals(client)
                                && telemetry.key().equals(key))
                        .findFirst());
    }

    private static <T extends Recorded> T of(String client, Stream<T> messages) {
        return messages.filter(message -> message.clientId().equals(client))
                .findFirst()
                .orElseThrow();
    }
}
