package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code client} against a sandbox. */
@Tag("once")
class ClientCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Sandbox sandbox = Sandbox.builder().start();

    @AfterEach
    void closeSandbox() {
        sandbox.close();
    }

    @Test
    void eventsTellStatesTransfersAndTasksWithExactlyTheirFields() {
        String model = add(Tensor.ofFloats(new float[] {1, 2, 3}), Tensor.ofInts(new int[] {7}));
        sandbox.submit(train("a", model));

        Run run = Run.of(client("--client-id", "a", "--exit-after-tasks", "1", "--events", "json"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<JsonNode> events = run.json();
        assertThat(events).allSatisfy(event -> {
            assertThat(Instant.parse(event.get("time").textValue())).isBeforeOrEqualTo(Instant.now());
            assertThat(event.get("client").textValue()).isEqualTo("a");
        });
        List<JsonNode> states = ofKind(events, "state");
        assertThat(states).allSatisfy(state -> assertThat(fields(state)).containsExactly("from", "to", "reason"));
        assertThat(states.stream().map(state -> state.get("to").textValue()))
                .containsExactly("JOINING", "CONNECTED", "DRAINING", "CLOSED");
        assertThat(states.get(0).get("from").textValue()).isEqualTo("NEW");
        List<JsonNode> tasks = ofKind(events, "task");
        assertThat(tasks.stream().map(task -> task.get("step").textValue()))
                .containsExactly("received", "running", "done");
        assertThat(fields(tasks.get(0))).containsExactly("correlation_id", "type", "step");
        assertThat(fields(tasks.get(2))).containsExactly("correlation_id", "type", "step", "status", "reason");
        assertThat(tasks.get(2).get("type").textValue()).isEqualTo("Scaleout_ModelUpdate");
        assertThat(tasks.get(2).get("status").textValue()).isEqualTo("COMPLETED");
        List<JsonNode> transfers = ofKind(events, "transfer");
        assertThat(transfers)
                .allSatisfy(transfer ->
                        assertThat(fields(transfer)).containsExactly("direction", "model_id", "bytes", "seconds"));
        assertThat(transfers.stream().map(transfer -> transfer.get("direction").textValue()))
                .containsExactly("download", "upload");
        assertThat(transfers.get(0).get("model_id").textValue()).isEqualTo(model);
        assertThat(transfers.get(0).get("bytes").longValue()).isPositive();
    }

    @Test
    void addOneAddsToFloatingPointParametersOnly() {
        String model = add(
                Tensor.ofFloats(new float[] {1, 2, 3}),
                Tensor.ofDoubles(new double[] {0.5}),
                Tensor.ofFloats(new float[] {1}).map(value -> value),
                Tensor.ofInts(new int[] {7}),
                Tensor.ofBooleans(new boolean[] {true}));
        sandbox.submit(train("a", model));

        Run run = Run.of(client("--client-id", "a", "--exit-after-tasks", "1"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        Recorded.ModelUpdate update = sandbox.recording().modelUpdates().get(0);
        assertThat(update.meta().get("training_metadata")).isEqualTo(Map.of("num_examples", 10));
        try (ScaleoutModel trained = sandbox.model(update.modelUpdateId())) {
            ModelParameters parameters = trained.modelParameters();
            assertThat(parameters.get(0)).isEqualTo(Tensor.ofFloats(new float[] {2, 3, 4}));
            assertThat(parameters.get(1)).isEqualTo(Tensor.ofDoubles(new double[] {1.5}));
            assertThat(parameters.get(3)).isEqualTo(Tensor.ofInts(new int[] {7}));
            assertThat(parameters.get(4)).isEqualTo(Tensor.ofBooleans(new boolean[] {true}));
        }
    }

    @Test
    void addOneValidatesByTheMean() {
        String model = add(Tensor.ofFloats(new float[] {1, 2, 3}), Tensor.ofInts(new int[] {8, 1}));
        sandbox.submit(TaskSpec.of("Scaleout_Validation", "a").withModel(model));

        Run.of(client("--client-id", "a", "--exit-after-tasks", "1"));

        assertThat(sandbox.recording().validations().get(0).metrics()).isEqualTo(Map.of("mean", 3.0));
    }

    @Test
    void inferencesAndCustomTasksOfAnyNameAreAnswered() {
        String model = add(Tensor.ofFloats(new float[] {1, 2, 3}));
        sandbox.submit(TaskSpec.of("Scaleout_Inference", "a").withModel(model).withData(Map.of()));
        String custom = sandbox.submit(TaskSpec.of("Custom_anything", "a")
                .withData(Map.of("parameters", Map.of("x", List.of(1, "y")))));

        Run run = Run.of(client("--client-id", "a", "--exit-after-tasks", "2", "--events", "json"));

        assertThat(ofKind(run.json(), "task"))
                .filteredOn(task -> task.get("step").textValue().equals("done"))
                .hasSize(2)
                .allSatisfy(task -> assertThat(task.get("status").textValue()).isEqualTo("COMPLETED"));
        assertThat(sandbox.awaitOutcome(custom, PATIENCE).response()).isEqualTo("{\"x\": [1, \"y\"]}");
    }

    @Test
    void noopGivesTheModelBackAsItCame() throws IOException {
        byte[] raw = Files.readAllBytes(Vectors.path("legacy/arbitrary.bin"));
        String model;
        try (ScaleoutModel seed = ScaleoutModel.fromFile(Vectors.path("legacy/arbitrary.bin"))) {
            model = sandbox.addModel(seed);
        }
        sandbox.submit(train("a", model));

        Run run = Run.of(client("--client-id", "a", "--exit-after-tasks", "1", "--builtin", "noop"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        Recorded.ModelUpdate update = sandbox.recording().modelUpdates().get(0);
        try (ScaleoutModel trained = sandbox.model(update.modelUpdateId());
                var bytes = trained.openTrainingModel()) {
            assertThat(bytes.readAllBytes()).isEqualTo(raw);
        }
    }

    @Test
    void textEventsNameWhatHappens() {
        Run run = Run.of(client("--client-id", "a", "--exit-after", "0.2"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^\\S+ state  from=NEW to=JOINING reason=")
                .doesNotContain("{");
    }

    @Test
    void signalEndsAnIdleClientInAnOrderlyWay() {
        Run.Started client = Run.start(client("--client-id", "a", "--events", "json"));
        client.awaitJson(event -> event.path("to").asText().equals("CONNECTED"));
        sandbox.awaitClients(1, PATIENCE);

        client.process().terminate();
        Run run = client.end();

        assertThat(run.exitCode()).isZero();
        assertThat(client.process().halted()).isEmpty();
        assertThat(run.json().get(run.json().size() - 1).get("to").textValue()).isEqualTo("CLOSED");
        assertThat(sandbox.connectedClients()).isEmpty();
    }

    @Test
    void signalEndsAClientThatIsStillJoining() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Run.Started client = Run.start(
                    "client",
                    "--api",
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    "--stateless",
                    "--client-id",
                    "a",
                    "--events",
                    "json");
            client.awaitJson(event -> event.path("to").asText().equals("JOINING"));

            client.process().terminate();

            assertThat(client.end().exitCode()).isZero();
        }
    }

    @Test
    void clientThatIsStillJoiningWhenItsTimeIsOverHasNotFailed() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Run run = Run.of(
                    "client",
                    "--api",
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    "--stateless",
                    "--client-id",
                    "a",
                    "--exit-after",
                    "0.3",
                    "--events",
                    "json");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(ofKind(run.json(), "state").stream()
                            .map(event -> event.get("to").textValue()))
                    .containsExactly("JOINING", "DRAINING", "CLOSED");
            assertThat(ofKind(run.json(), "error")).isEmpty();
        }
    }

    @Test
    void clientThatWaitsForItsNetworkTellsWhatFailsAndGoesOn() throws IOException {
        int unused;
        try (ServerSocket closed = new ServerSocket(0)) {
            unused = closed.getLocalPort();
        }
        Run.Started client = Run.start(
                "client",
                "--api",
                "http://127.0.0.1:" + unused,
                "--stateless",
                "--client-id",
                "a",
                "--wait-for-network",
                "forever",
                "--events",
                "json");
        client.awaitJson(event -> event.path("message").asText().contains("cannot be reached"));

        client.process().terminate();

        assertThat(client.end().exitCode()).isZero();
    }

    @Test
    void secondSignalEndsTheProcessAtOnce() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            Run.Started client = Run.start(
                    "client", "--api", "http://127.0.0.1:" + silent.getLocalPort(), "--stateless", "--client-id", "a");

            client.process().terminateTwice();

            assertThat(client.process().halted()).hasValue(1);
            assertThat(client.end().err()).contains("stopped at once");
        }
    }

    @Test
    void refusedClientEndsWithOneAndOneLine() {
        sandbox.close();
        sandbox = Sandbox.builder().authentication(true).start();

        Run run = Run.of(client("--client-id", "a", "--events", "json"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).contains("check the credential");
        JsonNode error = ofKind(run.json(), "error").get(0);
        assertThat(fields(error)).containsExactly("code", "message", "retryable");
        assertThat(error.get("code").textValue()).isEqualTo("UNAUTHENTICATED");
        assertThat(error.get("retryable").booleanValue()).isFalse();
    }

    @Test
    void tokenComesFromAFileFromStandardInputOrFromAVariable() throws IOException {
        sandbox.close();
        sandbox = Sandbox.builder().authentication(true).start();
        SandboxTokens tokens = sandbox.tokens();
        Path file = Files.writeString(folder.resolve("token"), tokens.apiKey() + "\n");

        Run fromFile = joinWith("", Map.of(), "--token-file", file.toString());
        Run fromInput = joinWith(tokens.refresh() + "\n", Map.of(), "--token-file", "-");
        Run fromVariable = joinWith("", Map.of("MY_TOKEN", tokens.enrollment()), "--token-env", "MY_TOKEN");

        assertThat(Stream.of(fromFile, fromInput, fromVariable)).allSatisfy(run -> {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out() + run.err()).doesNotContain(tokens.apiKey(), tokens.refresh(), tokens.enrollment());
        });
    }

    private Run joinWith(String input, Map<String, String> environment, String option, String value) {
        sandbox.submit(train("id" + value.hashCode(), add(Tensor.ofFloats(new float[] {1}))));
        return Run.with(
                input,
                environment,
                client(
                        "--client-id",
                        "id" + value.hashCode(),
                        option,
                        value,
                        "--exit-after-tasks",
                        "1",
                        "--events",
                        "json"));
    }

    @Test
    void missingTokenIsNamedByItsSource() {
        Run noFile = Run.of(client("--token-file", "no/token"));
        Run noVariable = Run.of(client("--token-env", "NO_TOKEN"));

        assertThat(noFile.exitCode()).isEqualTo(1);
        assertThat(noFile.err()).hasLineCount(1).contains("no/token", "check the path");
        assertThat(noVariable.exitCode()).isEqualTo(1);
        assertThat(noVariable.err()).hasLineCount(1).contains("NO_TOKEN", "it is not set");
    }

    @Test
    void combinerIsJoinedWithoutAnAssignment() {
        Run run = Run.of(
                "client",
                "--combiner",
                sandbox.grpcHost() + ":" + sandbox.grpcPort(),
                "--insecure",
                "--stateless",
                "--exit-after",
                "0.5",
                "--events",
                "json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.json())
                .anySatisfy(event -> assertThat(event.path("to").asText()).isEqualTo("CONNECTED"));
    }

    @Test
    void fileAndEnvironmentGiveSettingsAndOptionsWin() throws IOException {
        Path file = Files.writeString(
                folder.resolve("client.yaml"),
                "discover_host: " + sandbox.restUri() + "\nclient_id: from-file\nname: n\nstateless: true\n");
        String[] common = {"client", "--config", file.toString(), "--exit-after", "0.1", "--events", "json"};

        Run ofFile = Run.of(common);
        Run ofOption = Run.of(with(common, "--client-id", "from-option"));
        Run wrongVariable = Run.with("", Map.of("SCALEOUT_GRPC_SECURE", "maybe"), with(common, "--from-env"));
        Run unasked = Run.with("", Map.of("SCALEOUT_GRPC_SECURE", "maybe"), common);

        assertThat(ofFile.json().get(0).get("client").textValue()).isEqualTo("from-file");
        assertThat(ofOption.json().get(0).get("client").textValue()).isEqualTo("from-option");
        assertThat(wrongVariable.exitCode()).isEqualTo(1);
        assertThat(wrongVariable.err())
                .hasLineCount(1)
                .contains("SCALEOUT_GRPC_SECURE is 'maybe'; expected true or false");
        assertThat(unasked.exitCode()).isZero();
    }

    @Test
    void stateDirectoryKeepsTheClientId() {
        String[] arguments = {
            "client",
            "--api",
            sandbox.restUri().toString(),
            "--state-dir",
            folder.resolve("state").toString(),
            "--exit-after",
            "0.1",
            "--events",
            "json"
        };

        String first = Run.of(arguments).json().get(0).get("client").textValue();
        String second = Run.of(arguments).json().get(0).get("client").textValue();

        assertThat(second).isEqualTo(first);
    }

    @Test
    void countedRecordsAreToldWhenTheyAreStoredAndWhenTheyAreDelivered() {
        String model = add(Tensor.ofFloats(new float[500_000]));
        List<Long> logged = new ArrayList<>();
        List<Long> delivered = new ArrayList<>();
        for (String task : List.of("first", "second")) {
            sandbox.submit(train("a", model).withCorrelationId(task));

            Run run = Run.of(
                    "client",
                    "--api",
                    sandbox.restUri().toString(),
                    "--state-dir",
                    folder.resolve("state").toString(),
                    "--client-id",
                    "a",
                    "--no-telemetry",
                    "--log-rate",
                    "1000",
                    "--exit-after-tasks",
                    "1",
                    "--events",
                    "json");

            List<JsonNode> events = run.json();
            ofKind(events, "logged").forEach(event -> {
                assertThat(fields(event)).containsExactly("seq");
                logged.add(event.get("seq").longValue());
            });
            List<JsonNode> telemetry = ofKind(events, "delivered").stream()
                    .filter(event -> event.get("kind").textValue().equals("TelemetryRecord"))
                    .toList();
            telemetry.forEach(event -> {
                assertThat(fields(event)).containsExactly("kind", "id", "seq");
                delivered.add(event.get("seq").longValue());
            });
            assertThat(ofKind(events, "delivered").stream()
                            .map(event -> event.get("kind").textValue()))
                    .contains("ModelUpdate", "ModelMetric");
        }
        List<Long> counted = LongStream.range(0, logged.size()).boxed().toList();
        assertThat(logged).hasSizeGreaterThanOrEqualTo(2).containsExactlyElementsOf(counted);
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(counted);
        assertThat(sandbox.recording().telemetry().stream()
                        .map(record -> ((Number) record.payload().get("seq")).longValue()))
                .containsExactlyInAnyOrderElementsOf(counted);
    }

    @Test
    void manyClientsRunInOneProcessEachWithItsOwnNameAndEvents() {
        String model = add(Tensor.ofFloats(new float[] {1}, 1));
        for (String id : List.of("a-1", "a-2", "a-3")) {
            sandbox.submit(train(id, model));
        }

        Run run = Run.of(client(
                "--client-id", "a", "--name", "n", "--clients", "3", "--exit-after-tasks", "3", "--events", "json"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<JsonNode> done = ofKind(run.json(), "task").stream()
                .filter(task -> task.get("step").textValue().equals("done"))
                .toList();
        assertThat(done.stream().map(task -> task.get("client").textValue()))
                .containsExactlyInAnyOrder("a-1", "a-2", "a-3");
        assertThat(ofKind(run.json(), "state").stream()
                        .filter(state -> state.get("to").textValue().equals("CLOSED")))
                .hasSize(3);
    }

    @Test
    void manyClientsThatCannotJoinFailTheCommandAndSayHowMany() {
        sandbox.close();

        Run run = Run.of(client("--clients", "2"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("2 of 2 clients could not join");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--stateless",
                "--api http://h --builtin sleep",
                "--api http://h --builtin sleep=x",
                "--api http://h --builtin nap=5",
                "--api http://h --exit-after-tasks 0",
                "--api http://h --exit-after x",
                "--api http://h --drain -1",
                "--api http://h --events xml",
                "--api http://h --stateless --state-dir x",
                "--api http://h --token-file x --token-env y",
                "--api http://h --token secret",
                "--api ftp://h",
                "--api http://h --client-cert c",
                "--api http://h --client-key k",
                "--api http://h --no-proxy h",
                "--api http://h --proxy http://u:secret@h",
                "--api http://h --proxy socks://h",
                "--combiner nonsense",
                "--combiner host:0",
                "--combiner host:70000",
                "--api http://h --clients 0",
                "--api http://h --generation 2",
                "--api http://h --log-rate 0"
            })
    void wrongOptionsAreWrongUsage(String options) {
        Run run = Run.of(("client " + options).split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1).endsWith("see scaleout-edge client --help\n");
        assertThat(run.err()).doesNotContain("secret");
    }

    private String[] client(String... options) {
        List<String> all =
                new ArrayList<>(List.of("client", "--api", sandbox.restUri().toString(), "--stateless"));
        all.addAll(List.of(options));
        return all.toArray(new String[0]);
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private String add(Tensor... tensors) {
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(tensors))) {
            return sandbox.addModel(model);
        }
    }

    private static TaskSpec train(String client, String model) {
        return TaskSpec.of("Scaleout_ModelUpdate", client).withModel(model);
    }

    private static List<JsonNode> ofKind(List<JsonNode> events, String kind) {
        return events.stream()
                .filter(event -> event.get("event").textValue().equals(kind))
                .toList();
    }

    /** The fields that follow the three that all events have. */
    private static List<String> fields(JsonNode event) {
        List<String> names = new ArrayList<>();
        event.fieldNames().forEachRemaining(names::add);
        assertThat(names.subList(0, 3)).containsExactly("time", "event", "client");
        return names.subList(3, names.size());
    }
}
