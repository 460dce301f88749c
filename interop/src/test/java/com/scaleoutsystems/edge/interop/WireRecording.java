package com.scaleoutsystems.edge.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one client sent, by scenario: each call under a label that says which it is, as its fields. Values of the moment are
 * replaced, so that the same calls of two clients are equal.
 */
final class WireRecording {
    /** The scenario of what belongs to no task: joining, leaving, signs of life. */
    static final String CLIENT = "client";

    /** The scenario of what all calls have in common. */
    static final String ALL_CALLS = "all calls";

    static final String SENT = "sent";
    static final String REPORT = "report";

    private static final Set<String> POLLS = Set.of("PollAndReport", "PollAndReportAsync");
    private static final Pattern STREAMS = Pattern.compile("Upload|Download|Stream.+|TaskStream|POST .+");
    private static final Set<String> PERIODIC = Set.of(
            "SendHeartbeat",
            "SendBacklogReport",
            "StreamTelemetryRecord memory_usage",
            "StreamTelemetryRecord cpu_usage",
            // What is said of the node's load by a client that says nothing.
            "SendTelemetryMessage",
            "SendTelemetryMessage memory_usage",
            "SendTelemetryMessage cpu_usage");

    /** Others may pass each other: they wait for their turn in queues of their own. */
    private static final Pattern ORDERED = Pattern.compile(
            "POST .+|Announce .+|Download|Upload|SendModel(Update|Validation|Prediction)|SendStatus AUDIT .+|"
                    + REPORT);

    private final String clientId;
    private final String lastCall;
    private final Map<String, Map<String, Map<String, String>>> calls = new TreeMap<>();
    private final Map<String, List<String>> order = new HashMap<>();
    private final Map<String, String> latestResults = new HashMap<>();
    private final Map<String, String> autonomousTasks = new HashMap<>();

    private WireRecording(String clientId, String lastCall) {
        this.clientId = clientId;
        this.lastCall = lastCall;
    }

    static WireRecording of(String clientId, JsonNode recording) {
        JsonNode calls = recording.get("calls");
        WireRecording result = new WireRecording(
                clientId, calls.get(calls.size() - 1).get("rpc").asText());
        calls.forEach(result::add);
        result.addMetadata(calls);
        return result;
    }

    Set<String> scenarios() {
        return calls.keySet();
    }

    /** The calls of a scenario, each as its fields by path. */
    Map<String, Map<String, String>> calls(String scenario) {
        return calls.getOrDefault(scenario, Map.of());
    }

    /** The labels of those calls of a scenario that have an order, and of the reports that end its task, as they came. */
    List<String> order(String scenario) {
        return order.getOrDefault(scenario, List.of());
    }

    String lastCall() {
        return lastCall;
    }

    private void add(JsonNode call) {
        String rpc = call.get("rpc").asText();
        JsonNode message = call.get("message");
        if (POLLS.contains(rpc)) {
            addPoll(rpc, message);
            return;
        }
        add(scenarioOf(rpc, call), label(rpc, message), fields(message));
    }

    private String scenarioOf(String rpc, JsonNode call) {
        if (call.has("step")) {
            return call.get("step").asText();
        }
        JsonNode message = call.get("message");
        String scenario = scenarioOf(message.toString());
        switch (rpc) {
            case "SendModelUpdate" -> latestResults.put("MODEL_UPDATE", scenario);
            case "SendModelValidation" -> latestResults.put("MODEL_VALIDATION", scenario);
            case "SendStatus" -> {
                // The line that tells the end of a task does not name it; it follows its result.
                return scenario.equals(CLIENT)
                        ? latestResults.getOrDefault(message.path("type").asText(), CLIENT)
                        : scenario;
            }
            default -> {}
        }
        return scenario;
    }

    private void addPoll(String rpc, JsonNode poll) {
        List<JsonNode> reports = new ArrayList<>();
        if (rpc.equals("PollAndReport")) {
            if (poll.has("correlation_id")) {
                reports.add(poll);
            }
        } else {
            poll.path("reports").forEach(reports::add);
        }
        if (poll.has("skip_polling_tasks")) {
            calls(CLIENT, "poll that wants no tasks").put("", SENT);
        } else if (reports.isEmpty()) {
            fields(poll)
                    .forEach((field, value) -> calls(CLIENT, "idle poll")
                            .merge(field, value, (one, other) -> one.contains(other) ? one : one + ", then " + other));
        }
        reports.forEach(this::addReport);
    }

    private void addReport(JsonNode report) {
        String task = report.get("correlation_id").asText();
        if (report.has("command_type")) {
            autonomousTasks.putIfAbsent(task, report.get("command_type").asText());
        }
        String own = autonomousTasks.get(task);
        String scenario = own == null ? scenarioOf(task) : "own";
        Map<String, String> fields = fields(report);
        if (own != null) {
            // Which of its reports is the first is chance.
            Map<String, String> registration = new TreeMap<>(fields);
            registration.keySet().removeIf(field -> !field.matches("command_type|parameters.*"));
            fields.keySet().removeAll(registration.keySet());
            calls(scenario, own + " registration").putAll(registration);
        }
        if (report.has("done")) {
            add(scenario, own == null ? REPORT : own + " " + REPORT, fields);
        } else if (scenario.endsWith("-interrupted") || scenario.endsWith("-timed-out")) {
            // Whether a shorter task is reported before its end is chance.
            calls(scenario, "running report").putAll(fields);
        }
    }

    private Map<String, String> fields(JsonNode message) {
        return new WireFields(clientId).of(message);
    }

    private void add(String scenario, String label, Map<String, String> fields) {
        if (PERIODIC.contains(label)) {
            // Zeros are not sent, so that one has more fields than the other.
            calls(scenario, label).putAll(fields);
            // What waits at that moment is chance.
            calls(scenario, label).keySet().removeIf(field -> field.startsWith("backlog_"));
            return;
        }
        if (ORDERED.matcher(label).matches()) {
            order.computeIfAbsent(scenario, key -> new ArrayList<>()).add(label);
        }
        put(scenario, label, fields);
    }

    /** Calls of equal labels are numbered from the second. */
    private void put(String scenario, String label, Map<String, String> fields) {
        Map<String, Map<String, String>> known = calls.computeIfAbsent(scenario, key -> new LinkedHashMap<>());
        String numbered = label;
        for (int i = 2; known.containsKey(numbered); i++) {
            numbered = label + " " + i;
        }
        known.put(numbered, fields);
    }

    private Map<String, String> calls(String scenario, String label) {
        return calls.computeIfAbsent(scenario, key -> new LinkedHashMap<>())
                .computeIfAbsent(label, key -> new TreeMap<>());
    }

    /** Each different set of metadata that a kind of call carried. */
    private void addMetadata(JsonNode all) {
        Set<String> single = new TreeSet<>();
        Set<String> withDeadline = new TreeSet<>();
        Set<Map<String, String>> seen = new HashSet<>();
        for (JsonNode call : all) {
            String rpc = call.get("rpc").asText();
            Map<String, String> metadata = fields(call.has("headers") ? call.get("headers") : call.get("metadata"));
            metadata.put("call", rpc);
            if (seen.add(metadata)) {
                put(ALL_CALLS, rpc, metadata);
            }
            if (!STREAMS.matcher(rpc).matches()) {
                single.add(rpc);
            }
            if (call.path("deadline").asBoolean()) {
                withDeadline.add(rpc);
            }
        }
        String described = withDeadline.equals(single) ? "all single calls" : String.join(", ", withDeadline);
        calls(ALL_CALLS, "deadlines").put("", withDeadline.isEmpty() ? "none" : described);
    }

    /** Tasks tell best what a message belongs to, and models worst, since several tasks may share one. */
    private static String scenarioOf(String message) {
        for (String kind : List.of("task", "session", "model", "attribute")) {
            Matcher id = Pattern.compile("([a-z-]+)\\." + kind).matcher(message);
            if (id.find()) {
                return id.group(1);
            }
        }
        return message.contains("\"records.") ? "records" : CLIENT;
    }

    private static String label(String rpc, JsonNode message) {
        JsonNode elements = message.has("telemetries") ? message.get("telemetries") : message.path("attributes");
        List<String> parts = new ArrayList<>(List.of(
                rpc,
                message.path("log_level").asText(),
                rpc.startsWith("POST") ? "" : message.path("type").asText(),
                message.path("key").asText(),
                elements.path(0).path("key").asText()));
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }
}
