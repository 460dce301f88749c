package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sandbox}, with clients of the command beside it. */
@Tag("once")
class SandboxCommandTest {

    @TempDir
    Path folder;

    @Test
    void readyLineTellsAddressesAndNoTokensAndTheSignalEndsIt() {
        Run.Started sandbox = Run.start("sandbox");

        JsonNode ready = sandbox.awaitJson(line -> line.has("rest"));
        sandbox.process().terminate();
        Run run = sandbox.end();

        assertThat(names(ready)).containsExactly("rest", "grpc", "dashboard", "tokens");
        assertThat(ready.get("rest").textValue()).matches("http://127\\.0\\.0\\.1:\\d+");
        assertThat(ready.get("grpc").textValue()).matches("127\\.0\\.0\\.1:\\d+");
        assertThat(ready.get("dashboard").isNull()).isTrue();
        assertThat(ready.get("tokens").isNull()).isTrue();
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void readyFileHoldsTheReadyLineForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("ready.json");
        Run.Started sandbox = Run.start("sandbox", "--auth", "--ready-file", file.toString());

        await().until(() -> Files.exists(file));
        JsonNode ready = sandbox.awaitJson(line -> line.has("rest"));

        assertThat(Run.parse(Files.readString(file))).isEqualTo(ready);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(names(ready.get("tokens"))).containsExactly("refresh", "enrollment", "api_key");
        sandbox.process().terminate();
        assertThat(sandbox.end().exitCode()).isZero();
    }

    @Test
    void sessionIsToldRoundByRoundAndLeavesModelAndReport() throws IOException {
        Path seed = Path.of(Vectors.get("container/float32-basic").path());
        Run.Started sandbox = Run.start(
                "sandbox",
                "--rounds",
                "2",
                "--clients",
                "2",
                "--seed-model",
                seed.toString(),
                "--exit-when-done",
                "--round-timeout",
                "60",
                "--out",
                folder.resolve("out").toString());
        String api = sandbox.awaitJson(line -> line.has("rest")).get("rest").textValue();
        Run.Started first =
                Run.start("client", "--api", api, "--client-id", "a", "--stateless", "--exit-after-tasks", "4");
        Run.Started second =
                Run.start("client", "--api", api, "--client-id", "b", "--stateless", "--exit-after-tasks", "4");

        Run run = sandbox.end();

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<JsonNode> lines = run.json();
        assertThat(lines).hasSize(4);
        assertThat(names(lines.get(1))).containsExactly("round", "updates", "validations", "seconds", "metrics");
        assertThat(lines.get(2).get("round").intValue()).isEqualTo(2);
        assertThat(lines.get(2).get("updates").intValue()).isEqualTo(2);
        assertThat(lines.get(2).get("validations").intValue()).isEqualTo(2);
        assertThat(lines.get(3).toString()).isEqualTo("{\"session\":\"finished\",\"rounds\":2}");
        try (ScaleoutModel before = ScaleoutModel.fromFile(seed);
                ScaleoutModel after = ScaleoutModel.fromFile(folder.resolve("out/model.scm"))) {
            double mean = BuiltIn.mean(after.modelParameters());
            assertThat(after.modelParameters().get(0).toFloats()[0])
                    .isEqualTo(before.modelParameters().get(0).toFloats()[0] + 2);
            assertThat(lines.get(2).get("metrics").get("mean").doubleValue()).isEqualTo(mean);
        }
        JsonNode report = Run.parse(Files.readString(folder.resolve("out/report.json")));
        assertThat(report.get("rounds")).hasSize(2);
        assertThat(report.get("rounds").get(0).get("clients").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(first.end().exitCode()).isZero();
        assertThat(second.end().exitCode()).isZero();
    }

    @Test
    void sandboxOfTheFirstGenerationTrainsClientsThatFindThatOut() throws IOException {
        Run.Started sandbox = Run.start(
                "sandbox",
                "--generation",
                "1.0",
                "--rounds",
                "1",
                "--exit-when-done",
                "--out",
                folder.resolve("out").toString());
        String api = sandbox.awaitJson(line -> line.has("rest")).get("rest").textValue();

        Run client = Run.of(
                "client", "--api", api, "--client-id", "a", "--stateless", "--insecure", "--exit-after-tasks", "2");
        Run run = sandbox.end();

        assertThat(client.exitCode()).as(client.err()).isZero();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.json().get(1).get("updates").intValue()).isEqualTo(1);
        try (ScaleoutModel after = ScaleoutModel.fromFile(folder.resolve("out/model.scm"))) {
            assertThat(BuiltIn.mean(after.modelParameters())).isEqualTo(1);
        }
    }

    @Test
    void sessionThatFailsEndsWithOneAndSaysWhy() {
        String noNumbers = Vectors.path("legacy/arbitrary.bin").toString();
        Run.Started sandbox = Run.start("sandbox", "--rounds", "1", "--exit-when-done", "--seed-model", noNumbers);
        String api = sandbox.awaitJson(line -> line.has("rest")).get("rest").textValue();

        Run client = Run.of("client", "--api", api, "--client-id", "a", "--stateless", "--exit-after-tasks", "1");
        Run run = sandbox.end();

        assertThat(client.exitCode()).isZero();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1).startsWith("scaleout-edge sandbox: Round 1 of 1 failed");
    }

    @Test
    void clientsTrainOverTls() {
        Run.Started sandbox = Run.start("sandbox", "--tls", "--rounds", "1", "--exit-when-done");
        JsonNode ready = sandbox.awaitJson(line -> line.has("rest"));
        Path root = Path.of(ready.get("root_cert").textValue());

        assertThat(ready.get("rest").textValue()).startsWith("https://127.0.0.1:");
        assertThat(root).content().startsWith("-----BEGIN CERTIFICATE-----");
        Run client = Run.of(
                "client",
                "--api",
                ready.get("rest").textValue(),
                "--root-cert",
                root.toString(),
                "--client-id",
                "a",
                "--stateless",
                "--exit-after-tasks",
                "2");
        Run run = sandbox.end();

        assertThat(client.exitCode()).as(client.err()).isZero();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.json().get(1).get("updates").intValue()).isEqualTo(1);
        assertThat(root).doesNotExist();
    }

    @Test
    void sandboxGoesOnAfterASessionThatFails() {
        String noNumbers = Vectors.path("legacy/arbitrary.bin").toString();
        Run.Started sandbox = Run.start("sandbox", "--rounds", "1", "--seed-model", noNumbers);
        String api = sandbox.awaitJson(line -> line.has("rest")).get("rest").textValue();
        Run first = Run.of("client", "--api", api, "--client-id", "a", "--stateless", "--exit-after-tasks", "1");
        JsonNode failed = sandbox.awaitJson(line -> line.has("session"));

        Run.Started second = Run.start("client", "--api", api, "--client-id", "b", "--stateless", "--events", "json");
        second.awaitJson(event -> event.path("to").asText().equals("CONNECTED"));
        second.process().terminate();
        sandbox.process().terminate();

        assertThat(first.out()).contains("status=FAILED");
        assertThat(failed.get("session").textValue()).isEqualTo("failed");
        assertThat(failed.get("message").textValue()).startsWith("Round 1 of 1 failed");
        assertThat(second.end().exitCode()).isZero();
        assertThat(sandbox.end().exitCode()).isZero();
    }

    @Test
    void eachFaultIsALineAndTheReadyLineNamesTheSeedAndTheControlEndpoint() {
        Run.Started sandbox = Run.start("sandbox", "--fault-rate", "1", "--fault-seed", "5", "--control-port", "0");
        JsonNode ready = sandbox.awaitJson(line -> line.has("rest"));

        assertThat(ready.get("fault_seed").longValue()).isEqualTo(5);
        assertThat(ready.get("control").get("uri").textValue()).startsWith("http://127.0.0.1:");
        assertThat(ready.get("control").get("token").textValue()).hasSize(43);
        Run.Started client = Run.start(
                "client",
                "--api",
                ready.get("rest").textValue(),
                "--client-id",
                "a",
                "--stateless",
                "--wait-for-network",
                "forever");
        JsonNode fault = sandbox.awaitJson(line -> line.has("fault"));
        assertThat(names(fault)).containsExactly("fault", "call", "client");
        assertThat(fault.get("call").textValue()).isEqualTo("a connection of the api");
        client.process().terminate();
        sandbox.process().terminate();
        client.end();
        assertThat(sandbox.end().exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rounds 0",
                "--clients 0",
                "--rest-port 70000",
                "--exit-when-done",
                "--out x",
                "--round-timeout 0",
                "--round-timeout x",
                "--generation auto",
                "--fault-seed 1",
                "--fault-rate 0",
                "--fault-rate 1.5",
                "--control-port 70000"
            })
    void wrongOptionsAreWrongUsage(String options) {
        Run run = Run.of(("sandbox " + options).split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1).contains(options.split(" ")[0]);
    }

    @Test
    void lackOfMemoryEndsItWithOneLineHoweverManyThreadsMeetIt() {
        Run.Started sandbox = Run.start("sandbox");
        sandbox.awaitJson(line -> line.has("rest"));

        sandbox.process().runOutOfMemory(new OutOfMemoryError("Java heap space"));
        sandbox.process().runOutOfMemory(new OutOfMemoryError("Java heap space"));

        assertThat(sandbox.process().halted()).hasValue(1);
        sandbox.process().terminate();
        assertThat(sandbox.end().err())
                .hasLineCount(1)
                .startsWith("scaleout-edge sandbox: out of memory (Java heap space, with a heap of ")
                .contains("JDK_JAVA_OPTIONS=-Xmx1g");
    }

    @ParameterizedTest
    @CsvSource({
        "unable to create native thread: possibly out of memory or process/resource limits reached, ulimit -u",
        "Cannot reserve 65536 bytes of direct buffer memory (allocated: 1 limit: 2), -XX:MaxDirectMemorySize",
        "Direct buffer memory, -XX:MaxDirectMemorySize"
    })
    void lackOfOtherMemoryThanHeapIsNotToBeMendedWithMoreHeap(String reason, String advice) {
        Run.Started sandbox = Run.start("sandbox");
        sandbox.awaitJson(line -> line.has("rest"));

        sandbox.process().runOutOfMemory(new OutOfMemoryError(reason));

        sandbox.process().terminate();
        assertThat(sandbox.end().err())
                .hasLineCount(1)
                .startsWith("scaleout-edge sandbox: out of memory (" + reason)
                .contains(advice)
                .doesNotContain("-Xmx");
    }

    @Test
    void seedModelThatIsNoModelFailsBeforeAnythingIsServed() {
        Run run = Run.of(
                "sandbox", "--seed-model", Vectors.get("refused/crc-metadata").path());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasLineCount(1).contains("damaged");
    }

    @Test
    void portThatIsTakenIsNamed() {
        Run.Started first = Run.start("sandbox");
        String rest = first.awaitJson(line -> line.has("rest")).get("rest").textValue();
        String port = rest.substring(rest.lastIndexOf(':') + 1);

        Run second = Run.of("sandbox", "--rest-port", port);

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err()).hasLineCount(1).contains(port);
        first.process().terminate();
        assertThat(first.end().exitCode()).isZero();
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
