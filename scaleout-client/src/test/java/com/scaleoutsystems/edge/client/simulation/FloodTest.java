package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A combiner that sends tens of thousands of tasks in one answer, in virtual time. */
class FloodTest {

    private static final int TASKS = 30_000;

    /** No step of the strand takes more tasks than this. */
    private static final int IN_ONE_STEP = 64;

    private final Map<Long, Integer> changesInStep = new HashMap<>();
    private final Set<String> inLedger = new HashSet<>();

    private SimulatedClient flooded() {
        Callbacks callbacks = new Callbacks();
        callbacks.custom("c", (parameters, task) -> "done");
        SimulatedClient[] made = new SimulatedClient[1];
        made[0] = new SimulatedClient(
                callbacks,
                1,
                adapters -> CommitCounter.counting(adapters, (env, batch) -> {
                    batch.puts().stream()
                            .filter(row -> row.table() == Table.LEDGER)
                            .forEach(row -> inLedger.add(row.key()));
                    changesInStep.merge(env.stepsTaken(), batch.puts().size(), Integer::sum);
                }));
        SimulatedClient client = made[0];
        client.start();
        for (int i = 0; i < TASKS; i++) {
            client.combiner.deliver(TaskRequest.of("t" + i, "Custom_c").withData("{}"));
        }
        return client;
    }

    @Test
    void otherWorkGetsItsTurnBetweenTheTasksOfOneAnswer() {
        SimulatedClient client = flooded();

        client.runUntilDone("t" + (TASKS - 1));
        client.runUntil(() -> client.combiner.doneReports().size() == TASKS);

        assertThat(inLedger).hasSize(TASKS);
        assertThat(changesInStep.values()).allMatch(changes -> changes <= IN_ONE_STEP);
    }

    @Test
    void aClientThatIsClosedMeanwhileReportsAllTasksAndRunsNone() {
        SimulatedClient client = flooded();
        client.runUntil(() -> inLedger.size() > 100);

        client.close(Duration.ofSeconds(30));

        Collection<List<TaskReport>> reports = client.combiner.doneReports().values();
        assertThat(reports).hasSize(TASKS);
        assertThat(reports).allMatch(ends -> !ends.get(0).status().equals("COMPLETED"));
    }
}
