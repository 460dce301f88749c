package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.ServersPage;
import com.scaleoutsystems.edge.client.Vectors;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recorded reports of the reference client: what callbacks return or throw is told in the same fields and words. */
@Timeout(120)
class ActivitiesTest {

    /** Where we tell something else on purpose; each stands in docs/servers.md. */
    private static final Map<String, String> DIFFERENT = Map.of(
            "returns NaN inside", "{\"x\": null}",
            "raises ValueError", "{\"error\": \"IllegalArgumentException: bad thing\"}",
            "raises KeyError: str() of it is the quoted key", "{\"error\": \"NoSuchElementException: 'k'\"}",
            "raises with empty text", "{\"error\": \"IllegalStateException\"}");

    /** Errors of the client itself: each has its own words for them. */
    private static final Set<String> OUR_WORDS =
            Set.of("returns not serializable", "returns numpy float32", "raises UnknownTaskType");

    private static final String UNKNOWN = "raises UnknownTaskType";

    private static Map<String, CustomCallback> callbacks() {
        Map<String, CustomCallback> callbacks = new LinkedHashMap<>();
        Map<String, @Nullable Object> dict = new LinkedHashMap<>();
        dict.put("a", 0.1);
        dict.put("å", Arrays.asList(1, null));
        callbacks.put("returns {}", (parameters, task) -> Map.of());
        callbacks.put("returns None", (parameters, task) -> null);
        callbacks.put("returns dict", (parameters, task) -> dict);
        callbacks.put("returns list", (parameters, task) -> List.of(1, 2));
        callbacks.put("returns text", (parameters, task) -> "done");
        callbacks.put("returns zero: falsy, so no response", (parameters, task) -> 0);
        callbacks.put("returns False: falsy", (parameters, task) -> false);
        callbacks.put("returns NaN inside", (parameters, task) -> Map.of("x", Double.NaN));
        callbacks.put("returns float", (parameters, task) -> 1.5);
        callbacks.put("returns not serializable", (parameters, task) -> new Object());
        callbacks.put("returns numpy float32", (parameters, task) -> Thread.currentThread());
        callbacks.put("raises StoppedException (server abort)", (parameters, task) -> waitForAbort(task::checkAbort));
        callbacks.put("raises StoppedException (timeout)", (parameters, task) -> waitForAbort(task::checkAbort));
        callbacks.put("raises ValueError", (parameters, task) -> {
            throw new IllegalArgumentException("bad thing");
        });
        callbacks.put("raises KeyError: str() of it is the quoted key", (parameters, task) -> {
            throw new NoSuchElementException("'k'");
        });
        callbacks.put("raises with empty text", (parameters, task) -> {
            throw new IllegalStateException("");
        });
        return callbacks;
    }

    private static Object waitForAbort(Runnable check) {
        while (true) {
            check.run();
            Thread.onSpinWait();
        }
    }

    @Test
    void eachCallbackIsReportedAsByTheReferenceClient() {
        Map<String, CustomCallback> callbacks = callbacks();
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = withAll(client(sandbox, "c"), callbacks).build()) {
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            int custom = 0;
            for (JsonNode row : Vectors.part("json/activities", "rows")) {
                String about = row.get("about").asText();
                if (about.startsWith("autonomous")) {
                    compareOwn(row, client, sandbox.recording());
                } else {
                    assertThat(callbacks.containsKey(about) || about.equals(UNKNOWN))
                            .as(about)
                            .isTrue();
                    compare(row, run(about, sandbox));
                    custom++;
                }
            }
            assertThat(custom).isEqualTo(callbacks.size() + 1);
        }
    }

    private static EdgeClientBuilder withAll(EdgeClientBuilder builder, Map<String, CustomCallback> callbacks) {
        callbacks.forEach(builder::onCustom);
        return builder;
    }

    private static Recorded.Report run(String about, Sandbox sandbox) {
        String id = sandbox.submit(TaskSpec.of("Custom_" + about, "c"));
        if (about.contains("StoppedException")) {
            awaitReport(sandbox.recording(), id, false);
            if (about.contains("timeout")) {
                sandbox.timeOut(id);
            } else {
                sandbox.interrupt(id);
            }
        }
        return awaitReport(sandbox.recording(), id, true);
    }

    private static Recorded.Report awaitReport(Recording recording, String id, boolean done) {
        return recording.await(
                "a report of " + id,
                PATIENCE,
                now -> now.reports(id).stream()
                        .filter(report -> report.done() == done)
                        .findFirst());
    }

    private static void compare(JsonNode row, Recorded.Report report) {
        String about = row.get("about").asText();
        assertThat(report.status()).as(about).isEqualTo(row.get("status").asText());
        assertThat(report.done()).as(about).isEqualTo(row.get("done").asBoolean());
        assertThat(report.startedAt() != null)
                .as(about)
                .isEqualTo(row.get("has_started_at").asBoolean());
        assertThat(report.completedAt() != null)
                .as(about)
                .isEqualTo(row.get("has_completed_at").asBoolean());
        String expected = DIFFERENT.getOrDefault(about, row.get("response").asText());
        if (OUR_WORDS.contains(about)) {
            assertThat(expected).startsWith("{\"error\": ");
            assertThat(Vectors.parse(report.response()).path("error").asText())
                    .as(about)
                    .isNotBlank();
        } else if (expected.isEmpty()) {
            assertThat(report.response()).as(about).isEmpty();
        } else {
            assertThat(Vectors.parse(report.response())).as(about).isEqualTo(Vectors.parse(expected));
        }
    }

    /** The type is told until the combiner knows the task, so it stands in the first report at the least. */
    private static void compareOwn(JsonNode row, EdgeClient client, Recording recording) {
        boolean parameters = row.get("has_parameters").asBoolean();
        AutonomousTask task = client.startAutonomousTask(
                "job",
                parameters ? Vectors.map(Vectors.parse(row.get("parameters").asText())) : Map.of(),
                (given, context) -> parameters ? Map.of("ok", 1) : null);
        Recorded.Report done = awaitReport(recording, task.correlationId(), true);
        compare(row, done);
        Recorded.Report first = recording.reports(task.correlationId()).get(0);
        assertThat(first.commandType()).isEqualTo(row.get("command_type").asText());
        assertThat(first.parameters() != null).isEqualTo(parameters);
        if (parameters) {
            assertThat(Vectors.parse(first.parameters()))
                    .isEqualTo(Vectors.parse(row.get("parameters").asText()));
        }
    }

    @Test
    void whatIsDifferentStandsInTheDocument() throws IOException {
        ServersPage.assertLists(DIFFERENT.keySet());
    }
}
