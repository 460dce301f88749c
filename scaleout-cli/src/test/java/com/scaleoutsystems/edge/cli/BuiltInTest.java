package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Built-in callbacks that behave badly or take their time, and generations of the protocol. */
@Tag("once")
class BuiltInTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRAIN = "Scaleout_ModelUpdate";

    private Sandbox sandbox = Sandbox.builder().start();

    @AfterEach
    void closeSandbox() {
        sandbox.close();
    }

    @ParameterizedTest
    @CsvSource({
        "fail, failed as it was told to",
        "fail-error, failed as it was told to",
        "null, null",
    })
    void trainingThatFailsIsToldAsFailedAndTheClientGoesOn(String builtIn, String reason) {
        String first = sandbox.submit(task(TRAIN));
        String second = sandbox.submit(task(TRAIN));

        Run run = Run.of(client("--builtin", builtIn, "--exit-after-tasks", "2"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(List.of(first, second)).allSatisfy(id -> {
            TaskOutcome outcome = sandbox.awaitOutcome(id, PATIENCE);
            assertThat(outcome.status()).isEqualTo("FAILED");
            assertThat(outcome.response()).contains(reason);
        });
        assertThat(sandbox.recording().modelUpdates()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Scaleout_Validation", "Scaleout_Inference", "Custom_any"})
    void allKindsOfTasksFail(String type) {
        String id = sandbox.submit(task(type).withData(Map.of("parameters", Map.of())));

        Run.of(client("--builtin", "fail", "--exit-after-tasks", "1"));

        assertThat(sandbox.awaitOutcome(id, PATIENCE).status()).isEqualTo("FAILED");
    }

    @Test
    void sleepGivesTheModelBackAfterATime() {
        String id = sandbox.submit(task(TRAIN));

        Run run = Run.of(client("--builtin", "sleep=300", "--exit-after-tasks", "1"));

        assertThat(sandbox.awaitOutcome(id, PATIENCE).status()).isEqualTo("COMPLETED");
        assertThat(Duration.between(time(run, "running"), time(run, "done")))
                .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void sleepEndsWithAnAbort() {
        String id = sandbox.submit(task(TRAIN));
        Run.Started client = Run.start(client("--builtin", "sleep=600000"));
        client.awaitJson(event -> event.path("step").asText().equals("running"));

        sandbox.interrupt(id);

        JsonNode done = client.awaitJson(event -> event.path("step").asText().equals("done"));
        assertThat(done.get("status").textValue()).isEqualTo("INTERRUPTED");
        client.process().terminate();
        assertThat(client.end().err()).isEmpty();
    }

    @Test
    void stubbornCallbackMindsNoAbortAndIsToldAsInterruptedAllTheSame() {
        String id = sandbox.submit(task(TRAIN));
        Run.Started client = Run.start(client("--builtin", "stubborn=20000", "--drain", "1"));
        client.awaitJson(event -> event.path("step").asText().equals("running"));

        sandbox.interrupt(id);

        JsonNode done = client.awaitJson(event -> event.path("step").asText().equals("done"));
        assertThat(done.get("status").textValue()).isEqualTo("INTERRUPTED");
        client.process().terminate();
        Run run = client.end();
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("still runs");
        // Other clients of this JVM would name it too.
        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("scaleout-compute-a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "1.0"})
    void firstGenerationIsFoundOutOrChosen(String generation) {
        sandbox.close();
        sandbox = Sandbox.builder().generation(SandboxGeneration.V1_0).start();
        sandbox.submit(task("Fedn_ModelUpdate"));

        Run run = Run.of(client("--insecure", "--generation", generation, "--exit-after-tasks", "1"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(sandbox.recording().modelUpdates()).hasSize(1);
        assertThat(sandbox.recording().announcements())
                .anySatisfy(greeting ->
                        assertThat(greeting.parameters()).contains(generation.equals("1.0") ? "1.0.1" : "1.1.0"));
    }

    @Test
    void clientOfTheCurrentGenerationSaysThatItsCombinerIsOfAnother() {
        sandbox.close();
        sandbox = Sandbox.builder().generation(SandboxGeneration.V1_0).start();

        Run.Started client = Run.start(client("--insecure", "--generation", "1.1"));

        client.awaitJson(event -> event.toString().contains("PollAndReportAsync"));
        client.process().terminate();
        client.end();
    }

    private TaskSpec task(String type) {
        try (ScaleoutModel model =
                ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {1})))) {
            return TaskSpec.of(type, "a").withModel(sandbox.addModel(model));
        }
    }

    private static Instant time(Run run, String step) {
        return run.json().stream()
                .filter(event -> event.path("step").asText().equals(step))
                .map(event -> Instant.parse(event.get("time").textValue()))
                .findFirst()
                .orElseThrow();
    }

    private String[] client(String... options) {
        List<String> all = new ArrayList<>(List.of(
                "client",
                "--api",
                sandbox.restUri().toString(),
                "--stateless",
                "--client-id",
                "a",
                "--events",
                "json"));
        all.addAll(List.of(options));
        return all.toArray(new String[0]);
    }
}
