package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs that docs/servers.md shows. */
@Tag("once")
@Timeout(120)
class ServersGuideTest {

    private static final long EXAMPLES = 10;

    private static ScaleoutModel train(ScaleoutModel model, TaskContext task) {
        task.checkAbort();
        return SandboxClients.plusOne(model);
    }

    private static double accuracy(ScaleoutModel model) {
        return model.modelParameters().get(0).toFloats()[0];
    }

    /** Compiled only: there is no such server. */
    static void againstScaleoutEdge() {
        // The page shows what follows.
        try (EdgeClient client = EdgeClient.builder()
                .api(URI.create("https://edge.example.org"))
                .credential(Credential.token(System.getenv("EDGE_TOKEN")))
                .name("clinic-1")
                .onTrain((model, task) -> TrainResult.of(train(model, task), EXAMPLES))
                .onValidate((model, task) -> Map.of("accuracy", accuracy(model)))
                .build()) {
            client.run();
        }
        // Up to here.
    }

    private static void againstTheSandbox(ScaleoutModel seed) {
        // The page shows what follows.
        try (Sandbox sandbox = Sandbox.builder().seedModel(seed).start();
                EdgeClient client = EdgeClient.builder()
                        .api(sandbox.restUri())
                        .name("clinic-1")
                        .stateless()
                        .onTrain((model, task) -> TrainResult.of(train(model, task), EXAMPLES))
                        .onValidate((model, task) -> Map.of("accuracy", accuracy(model)))
                        .build()) {
            client.start();
            SessionResult session = sandbox.runSession(SessionPlan.of(10, 1)); // 10 rounds, 1 client
            System.out.println(session.rounds().get(9).validations());
        }
        // Up to here.
    }

    @Test
    void thePageShowsThesePrograms() throws IOException {
        String source = Files.readString(
                Path.of("src/test/java", ServersGuideTest.class.getName().replace('.', '/') + ".java"));
        List<String> shown = new ArrayList<>();
        Pattern.compile("\n {8}// The page shows what follows\\.\n(.+?)\n {8}// Up to here\\.", Pattern.DOTALL)
                .matcher(source)
                .results()
                .map((MatchResult program) -> program.group(1).stripIndent())
                .forEach(shown::add);

        assertThat(shown).hasSize(2);
        String page = Files.readString(Path.of("../docs/servers.md"));
        assertThat(shown).allSatisfy(program -> assertThat(page).contains("```java\n" + program + "\n```"));
    }

    @Test
    void theProgramForTheSandboxRuns() {
        try (ScaleoutModel seed = SandboxClients.model(1, 2)) {
            againstTheSandbox(seed);
        }
    }

    @Test
    void whatThePageSaysOfTheSandboxIsThere() {
        Duration timeout = PATIENCE;
        try (Sandbox sandbox = Sandbox.builder()
                        .authentication(true)
                        .generation(SandboxGeneration.V1_0)
                        .start();
                EdgeClient client = SandboxClients.client(sandbox, "c")
                        .generation(Generation.V1_0)
                        .credential(Credential.token(sandbox.tokens().refresh()))
                        .onCustom("x", (given, task) -> {
                            while (true) {
                                task.checkAbort();
                                Thread.onSpinWait();
                            }
                        })
                        .build()) {
            client.start();
            String interrupted = sandbox.submit(TaskSpec.of("Custom_x", client.clientId()));
            sandbox.interrupt(interrupted);
            String timedOut = sandbox.submit(TaskSpec.of("Custom_x", client.clientId()));
            sandbox.timeOut(timedOut);

            assertThat(sandbox.awaitOutcome(interrupted, timeout).status()).isEqualTo("INTERRUPTED");
            assertThat(sandbox.awaitOutcome(timedOut, timeout).response()).contains("Timed out by server");
            int reports = sandbox.recording().reports(interrupted).size();
            sandbox.redeliver(interrupted);
            sandbox.recording()
                    .await(
                            "an answer again",
                            timeout,
                            recording -> recording.reports(interrupted).stream()
                                    .skip(reports)
                                    .findFirst());
        }
    }
}
