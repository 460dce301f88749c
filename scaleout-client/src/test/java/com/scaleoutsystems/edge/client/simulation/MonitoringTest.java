package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a program learns of its client's work: how long tasks took, how old the last poll is, how long the combiner takes to answer. */
class MonitoringTest {

    private static final TrainCallback TRAIN =
            (model, task) -> TrainResult.of(model("update-" + task.request().correlationId(), 1), 1);

    private final Map<String, TaskSummary> outcomes = new LinkedHashMap<>();

    private SimulatedClient client(TrainCallback train) {
        SimulatedClient client = new SimulatedClient(
                7,
                train,
                ReportingSettings.defaults().withNodeTelemetry(false),
                SimulatedClient.Disk.memory(new MemoryStateStore()),
                List.of(new EdgeClientListener() {
                    @Override
                    public void taskFinished(TaskRequest task, TaskSummary outcome) {
                        outcomes.put(task.correlationId(), outcome);
                    }
                }));
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private TaskSummary ended(SimulatedClient client, TaskRequest task) {
        client.combiner.deliver(task);
        client.runUntil(() -> outcomes.containsKey(task.correlationId()));
        return outcomes.get(task.correlationId());
    }

    private static Health health(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join();
    }

    @Test
    void theClientMeasuresTheCallbackAndTheWholeTask() {
        TaskSummary outcome = ended(client(TRAIN), train("t", "m"));

        assertThat(outcome.status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(outcome.callbackTime()).contains(SimulatedClient.CALLBACK_TIME);
        // The transfers and the delivery take some latencies of the simulated network.
        assertThat(outcome.totalTime().orElseThrow())
                .isGreaterThan(SimulatedClient.CALLBACK_TIME.plusMillis(3))
                .isLessThan(SimulatedClient.CALLBACK_TIME.plusSeconds(3));
    }

    @Test
    void aTaskWhoseCallbackIsNotCalledHasNoCallbackTime() {
        SimulatedClient client = client(TRAIN);

        TaskSummary refused = ended(client, TaskRequest.of("refused", "Scaleout_Nonsense"));
        TaskSummary withoutModel = ended(client, train("lost", "no such model"));

        assertThat(refused.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(refused.callbackTime()).isEmpty();
        assertThat(refused.totalTime()).isEmpty();
        assertThat(withoutModel.callbackTime()).isEmpty();
        assertThat(withoutModel.totalTime()).isPresent();
    }

    @Test
    void aFailedCallbackHasItsTimeToo() {
        TaskSummary outcome = ended(
                client((model, task) -> {
                    throw new IllegalStateException("no data");
                }),
                train("t", "m"));

        assertThat(outcome.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(outcome.reason()).contains("no data");
        assertThat(outcome.callbackTime()).contains(SimulatedClient.CALLBACK_TIME);
    }

    @Test
    void theHealthTellsHowLongAgoAPollWasAnsweredAndHowLongAnAnswerTakes() {
        SimulatedClient client = client(TRAIN);
        client.runFor(Duration.ofMinutes(1));

        Health well = health(client);
        client.combiner.goAway();
        client.runFor(Duration.ofMinutes(5));
        Health away = health(client);
        client.combiner.comeBack();
        client.runFor(Duration.ofMinutes(1));

        assertThat(well.sinceLastPoll().orElseThrow()).isLessThan(Duration.ofSeconds(6));
        assertThat(well.roundTrip().orElseThrow()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(1));
        assertThat(away.sinceLastPoll().orElseThrow())
                .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(5).plusSeconds(6));
        assertThat(away.roundTrip()).isPresent();
        assertThat(health(client).sinceLastPoll().orElseThrow()).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void theEndOfATaskIsOneLine() {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = client(TRAIN);
            ended(client, train("t", "m"));
            ended(client, TaskRequest.of("refused", "Scaleout_Nonsense"));

            assertThat(log.with(" ended as "))
                    .hasSize(2)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .contains("INFO")
                                    .containsPattern(
                                            "task t \\(Scaleout_ModelUpdate\\) ended as COMPLETED after 7\\.\\d+ s"),
                            line -> assertThat(line)
                                    .contains("WARN")
                                    .contains("task refused (Scaleout_Nonsense) ended as FAILED: ")
                                    .contains("Scaleout_Nonsense"));
        }
    }

    @Test
    void joiningAndWhatIsRetriedHaveALineEach() {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = new SimulatedClient(7, TRAIN, null);
            client.combiner.addModel("m", 0);
            EdgeException away = new EdgeException(ErrorCode.UNAVAILABLE, "nobody there", null, true, 1);
            client.combiner.failNext("VERSION_CHECK", away);
            client.start();
            client.combiner.failNext("download m", away);
            client.combiner.failNext("upload", away);
            client.combiner.deliver(train("t", "m"));
            client.runUntilDone("t");

            assertThat(log.with("client client-1: joined combiner combiner:1")).hasSize(1);
            assertThat(log.with("INFO scaleout.client - greeting the combiner failed: nobody there; next attempt in"))
                    .hasSize(1);
            assertThat(log.with("INFO scaleout.client.transport - the download of model m failed: nobody there; next"))
                    .hasSize(1);
            assertThat(log.with("INFO scaleout.client.report - the result of task t could not be sent: nobody there"))
                    .hasSize(1);
        }
    }

    @Test
    void aResultThatFailsForHoursHasOneLine() {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = client(TRAIN);
            client.combiner.failAlways(
                    "upload", new EdgeException(ErrorCode.UNAVAILABLE, "nobody there", null, true, 1));
            client.combiner.deliver(train("t", "m"));
            client.runFor(Duration.ofHours(1));

            assertThat(log.with("the result of task t could not be sent")).hasSize(1);
        }
    }

    @Test
    void progressHasALineEveryTenSecondsAtMost() {
        VirtualEnv[] env = {null};
        try (LogLines log = new LogLines()) {
            SimulatedClient client = client((model, task) -> {
                for (int second = 0; second < 60; second++) {
                    task.progress(second / 60.0);
                    env[0].pass(Duration.ofSeconds(1));
                }
                return TRAIN.train(model, task);
            });
            env[0] = client.env;
            ended(client, train("t", "m"));

            assertThat(log.with("task t (Scaleout_ModelUpdate) is at "))
                    .hasSize(6)
                    .first()
                    .asString()
                    .contains("INFO")
                    .endsWith("is at 5.0 %");
        }
    }
}
