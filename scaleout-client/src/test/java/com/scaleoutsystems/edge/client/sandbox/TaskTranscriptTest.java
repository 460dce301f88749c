package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.ServersPage;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The recorded scenarios of custom tasks, inference, staging and autonomous tasks: the same tasks lead to the same ends
 * and the same kinds of calls as with the reference client.
 */
@Timeout(120)
class TaskTranscriptTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What the reference does wrong, and what we tell instead, by scenario and task. */
    private static final Map<String, String> KNOWN_FAULTS = Map.of(
            "custom c2", "FAILED",
            "custom-interrupted t1", "INTERRUPTED",
            "running-again t1", "INTERRUPTED",
            "interrupt-unknown u1", "INTERRUPTED",
            "unknown-status t1", "INTERRUPTED");

    private static final Set<String> CHATTER = Set.of("PollAndReportAsync", "SendHeartbeat");

    private static JsonNode recorded() {
        return Vectors.part("grpc/transcripts", "scenarios");
    }

    @Test
    void whatIsDifferentStandsInTheDocument() throws IOException {
        ServersPage.assertLists(KNOWN_FAULTS.keySet());
    }

    static Stream<String> scenarios() {
        List<String> ids = new ArrayList<>();
        for (JsonNode scenario : recorded()) {
            String id = scenario.get("id").asText();
            if (!id.startsWith("train-") && !id.startsWith("validate-")) {
                ids.add(id);
            }
        }
        assertThat(ids).hasSize(11);
        return ids.stream();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theSameTasksEndTheSameWay(String id) throws IOException {
        JsonNode scenario = null;
        for (JsonNode candidate : recorded()) {
            if (candidate.get("id").asText().equals(id)) {
                scenario = candidate;
            }
        }
        assertThat(scenario).isNotNull();
        try (InputStream in = TaskTranscriptTest.class.getResourceAsStream("/vectors/grpc/model.scm");
                ScaleoutModel seed = ScaleoutModel.fromStream(in);
                Sandbox sandbox = Sandbox.builder().seedModel(seed).start()) {
            List<String> autonomous = run(id, scenario, sandbox, seed.modelId());
            compareReports(id, scenario, sandbox, autonomous);
            compareCalls(scenario, sandbox, id);
        }
    }

    private static List<String> run(String id, JsonNode scenario, Sandbox sandbox, String modelId) {
        List<String> autonomous = new ArrayList<>();
        try (EdgeClient client = client(id).build()) {
            client.initGrpcHandler(GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort())
                    .withTls(TlsMode.PLAINTEXT));
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            if (id.startsWith("autonomous")) {
                autonomous.addAll(startAutonomous(id, client, sandbox, modelId));
            }
            Set<String> submitted = new TreeSet<>();
            for (JsonNode sent : scenario.get("tasks_sent")) {
                String correlationId = sent.get("correlation_id").asText();
                String status = sent.path("status").asText();
                if (!submitted.add(correlationId)) {
                    awaitReport(sandbox, correlationId, "RUNNING");
                    sandbox.redeliver(correlationId, status);
                } else {
                    sandbox.submit(TaskSpec.of(sent.path("type").asText(), client.clientId())
                            .withModel(sent.has("model_id") ? modelId : "")
                            .withSession(sent.path("session_id").asText(), "")
                            .withDataText(sent.path("data").asText())
                            .withStatus(status)
                            .withCorrelationId(correlationId));
                }
            }
            if (id.equals("unknown-status")) {
                // The reference stops polling; we go on, as a later interrupt shows.
                sandbox.redeliver("t1", "INTERRUPTED");
            }
            submitted.forEach(task -> sandbox.awaitOutcome(task, PATIENCE));
            if (id.equals("heartbeat")) {
                sandbox.recording()
                        .await(
                                "a heartbeat",
                                PATIENCE,
                                recording -> recording.all(Recorded.Heartbeat.class).stream()
                                        .findFirst());
            }
        }
        return autonomous;
    }

    private static EdgeClientBuilder client(String id) {
        var builder = EdgeClient.builder()
                .clientId("3f0c6a52-7a0e-4d43-9f5e-0a9d0c2f6b11")
                .name("edge-client-07")
                .stateless()
                .pollInterval(Duration.ofMillis(100));
        builder.onCustom("ok", (parameters, task) -> {
            task.logMetric(Map.of("x", 1));
            return Map.of("got", parameters);
        });
        builder.onCustom("bad", (parameters, task) -> {
            throw new IllegalStateException("bad");
        });
        builder.onCustom("text", (parameters, task) -> "plain");
        builder.onCustom("set", (parameters, task) -> new Object());
        builder.onCustom("stop", (parameters, task) -> {
            while (true) {
                task.checkAbort();
                Thread.onSpinWait();
            }
        });
        if (!id.equals("inference-no-callback")) {
            builder.onInference((model, task) -> {
                if (id.equals("stage-inference")) {
                    task.logInferenceResult("found", Map.of("value", 1));
                }
                return Map.of("answer", task.settings());
            });
        }
        return builder;
    }

    private static List<String> startAutonomous(String id, EdgeClient client, Sandbox sandbox, String modelId) {
        if (id.equals("autonomous")) {
            AutonomousTask job =
                    client.startAutonomousTask("job", Map.of("p", 1), (parameters, task) -> Map.of("r", 1));
            AutonomousTask inference = client.startAutonomousInference(modelId, Map.of("q", 2));
            awaitDone(sandbox, job.correlationId());
            awaitDone(sandbox, inference.correlationId());
            return List.of(job.correlationId(), inference.correlationId());
        }
        AutonomousTask watch = client.startAutonomousTask("watch", Map.of(), (parameters, task) -> {
            while (true) {
                task.checkAbort();
                Thread.onSpinWait();
            }
        });
        awaitReport(sandbox, watch.correlationId(), "RUNNING");
        // A report is recorded a moment before the sandbox knows the task.
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> sandbox.interrupt(watch.correlationId()));
        awaitDone(sandbox, watch.correlationId());
        return List.of(watch.correlationId());
    }

    private static void awaitReport(Sandbox sandbox, String correlationId, String status) {
        sandbox.recording()
                .await(
                        "a report of " + correlationId,
                        PATIENCE,
                        recording -> recording.reports(correlationId).stream()
                                .filter(report -> report.status().equals(status))
                                .findFirst());
    }

    private static void awaitDone(Sandbox sandbox, String correlationId) {
        sandbox.recording()
                .await(
                        "the end of " + correlationId,
                        PATIENCE,
                        recording -> recording.reports(correlationId).stream()
                                .filter(Recorded.Report::done)
                                .findFirst());
    }

    private static void compareReports(String id, JsonNode scenario, Sandbox sandbox, List<String> autonomous)
            throws IOException {
        List<JsonNode> expectedAutonomous = new ArrayList<>();
        for (var entry : scenario.get("activity_reports").properties()) {
            List<JsonNode> done = new ArrayList<>();
            entry.getValue().forEach(report -> {
                if (report.path("done").asBoolean()) {
                    done.add(report);
                }
            });
            if (entry.getKey().equals("<uuid>")) {
                expectedAutonomous.addAll(done);
            } else {
                String key = id + " " + entry.getKey();
                Recorded.Report last = last(sandbox, entry.getKey());
                String expected = KNOWN_FAULTS.getOrDefault(
                        key, done.isEmpty() ? "?" : done.get(0).get("status").asText());
                assertThat(last.status()).as(key).isEqualTo(expected);
                if (!KNOWN_FAULTS.containsKey(key)) {
                    compareResponse(last, done.get(0));
                }
            }
        }
        assertThat(autonomous).hasSize(expectedAutonomous.size());
        for (int i = 0; i < autonomous.size(); i++) {
            Recorded.Report last = last(sandbox, autonomous.get(i));
            assertThat(last.status())
                    .isEqualTo(expectedAutonomous.get(i).get("status").asText());
            compareResponse(last, expectedAutonomous.get(i));
            if (expectedAutonomous.get(i).has("command_type")) {
                // The recording was never acknowledged; here the first report is, and carries the same.
                Recorded.Report first =
                        sandbox.recording().reports(autonomous.get(i)).get(0);
                assertThat(first.commandType())
                        .isEqualTo(expectedAutonomous.get(i).get("command_type").asText());
                assertThat(MAPPER.readTree(first.parameters()).properties().stream()
                                .map(Map.Entry::getKey))
                        .containsExactlyElementsOf(
                                MAPPER
                                        .readTree(expectedAutonomous
                                                .get(i)
                                                .get("parameters")
                                                .asText())
                                        .properties()
                                        .stream()
                                        .map(Map.Entry::getKey)
                                        .toList());
            }
        }
    }

    private static Recorded.Report last(Sandbox sandbox, String task) {
        List<Recorded.Report> done = sandbox.recording().reports(task).stream()
                .filter(Recorded.Report::done)
                .toList();
        assertThat(done).as("last reports of %s", task).hasSize(1);
        assertThat(done.get(0).completedAt()).isNotNull();
        return done.get(0);
    }

    /** The words of an error are each client's own; that there is one, and all that is no error, is not. */
    private static void compareResponse(Recorded.Report actual, JsonNode expected) throws JsonProcessingException {
        String response = expected.path("response").asText();
        if (response.startsWith("{\"error\"")) {
            assertThat(actual.response()).startsWith("{\"error\": ");
        } else if (response.isEmpty()) {
            assertThat(actual.response()).isEmpty();
        } else {
            assertThat(MAPPER.readTree(actual.response())).isEqualTo(MAPPER.readTree(response));
        }
    }

    private static void compareCalls(JsonNode scenario, Sandbox sandbox, String id) {
        Map<String, Integer> expected = new TreeMap<>();
        scenario.get("calls_by_rpc").properties().forEach(entry -> expected.put(entry.getKey(), 1));
        Set<String> actual = sandbox.recording().calls().stream()
                .map(RecordedCall::rpc)
                .filter(rpc -> id.equals("heartbeat") ? !rpc.equals("PollAndReportAsync") : !CHATTER.contains(rpc))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(actual).isEqualTo(expected.keySet());
    }
}
