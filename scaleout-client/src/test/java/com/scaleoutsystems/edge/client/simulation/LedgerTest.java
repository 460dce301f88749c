package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.TaskSettings;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of tasks, in virtual time. */
class LedgerTest {

    private static final int CAPACITY = 10_000;

    @Test
    void theStoreKeepsNoMoreTasksThanTheLedgerHoweverTheyEnd() {
        MemoryStateStore store = new MemoryStateStore();
        SimulatedClient client = new SimulatedClient(1, null, null, TaskSettings.defaults(), store);
        client.start();
        for (int i = 0; i < CAPACITY + 500; i++) {
            client.combiner.deliver(
                    i % 2 == 0
                            ? SimulatedCombiner.task("t" + i, "Scaleout_Unheard", "m")
                            : SimulatedCombiner.stop("t" + i, "INTERRUPTED"));
        }

        client.runUntilDone("t" + (CAPACITY + 499));

        List<String> kept = new IdentityRows(store, "client-1")
                .load(Table.LEDGER).stream().map(Row::key).toList();
        assertThat(kept).hasSize(CAPACITY).contains("t500").doesNotContain("t499");
    }
}
