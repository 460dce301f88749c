package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code enroll} and {@code doctor} against a sandbox that asks for credentials. */
class EnrollCommandTest {

    @TempDir
    Path folder;

    private final Sandbox sandbox = Sandbox.builder().authentication(true).start();

    @AfterEach
    void closeSandbox() {
        sandbox.close();
    }

    @Test
    void enrolledClientJoinsWithoutAToken() {
        String state = folder.resolve("state").toString();

        Run enrolled = Run.with(
                sandbox.tokens().enrollment(),
                Map.of(),
                "enroll",
                "--api",
                api(),
                "--token-file",
                "-",
                "--state-dir",
                state);
        JsonNode connected = join("--state-dir", state);

        assertThat(enrolled.exitCode()).as(enrolled.err()).isZero();
        assertThat(enrolled.out()).matches("\\S+\n");
        assertThat(connected.get("client").textValue()).isEqualTo(enrolled.out().strip());
    }

    @Test
    void defaultStateDirectoryIsFoundAgainByThePrintedId() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), "home_dir: " + folder + "\n");
        String token = sandbox.tokens().enrollment();

        Run enrolled =
                Run.with(token, Map.of(), "enroll", "--config", config.toString(), "--api", api(), "--token-file", "-");
        String id = enrolled.out().strip();
        JsonNode connected = join("--config", config.toString(), "--client-id", id);

        assertThat(enrolled.exitCode()).as(enrolled.err()).isZero();
        assertThat(connected.get("client").textValue()).isEqualTo(id);
    }

    @Test
    void tokenOfAnotherKindAndAPlaceThatIsNoneAreRefused() {
        Run wrongToken = Run.with(
                sandbox.tokens().apiKey(),
                Map.of(),
                "enroll",
                "--api",
                api(),
                "--token-file",
                "-",
                "--name",
                "n",
                "--state-dir",
                folder.resolve("s").toString());
        Run noPlace = Run.with("x", Map.of(), "enroll", "--api", api(), "--token-file", "-", "--stateless");

        assertThat(wrongToken.exitCode()).isEqualTo(1);
        assertThat(wrongToken.out()).isEmpty();
        assertThat(wrongToken.err()).hasLineCount(1).contains("no enrollment token");
        assertThat(noPlace.exitCode()).isEqualTo(2);
        assertThat(noPlace.err()).hasLineCount(1).contains("--stateless");
    }

    @Test
    void doctorNamesWhatIsWrongInBothForms() {
        String[] arguments = {"doctor", "--api", "http://no-such-host.invalid", "--name", "n", "--stateless"};

        Run text = Run.of(arguments);
        Run json = Run.of("doctor", "--api", "http://no-such-host.invalid", "--name", "n", "--stateless", "--json");

        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(text.err()).hasLineCount(1).contains("checks failed");
        assertThat(text.out()).contains("FAIL").contains("no-such-host.invalid").contains("cure: ");
        assertThat(json.exitCode()).isEqualTo(1);
        JsonNode checks = json.json().get(0);
        assertThat(checks)
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.properties().stream().map(Map.Entry::getKey))
                        .containsExactly("check", "ok", "finding", "cure", "detail"));
    }

    @Test
    void doctorFindsNothingWrongWithASandbox() {
        Run run = Run.with(
                sandbox.tokens().apiKey(),
                Map.of(),
                "doctor",
                "--api",
                api(),
                "--token-file",
                "-",
                "--name",
                "n",
                "--state-dir",
                folder.resolve("state").toString());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).doesNotContain("FAIL");
    }

    /** Joins without a token, and leaves again. */
    private JsonNode join(String... options) {
        List<String> command = new ArrayList<>(List.of("client", "--api", api(), "--events", "json"));
        command.addAll(List.of(options));
        Run.Started client = Run.start(command.toArray(new String[0]));
        JsonNode connected = client.awaitJson(event -> event.path("to").asText().equals("CONNECTED"));
        client.process().terminate();
        assertThat(client.end().exitCode()).isZero();
        return connected;
    }

    private String api() {
        return sandbox.restUri().toString();
    }
}
