package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of 20 rounds with a lost acknowledgement and tasks that are delivered twice. */
class DeterminismTest {

    private static final int ROUNDS = 20;

    /** One run of the session and what came of it. */
    private static final class Run {

        final List<String> trained = new ArrayList<>();
        final SimulatedClient client;
        final SimulatedCombiner combiner;
        int round;

        Run(long seed) {
            client = new SimulatedClient(
                    seed,
                    (model, task) -> {
                        trained.add(task.request().correlationId());
                        var unused = task.logMetric(Map.of("loss", 1.0 / trained.size()));
                        return TrainResult.of(SimulatedCombiner.model("update-" + trained.size(), trained.size()), 10);
                    },
                    (model, task) -> Map.of("accuracy", 0.5));
            combiner = client.combiner;
            combiner.addModel("model-0", 0);
            combiner.onDone(this::taskDone);
            nextRound();
            client.start();

            client.runUntil(() -> round == 5);
            combiner.loseNextAnswer("ModelUpdate");
            client.runUntil(() -> round == 8);
            combiner.deliver(train(8));
            combiner.deliver(train(7));
            client.runUntil(() -> round > ROUNDS);
            combiner.deliver(train(20));
            client.runUntil(() -> client.doneReports("train-20") == 2);
            client.close(Duration.ofSeconds(10));
        }

        private void taskDone(TaskReport report) {
            if (report.correlationId().equals("train-" + round)) {
                combiner.addModel("model-" + round, round);
                combiner.deliver(SimulatedCombiner.validate("validate-" + round, "model-" + round));
            } else if (report.correlationId().equals("validate-" + round)) {
                nextRound();
            }
        }

        private void nextRound() {
            round++;
            if (round <= ROUNDS) {
                combiner.deliver(train(round));
            }
        }

        private static TaskRequest train(int round) {
            return SimulatedCombiner.train("train-" + round, "model-" + (round - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 42, 20_260_101})
    void sameSeedGivesTheSameEventLog(long seed) {
        List<String> first = new Run(seed).combiner.log();
        List<String> second = new Run(seed).combiner.log();

        assertThat(first).hasSizeGreaterThan(400).isEqualTo(second);
    }

    @Test
    void anotherSeedGivesAnotherEventLog() {
        assertThat(new Run(1).combiner.log()).isNotEqualTo(new Run(2).combiner.log());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 42, 20_260_101})
    void everyTaskIsTrainedOnceWhateverIsLostOrDeliveredTwice(long seed) {
        Run run = new Run(seed);

        List<String> tasks =
                IntStream.rangeClosed(1, ROUNDS).mapToObj(i -> "train-" + i).toList();
        assertThat(run.trained).isEqualTo(tasks);
        Map<String, Long> updates = run.combiner.records(RecordBody.ModelUpdate.class).stream()
                .collect(Collectors.groupingBy(RecordBody.ModelUpdate::correlationId, Collectors.counting()));
        assertThat(updates.keySet()).containsExactlyInAnyOrderElementsOf(tasks);
        assertThat(updates).containsEntry("train-5", 2L);
        assertThat(updates.values().stream().mapToLong(i -> i).sum()).isEqualTo(ROUNDS + 1);
        assertThat(run.combiner.records(RecordBody.Validation.class)).hasSize(ROUNDS);
        assertThat(run.combiner.doneReports().values())
                .allSatisfy(reports ->
                        assertThat(reports).extracting(TaskReport::status).containsOnly("COMPLETED"));
    }

    @Test
    void completedIsReportedOnlyAfterTheUpdateWasAcknowledged() {
        List<String> log = new Run(7).combiner.log();

        for (int round = 1; round <= ROUNDS; round++) {
            String task = "correlationId=train-" + round + ",";
            int acknowledged = indexOf(log, "← send", task);
            int told = indexOf(log, "→ poll", task + " status=COMPLETED");
            assertThat(acknowledged).as("acknowledgement in round %d", round).isNotNegative();
            assertThat(told).as("report in round %d", round).isGreaterThan(acknowledged);
        }
    }

    private static int indexOf(List<String> log, String what, String detail) {
        return IntStream.range(0, log.size())
                .filter(i -> log.get(i).contains(what) && log.get(i).contains(detail))
                .findFirst()
                .orElse(-1);
    }
}
