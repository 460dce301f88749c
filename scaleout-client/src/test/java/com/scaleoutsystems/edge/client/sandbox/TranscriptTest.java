package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.ServersPage;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what the reference client was seen to do when it joins, trains and validates: the sandbox sends the same tasks, the
 * callbacks do the same, and the calls that arrive are compared with the recorded ones, call by call.
 *
 * <p>Differences are allowed only where the reference is at fault; each stands in {@link #KNOWN_FAULTS}.
 */
@Timeout(120)
class TranscriptTest {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIMESTAMP = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Fields whose texts hold JSON: compared as values. */
    private static final List<String> JSON_TEXTS = List.of("meta", "data", "payload", "parameters", "response");

    /** What the reference does wrong, and what we tell instead: the status of the task's last report. */
    private static final Map<String, String> KNOWN_FAULTS = Map.of(
            "train-bool", "FAILED",
            "train-nocallback", "FAILED",
            "validate-raise", "FAILED",
            "validate-none", "FAILED",
            "validate-nocallback", "FAILED",
            "validate-interrupted", "INTERRUPTED");

    /** Scenarios in which we refuse a task before anything is fetched, where the reference fetches first. */
    private static final List<String> REFUSED_EARLIER =
            List.of("train-nocallback", "train-empty-data", "validate-nocallback");

    private static JsonNode recorded() {
        return Vectors.part("grpc/transcripts", "scenarios");
    }

    @Test
    void whatIsDifferentStandsInTheDocument() throws IOException {
        ServersPage.assertLists(KNOWN_FAULTS.keySet());
        ServersPage.assertLists(Set.copyOf(REFUSED_EARLIER));
    }

    static Stream<String> scenarios() {
        List<String> ids = new ArrayList<>();
        for (JsonNode scenario : recorded()) {
            String id = scenario.get("id").asText();
            // A Java callback cannot return a bare model where a result is expected.
            if ((id.startsWith("train-") || id.startsWith("validate-")) && !id.equals("train-notuple")) {
                ids.add(id);
            }
        }
        return ids.stream();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theSameTasksLeadToTheSameCalls(String id) throws IOException {
        JsonNode scenario = null;
        for (JsonNode candidate : recorded()) {
            if (candidate.get("id").asText().equals(id)) {
                scenario = candidate;
            }
        }
        assertThat(scenario).isNotNull();
        try (InputStream in = TranscriptTest.class.getResourceAsStream("/vectors/grpc/model.scm");
                ScaleoutModel seed = ScaleoutModel.fromStream(in);
                Sandbox sandbox = Sandbox.builder().seedModel(seed).start()) {
            Replay replay = new Replay(scenario, sandbox, seed.modelId());
            replay.run();
            replay.compareReports();
            replay.compareCalls();
        }
    }

    /** One scenario. */
    private static final class Replay {

        private final JsonNode scenario;
        private final String id;
        private final Sandbox sandbox;
        private final String modelId;
        private final String clientId;
        private final String task;

        Replay(JsonNode scenario, Sandbox sandbox, String modelId) {
            this.scenario = scenario;
            this.id = scenario.get("id").asText();
            this.sandbox = sandbox;
            this.modelId = modelId;
            JsonNode first = scenario.get("tasks_sent").get(0);
            this.clientId = first.get("client_id").asText();
            this.task = first.get("correlation_id").asText();
        }

        void run() {
            try (EdgeClient client = withCallbacks().build()) {
                client.initGrpcHandler(GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort())
                        .withTls(TlsMode.PLAINTEXT));
                client.start();
                sandbox.awaitClients(1, PATIENCE);
                for (JsonNode sent : scenario.get("tasks_sent")) {
                    String correlationId = sent.get("correlation_id").asText();
                    String status = sent.path("status").asText();
                    if (status.equals("INTERRUPTED") || status.equals("TIMEOUT")) {
                        awaitRunning(correlationId);
                        if (status.equals("TIMEOUT")) {
                            sandbox.timeOut(correlationId);
                        } else {
                            sandbox.interrupt(correlationId);
                        }
                        continue;
                    }
                    sandbox.submit(spec(sent, correlationId));
                    if (scenario.get("tasks_sent").size() == 1 || id.equals("train-validate")) {
                        sandbox.awaitOutcome(correlationId, PATIENCE);
                    }
                }
                sandbox.awaitOutcome(task, PATIENCE);
            }
        }

        private TaskSpec spec(JsonNode sent, String correlationId) {
            return TaskSpec.of(sent.get("type").asText(), clientId)
                    .withModel(modelId)
                    .withSession(
                            sent.path("session_id").asText(),
                            sent.path("round_id").asText())
                    .withDataText(sent.path("data").asText())
                    .withStatus(sent.path("status").asText())
                    .withCorrelationId(correlationId);
        }

        private void awaitRunning(String correlationId) {
            sandbox.recording()
                    .await(
                            "a report of " + correlationId,
                            PATIENCE,
                            recording -> recording.reports(correlationId).stream()
                                    .filter(report -> report.status().equals("RUNNING"))
                                    .findFirst());
        }

        private EdgeClientBuilder withCallbacks() {
            EdgeClientBuilder builder = EdgeClient.builder()
                    .clientId(clientId)
                    .name("edge-client-07")
                    .stateless()
                    .pollInterval(Duration.ofMillis(100));
            if (!id.equals("train-nocallback")) {
                builder.onTrain(training());
            }
            switch (id) {
                case "validate-nocallback" -> {
                    // That is the point.
                }
                case "validate-raise" ->
                    builder.onValidate((model, task) -> {
                        throw new IllegalStateException("bad");
                    });
                case "validate-none" -> builder.onValidate((model, task) -> null);
                case "validate-interrupted" ->
                    builder.onValidate((model, task) -> {
                        while (true) {
                            task.checkAbort();
                            Thread.onSpinWait();
                        }
                    });
                default ->
                    builder.onValidate((model, task) -> {
                        Map<String, Object> metrics = new LinkedHashMap<>();
                        metrics.put("accuracy", 0.75);
                        metrics.put("nested", Map.of("x", List.of(1, 2)));
                        metrics.put("nan", Double.NaN);
                        return metrics;
                    });
            }
            return builder;
        }

        private TrainCallback training() {
            return switch (id) {
                case "train-raise" ->
                    (model, task) -> {
                        throw new IllegalStateException("boom");
                    };
                case "train-none" -> (model, task) -> null;
                case "train-zero" -> (model, task) -> TrainResult.of(model(1), 0);
                case "train-missing" -> (model, task) -> TrainResult.of(model(1), Map.of());
                case "train-bool" ->
                    (model, task) ->
                            TrainResult.of(model(1), Map.of("training_metadata", Map.of("num_examples", true)));
                case "train-stop" ->
                    (model, task) -> {
                        throw new TaskAbortedException("user stop");
                    };
                case "train-interrupted", "train-timeout" ->
                    (model, task) -> {
                        while (true) {
                            task.checkAbort();
                            Thread.onSpinWait();
                        }
                    };
                default ->
                    (model, task) -> {
                        Map<String, Double> first = new LinkedHashMap<>();
                        first.put("loss", 0.5);
                        first.put("acc", 0.1);
                        task.logMetric(first);
                        task.logMetric(Map.of("loss", 0.25));
                        task.logAttributes(Map.of("site", "a"));
                        task.logTelemetry("temp", Map.of("value", 21.5));
                        return TrainResult.of(model(1, 2, 3, 4), 10).withTrainingMetadata("settings", task.settings());
                    };
            };
        }

        void compareReports() {
            JsonNode reports = scenario.get("activity_reports").get(task);
            JsonNode expected = reports.get(reports.size() - 1);
            List<Recorded.Report> done = sandbox.recording().reports(task).stream()
                    .filter(Recorded.Report::done)
                    .toList();
            assertThat(done).hasSize(1);
            Recorded.Report report = done.get(0);
            assertThat(report.status())
                    .isEqualTo(
                            KNOWN_FAULTS.getOrDefault(id, expected.get("status").asText()));
            if (!KNOWN_FAULTS.containsKey(id)) {
                // The words of an error are each client's own; that there is one, and under which key, is not.
                assertThat(keys(report.response()))
                        .isEqualTo(keys(expected.path("response").asText()));
                if (report.status().equals("INTERRUPTED")) {
                    assertThat(report.response())
                            .isEqualTo(expected.get("response").asText());
                }
            }
        }

        private static List<String> keys(String json) {
            List<String> keys = new ArrayList<>();
            try {
                if (!json.isEmpty()) {
                    MAPPER.readTree(json).fieldNames().forEachRemaining(keys::add);
                }
            } catch (JsonProcessingException e) {
                throw new AssertionError(json, e);
            }
            return keys;
        }

        void compareCalls() throws IOException {
            Map<String, List<JsonNode>> expected = new LinkedHashMap<>();
            scenario.get("calls_by_rpc")
                    .properties()
                    .forEach(entry -> entry.getValue()
                            .forEach(call -> expected.computeIfAbsent(entry.getKey(), rpc -> new ArrayList<>())
                                    .add(call)));
            if (REFUSED_EARLIER.contains(id)) {
                expected.remove("Download");
                expected.remove("SendStatus");
            }
            if (id.equals("train-bool")) {
                expected.remove("Upload");
                expected.remove("SendModelUpdate");
                expected.get("SendStatus").removeIf(call -> call.toString().contains("completed"));
            }
            Map<String, List<JsonNode>> actual = new LinkedHashMap<>();
            for (RecordedCall call : sandbox.recording().calls()) {
                // Heartbeats were switched off for the recording; polls repeat.
                if (!call.rpc().equals("SendHeartbeat") && !call.rpc().equals("PollAndReportAsync")) {
                    actual.computeIfAbsent(call.rpc(), rpc -> new ArrayList<>()).add(recorded(call));
                }
            }
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            for (Map.Entry<String, List<JsonNode>> rpc : expected.entrySet()) {
                // The recording shows equal calls once.
                assertThat(actual.get(rpc.getKey()).stream().distinct())
                        .as("%s", rpc.getKey())
                        .containsExactlyInAnyOrderElementsOf(
                                rpc.getValue().stream().map(this::reference).toList());
            }
        }

        /** A call of the reference: what the sandbox keeps of a call, with the values of the moment replaced. */
        private JsonNode reference(JsonNode call) {
            ObjectNode kept = JsonNodeFactory.instance.objectNode();
            kept.set("metadata", normal("", call.get("metadata")));
            JsonNode request = call.get("request");
            if (!request.isNull()) {
                kept.set("request", normal("", request));
            }
            return kept;
        }

        private JsonNode recorded(RecordedCall call) throws IOException {
            ObjectNode kept = JsonNodeFactory.instance.objectNode();
            ObjectNode metadata = JsonNodeFactory.instance.objectNode();
            for (String key : List.of("client", "client-id", "name", "authorization", "model-id", "checksum")) {
                if (call.metadata().containsKey(key)) {
                    metadata.put(key, call.metadata().get(key));
                }
            }
            kept.set("metadata", normal("", metadata));
            if (!call.rpc().equals("Upload")) {
                kept.set("request", normal("", MAPPER.readTree(call.json())));
            }
            return kept;
        }

        private JsonNode normal(String key, JsonNode node) {
            if (node.isObject()) {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                node.properties().forEach(field -> copy.set(field.getKey(), normal(field.getKey(), field.getValue())));
                return copy;
            }
            if (node.isArray()) {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                node.forEach(item -> copy.add(normal("", item)));
                return copy;
            }
            if (List.of("processing_time", "upload_model", "fetch_model").contains(key)) {
                return TextNode.valueOf("<seconds>");
            }
            if (node.isTextual()) {
                return text(key, node.asText());
            }
            // NaN and infinities are no JSON: the reference sends them bare, we send null.
            boolean notFinite = node.isDouble() && !Double.isFinite(node.asDouble());
            return notFinite
                    ? NullNode.instance
                    : node.isNumber() ? JsonNodeFactory.instance.numberNode(node.asDouble()) : node;
        }

        private JsonNode text(String key, String text) {
            String replaced = text.replace(modelId, "<model-id>");
            if (JSON_TEXTS.contains(key)) {
                try {
                    return normal("", MAPPER.readTree(replaced.replace("<seconds>", "0")));
                } catch (JsonProcessingException e) {
                    throw new AssertionError(key + ": " + text, e);
                }
            }
            if (!replaced.equals(clientId) && UUID.matcher(replaced).matches()) {
                return TextNode.valueOf("<uuid>");
            }
            if (TIMESTAMP.matcher(replaced).matches()) {
                return TextNode.valueOf("<timestamp>");
            }
            if (SHA256.matcher(replaced).matches()) {
                return TextNode.valueOf("<sha256>");
            }
            return TextNode.valueOf(replaced);
        }
    }
}
