package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the reference client logs arrives with the same content when this client logs it. */
@Timeout(120)
class PayloadVectorsTest {

    private static final InferenceContext INFERENCE = new InferenceContext("inference", "model");

    /** Python's ways of saying it in one call that Java has no parameter for. */
    private static final Set<String> NOT_IN_JAVA = Set.of(
            "log_telemetry()",
            "log_telemetry(telemetry={'a': 1}, payload={'unit': 's', 'value': 9})",
            // Rejected here: there is no result without its inference. See SeedApiTest#logInferenceResultAndContext.
            "log_inference_result('k', {}) without context");

    private static final LogOptions ALERT = LogOptions.defaults().withPriorityClass(PriorityClass.ALERT);

    /** A result of inference is a map with texts as its keys; other Python values do not compile. */
    private static final Set<String> NO_RESULTS_IN_JAVA =
            Set.of("{1: 'b', None: 'c', 1.5: 'd'}", "[1, 2]", "'text'", "None");

    /** Sends what one row of the reference's calls says, each record under its own key and this prefix. */
    @SuppressWarnings("unchecked") // A result of inference is an object.
    private static boolean send(EdgeClient client, JsonNode row, String prefix) {
        Object input = plain(row.get("input"));
        switch (row.get("call").asText()) {
            case "log_telemetry(key='k', payload={'value': v})" -> client.logTelemetry(prefix + "k", value(input));
            case "log_attributes({'k': v})" -> client.logAttributes(entry(prefix + "k", input));
            case "log_inference_result('det', payload, context)" ->
                client.logInferenceResult(
                        prefix + "det",
                        (Map<String, ?>) Objects.requireNonNull(input),
                        LogOptions.defaults().withContext(INFERENCE));
            case "log_telemetry(key='k')" -> client.logTelemetry(prefix + "k", Map.of());
            case "log_telemetry({'a': 1, 'b': 2.5})" -> {
                client.logTelemetry(prefix + "a", value(1));
                client.logTelemetry(prefix + "b", value(2.5));
            }
            case "log_telemetry(key='k', payload={'x': 1}, telemetry={'a': 1}, priority='alert')" -> {
                client.logTelemetry(prefix + "a", Map.of("value", 1, "x", 1), ALERT);
                client.logTelemetry(prefix + "k", Map.of("x", 1), ALERT);
            }
            case "log_attributes({'a': {'b': 1}, 'c': [1], 'd': 'x'}, priority='alert')" ->
                client.logAttributes(
                        Map.of(prefix + "a", Map.of("b", 1), prefix + "c", List.of(1), prefix + "d", "x"), ALERT);
            case "log_attributes({})" -> client.logAttributes(Map.of());
            default -> {
                return false;
            }
        }
        return true;
    }

    @Test
    void everyPayloadArrivesWithTheValueThatTheReferenceGivesIt() {
        Map<String, JsonNode> expected = new LinkedHashMap<>();
        Set<String> left = new TreeSet<>();
        int number = 0;
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c").build()) {
            client.start();
            for (JsonNode row : Vectors.part("json/payloads", "payloads")) {
                String prefix = number++ + " ";
                String call = row.get("call").asText();
                boolean noResult = call.startsWith("log_inference_result('det'")
                        && NO_RESULTS_IN_JAVA.contains(row.get("input_python").asText());
                // What Python cannot write is of Python's own types; for Java's see JsonTest.
                boolean raises = row.at("/result/outcome").asText().equals("raises");
                if (raises || noResult) {
                    continue;
                } else if (!send(client, row, prefix)) {
                    left.add(call);
                    continue;
                }
                row.get("records")
                        .forEach(record -> expected.put(
                                record.get("message_type").asText() + " " + prefix
                                        + record.get("key").asText(),
                                finite(Vectors.parse(record.get("payload").asText()))));
            }
            assertThat(client.flush(PATIENCE).isComplete()).isTrue();

            assertThat(left).isEqualTo(NOT_IN_JAVA);
            assertThat(expected).hasSizeGreaterThan(85);
            assertThat(arrived(sandbox)).containsAllEntriesOf(expected).hasSameSizeAs(expected);
        }
    }

    private static Map<String, JsonNode> arrived(Sandbox sandbox) {
        Map<String, JsonNode> arrived = new LinkedHashMap<>();
        sandbox.recording()
                .telemetry()
                .forEach(record -> arrived.put("TelemetryRecord " + record.key(), Vectors.parse(record.payloadText())));
        sandbox.recording()
                .attributes()
                .forEach(record -> arrived.put("AttributeRecord " + record.key(), Vectors.parse(record.payloadText())));
        sandbox.recording()
                .inferenceResults()
                .forEach(record -> arrived.put("InferenceResult " + record.key(), Vectors.parse(record.payloadText())));
        // The client's own measurements of its node.
        arrived.keySet().removeIf(key -> key.endsWith("_usage"));
        return arrived;
    }

    @Test
    void everyMetricArrivesAsTheFloatThatTheReferenceMakesOfIt() {
        Map<String, String> expected = new LinkedHashMap<>();
        LogOptions options = LogOptions.defaults().withContext(LoggingContext.of("m", "1", "s"));
        int number = 0;
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c").build()) {
            client.start();
            for (JsonNode row : Vectors.part("json/payloads", "metrics_float32")) {
                String key = number++ + " " + row.get("input_python").asText();
                Object input = plain(row.get("input"));
                String hex = row.get("wire_hex_le").asText();
                if (input instanceof Boolean yes) {
                    // Python's True is a number; whoever means one says so.
                    input = yes ? 1 : 0;
                }
                if (input == null) {
                    // Sent as 0 by the reference, which is not what was measured.
                    assertThat(client.logMetric(entry(key, null), options)
                                    .outcome()
                                    .toCompletableFuture())
                            .succeedsWithin(PATIENCE)
                            .isInstanceOf(Outcome.Rejected.class);
                } else if (input instanceof Number && row.get("wire_hex_le").isTextual()) {
                    client.logMetric(Map.of(key, (Number) input), options);
                    expected.put(key, hex);
                } else {
                    assertThat(row.at("/result/outcome").asText()).as(key).isEqualTo("raises");
                }
            }
            assertThat(client.flush(PATIENCE).isComplete()).isTrue();

            Map<String, String> arrived = new LinkedHashMap<>();
            sandbox.recording()
                    .metrics()
                    .forEach(metric -> metric.values().forEach((key, value) -> arrived.put(key, hex(value))));
            assertThat(expected).hasSize(20);
            assertThat(arrived).containsExactlyInAnyOrderEntriesOf(expected);
        }
    }

    private static String hex(float value) {
        return HexFormat.of().toHexDigits(Integer.reverseBytes(Float.floatToIntBits(value)));
    }

    @Test
    void telemetryByCallsHoldsTheNumbersThatTheReferenceSends() {
        ReportingSettings byCalls =
                ReportingSettings.defaults().withLegacyTelemetry(true).withNodeTelemetry(false);
        for (JsonNode row : Vectors.part("json/payloads", "legacy_telemetry")) {
            try (Sandbox sandbox = Sandbox.builder().start();
                    EdgeClient client = client(sandbox, "c").reporting(byCalls).build()) {
                client.start();
                List<String> expected = new ArrayList<>();
                row.at("/records/0/telemetries")
                        .forEach(element -> expected.add(element.get(0).asText() + " "
                                + (float) element.get(1).asDouble()));
                switch (row.get("call").asText()) {
                    case "telemetry={'a': 1, 'b': 0.1}" -> {
                        client.logTelemetry("a", value(1));
                        client.logTelemetry("b", value(0.1));
                    }
                    case "{'a': 1} positionally" -> client.logTelemetry("a", value(1));
                    case "key='k', payload={'value': 1}" -> {
                        // The reference sends an empty message and loses the value.
                        assertThat(expected).isEmpty();
                        expected.add("k 1.0");
                        client.logTelemetry("k", value(1));
                    }
                    default -> throw new AssertionError(row);
                }
                assertThat(client.flush(PATIENCE).isComplete()).isTrue();

                assertThat(sandbox.recording().calls("SendTelemetryMessage")).hasSameSizeAs(expected);
                assertThat(sandbox.recording().telemetry().stream().map(record -> record.key() + " " + number(record)))
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    private static float number(Recorded.Telemetry record) {
        return ((Number) record.payload().get("value")).floatValue();
    }

    /** NaN and infinities have no JSON form; here they go out as null. */
    private static JsonNode finite(JsonNode node) {
        return Vectors.parse(node.toString().replaceAll("\"?(NaN|-?Infinity)\"?", "null"));
    }

    /** The vectors write numbers that JSON lacks as texts. */
    private static @Nullable Object plain(JsonNode input) {
        String value = input.toString().replaceAll("\"(NaN|-?Infinity|-0\\.0)\"", "$1");
        return Vectors.map(Vectors.parse("{\"v\": " + value + "}")).get("v");
    }

    private static Map<String, @Nullable Object> value(@Nullable Object value) {
        return entry("value", value);
    }

    private static <T> Map<String, T> entry(String key, T value) {
        Map<String, T> entry = new LinkedHashMap<>();
        entry.put(key, value);
        return entry;
    }
}
