package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.task.AutonomousTask;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a combiner must be told may be more than a message holds: it takes 4 MiB, and a poll that has more fails whenever it is tried. */
@Timeout(120)
class LargeReportsTest {

    private static final int TOO_LARGE = 5 << 20;
    private static final int TOO_LONG = 50_000;
    private static final int LARGE = 600 << 10;
    private static final int HALF_TOO_LARGE = TOO_LARGE / 2;
    private static final int TASKS = 12;

    @Test
    void anAnswerThatFitsIntoNoMessageFailsItsTaskAndPollingGoesOn() {
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .onCustom("large", (parameters, task) -> "x".repeat(TOO_LARGE))
                        .onCustom("talkative", (parameters, task) -> {
                            throw new IllegalStateException("why: " + "x".repeat(TOO_LONG));
                        })
                        .onCustom("small", (parameters, task) -> "fine")
                        .build()) {
            client.start();
            TaskOutcome large = ended(sandbox, "Custom_large");
            TaskOutcome talkative = ended(sandbox, "Custom_talkative");
            TaskOutcome small = ended(sandbox, "Custom_small");

            assertThat(large.status()).isEqualTo("FAILED");
            assertThat(large.response()).contains("5242882 bytes", "at most 3145728");
            assertThat(talkative.status()).isEqualTo("FAILED");
            assertThat(talkative.response()).contains("why: xxx").hasSizeLessThan(20_000);
            assertThat(small.status()).isEqualTo("COMPLETED");
            assertThat(small.response()).isEqualTo("\"fine\"");
        }
    }

    private static TaskOutcome ended(Sandbox sandbox, String type) {
        return sandbox.awaitOutcome(sandbox.submit(TaskSpec.of(type, "c")), PATIENCE);
    }

    @Test
    void answersThatDoNotFitIntoOnePollAreToldByTheNext() {
        CountDownLatch together = new CountDownLatch(TASKS);
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .tasks(TaskSettings.defaults()
                                .withLane(
                                        TaskKind.CUSTOM,
                                        LaneSettings.of("custom").withWidth(TASKS)))
                        .onCustom("c", (parameters, task) -> {
                            together.countDown();
                            return together.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) ? "x".repeat(LARGE) : "";
                        })
                        .build()) {
            client.start();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                ids.add(sandbox.submit(TaskSpec.of("Custom_c", "c")));
            }

            assertThat(ids).allSatisfy(id -> {
                TaskOutcome outcome = sandbox.awaitOutcome(id, PATIENCE);
                assertThat(outcome.status()).isEqualTo("COMPLETED");
                assertThat(outcome.response()).hasSize(LARGE + 2);
            });
        }
    }

    /** It starts and ends while the combiner is away, whose first word of it is the end. */
    @Test
    void anAutonomousTaskWhoseParametersDoNotFitBesideItsAnswerIsToldWithoutThem() {
        Sandbox away = Sandbox.builder().start();
        int restPort = away.restUri().getPort();
        int grpcPort = away.grpcPort();
        try (EdgeClient client = client(away, "c")
                .onCustom("small", (parameters, task) -> "fine")
                .build()) {
            client.start();
            away.awaitClients(1, PATIENCE);
            away.close();
            AutonomousTask autonomous = client.startAutonomousTask(
                    "job", Map.of("p", "x".repeat(HALF_TOO_LARGE)), (parameters, task) -> "x".repeat(HALF_TOO_LARGE));
            assertThat(autonomous.result().toCompletableFuture()).succeedsWithin(PATIENCE);

            try (Sandbox back =
                    Sandbox.builder().restPort(restPort).grpcPort(grpcPort).start()) {
                Recorded.Report report = back.recording()
                        .await(
                                "the end of the autonomous task",
                                PATIENCE,
                                now -> now.reports(autonomous.correlationId()).stream()
                                        .filter(Recorded.Report::done)
                                        .findFirst());

                assertThat(report.status()).isEqualTo("COMPLETED");
                assertThat(report.response()).hasSize(HALF_TOO_LARGE + 2);
                assertThat(report.commandType()).isEqualTo("Autonomous_job");
                assertThat(report.parameters()).isNull();
                assertThat(ended(back, "Custom_small").response()).isEqualTo("\"fine\"");
            }
        }
    }
}
