package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of tasks, in virtual time. */
class LedgerTest {

    private static final int CAPACITY = 10_000;

    @Test
    void theStoreKeepsNoMoreTasksThanTheLedgerHoweverTheyEnd() {
        StateStore store = StoreProxy.onDisk(new MemoryStateStore());
        SimulatedClient client = new SimulatedClient(1, null, null, TaskSettings.defaults(), store);
        client.start();
        for (int i = 0; i < CAPACITY + 500; i++) {
            client.combiner.deliver(
                    i % 2 == 0
                            ? SimulatedCombiner.task("t" + i, "Scaleout_Unheard", "m")
                            : SimulatedCombiner.stop("t" + i, "INTERRUPTED"));
        }

        client.runUntilDone("t" + (CAPACITY + 499));
        client.runFor(Duration.ofSeconds(5));

        List<String> kept = new IdentityRows(store, "client-1")
                .load(Table.LEDGER).stream().map(Row::key).toList();
        assertThat(kept).hasSize(CAPACITY).contains("t500").doesNotContain("t499");
    }

    @Test
    void aClockThatIsSetMakesNoTaskRunTwice() {
        for (Duration step : List.of(Duration.ofDays(9), Duration.ofDays(-9), Duration.ofDays(36_500))) {
            Callbacks callbacks = new Callbacks();
            callbacks.custom("c", (parameters, task) -> "done");
            SimulatedClient client =
                    new SimulatedClient(callbacks, 1, adapters -> StoreProxy.durable(adapters, batch -> {}));
            client.start();
            run(client, 0);
            client.env.setClockBy(step);
            run(client, 1);

            for (int life = 0; life < 2; life++) {
                int told = client.doneReports("t0");
                client.combiner.deliver(custom(0));
                client.runUntil(() -> client.doneReports("t0") > told);
                client.killAndRestart();
            }

            assertThat(client.env.callbacks()).as("after a step of %s", step).isEqualTo(2);
        }
    }

    private static void run(SimulatedClient client, int number) {
        client.combiner.deliver(custom(number));
        client.runUntilDone("t" + number);
        client.runFor(Duration.ofSeconds(5));
    }

    /** Which tasks are the oldest does not depend on the clock either: those of a machine whose clock was wrong leave no sooner. */
    @Test
    void theTasksThatWereToldFirstAreForgottenFirstWhateverTheClockSays() {
        StateStore store = StoreProxy.onDisk(new MemoryStateStore());
        SimulatedClient client = new SimulatedClient(1, null, null, TaskSettings.defaults(), store);
        client.start();
        tell(client, 0, CAPACITY / 2);
        client.env.setClockBy(Duration.ofDays(-3_650));
        tell(client, CAPACITY / 2, CAPACITY);
        client.killAndRestart();
        client.env.setClockBy(Duration.ofDays(3_650));

        tell(client, CAPACITY, CAPACITY + 10);

        List<String> kept = new IdentityRows(store, "client-1")
                .load(Table.LEDGER).stream().map(Row::key).toList();
        assertThat(kept)
                .hasSize(CAPACITY)
                .contains("t10", "t" + (CAPACITY - 1), "t" + (CAPACITY + 9))
                .doesNotContain("t0", "t9");
    }

    private static void tell(SimulatedClient client, int from, int to) {
        for (int i = from; i < to; i++) {
            client.combiner.deliver(SimulatedCombiner.stop("t" + i, "INTERRUPTED"));
        }
        client.runUntilDone("t" + (to - 1));
        client.runFor(Duration.ofSeconds(5));
    }

    /** Answers may be large and tasks many: a day of them must not fill memory and disk. */
    @Test
    void answersOfOldTasksAreForgottenAndTheirTasksAreNotRunAgain() {
        int tasks = 40;
        String answer = "x".repeat(400 << 10);
        List<StateStore> store = new ArrayList<>();
        Callbacks callbacks = new Callbacks();
        callbacks.custom("c", (parameters, task) -> answer);
        SimulatedClient client = new SimulatedClient(callbacks, 1, adapters -> {
            store.add(adapters.store());
            return StoreProxy.durable(adapters, batch -> {});
        });
        client.start();
        for (int i = 0; i < tasks; i++) {
            client.combiner.deliver(custom(i));
            client.runUntilDone("t" + i);
        }
        client.runFor(Duration.ofSeconds(5));

        assertThat(bytesInLedger(store.get(0))).isBetween(1L << 20, 10L << 20);
        for (int life = 0; life < 2; life++) {
            for (int i : List.of(0, tasks - 1)) {
                int told = client.doneReports("t" + i);
                client.combiner.deliver(custom(i));
                client.runUntil(() -> client.doneReports("t" + i) > told);
            }
            client.killAndRestart();
        }
        assertThat(client.env.callbacks()).isEqualTo(tasks);
        assertThat(client.combiner.doneReports().get("t0"))
                .hasSizeGreaterThan(2)
                .allMatch(report -> report.status().equals("COMPLETED"));
        assertThat(client.combiner.doneReports().get("t" + (tasks - 1)))
                .extracting(TaskReport::response)
                .containsOnly("\"" + answer + "\"");
    }

    private static TaskRequest custom(int number) {
        return TaskRequest.of("t" + number, "Custom_c").withData("{}");
    }

    private static long bytesInLedger(StateStore store) {
        return new IdentityRows(store, "client-1")
                .load(Table.LEDGER).stream()
                        .mapToLong(row -> row.value().length())
                        .sum();
    }
}
