package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Plain programs that are told to end. */
@Timeout(240)
class ShutdownTest {

    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @TempDir
    Path folder;

    private ChildProcess child(Sandbox sandbox, int budgetSeconds) {
        ChildProcess child = new ChildProcess(
                StoppedClient.class,
                folder.resolve("log"),
                List.of(sandbox.restUri().toString(), String.valueOf(budgetSeconds)));
        sandbox.awaitClients(StoppedClient.IDS.size(), PATIENCE);
        return child;
    }

    private static String submit(Sandbox sandbox, String task, String client) {
        return sandbox.submit(TaskSpec.of("Custom_" + task, client));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void clientsOfAProgramThatIsTerminatedCloseAtTheSameTime() {
        try (Sandbox sandbox = Sandbox.builder().start();
                ChildProcess child = child(sandbox, 100)) {
            List<String> tasks = StoppedClient.IDS.stream()
                    .map(client -> submit(sandbox, "wait", client))
                    .toList();
            tasks.forEach(task -> child.await(("running " + task)::equals));

            child.terminate();

            assertThat(child.awaitEnd(PATIENCE)).isEqualTo(128 + 15);
            assertThat(child.lines()).as(child.log()).contains("both").doesNotContain("forgotten");
            for (String task : tasks) {
                assertThat(sandbox.awaitOutcome(task, PATIENCE).status()).isEqualTo("INTERRUPTED");
            }
            assertThat(sandbox.recording().telemetry())
                    .extracting(Recorded.Telemetry::clientId)
                    .containsExactlyInAnyOrderElementsOf(StoppedClient.IDS);
        }
    }

    @Test
    void callbackThatEndsTheProgramDelaysItByTheBudgetAtMost() {
        try (Sandbox sandbox = Sandbox.builder().start();
                ChildProcess child = child(sandbox, 2)) {
            String task = submit(sandbox, "exit", StoppedClient.IDS.get(0));
            child.await("exiting"::equals);

            assertThat(child.awaitEnd(PATIENCE)).isEqualTo(7);
            assertThat(sandbox.awaitOutcome(task, PATIENCE).status()).isEqualTo("INTERRUPTED");
        }
    }
}
