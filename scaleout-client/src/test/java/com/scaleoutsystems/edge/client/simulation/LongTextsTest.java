package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
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

/** Ids and names of a combiner that are larger than any message of the client could be, in virtual time. */
class LongTextsTest {

    private static final int MOST_BYTES = 64 << 10;

    /** Three bytes of UTF-8. */
    private static final String EURO = "€";

    private static final String LONGEST = EURO.repeat(MOST_BYTES / 3);
    private static final String TOO_LONG = LONGEST + EURO;

    private static SimulatedClient client(MemoryStateStore store) {
        SimulatedClient client = new SimulatedClient(1, null, null, TaskSettings.defaults(), store);
        client.start();
        return client;
    }

    private static TaskRequest task(String id) {
        return TaskRequest.of(id, "Scaleout_Nonsense");
    }

    private static List<String> keys(MemoryStateStore store) {
        return new IdentityRows(store, "client-1")
                .load(Table.LEDGER).stream().map(Row::key).toList();
    }

    @Test
    void aTaskWhoseIdIsTooLongIsIgnoredAndTheOthersAreReported() {
        MemoryStateStore store = new MemoryStateStore();
        SimulatedClient client = client(store);
        client.combiner.deliver(task(TOO_LONG));
        client.combiner.deliver(task("x".repeat(MOST_BYTES + 1)));
        client.combiner.deliver(task(LONGEST));
        client.combiner.deliver(task("t"));

        client.runUntilDone("t");
        client.runUntilDone(LONGEST);
        client.runFor(Duration.ofMinutes(1));

        assertThat(client.combiner.doneReports()).containsOnlyKeys("t", LONGEST);
        assertThat(keys(store)).containsExactlyInAnyOrder("t", LONGEST);
    }

    /** As an earlier release left it. */
    @Test
    void aRowWithSuchAnIdDoesNotKeepAClientFromReporting() {
        MemoryStateStore store = new MemoryStateStore();
        String row = "{\"step\": \"DONE\", \"received_at\": \"2026-01-01T00:00:00Z\", \"status\": \"FAILED\", "
                + "\"response\": \"{}\", \"started_at\": null, \"completed_at\": \"2026-01-01T00:00:01Z\"}";
        new IdentityRows(store, "client-1")
                .commit(new Batch()
                        .put(Table.LEDGER, TOO_LONG, row)
                        .put(Table.LEDGER, "ended", row)
                        .put(Table.LEDGER, "damaged", "{\"step\": \"NONE\"}"));

        SimulatedClient client = client(store);
        client.runUntilDone("ended");
        client.combiner.deliver(task("damaged"));
        client.runUntilDone("damaged");

        assertThat(client.combiner.doneReports()).containsOnlyKeys("ended", "damaged");
        assertThat(client.combiner.doneReports().get("damaged"))
                .extracting(TaskReport::response)
                .containsExactly("{\"error\": \"the client's own record of this task is unreadable\"}");
        assertThat(keys(store)).containsExactlyInAnyOrder("damaged", "ended");
    }

    @Test
    void aTaskWithAnotherTextThatIsTooLongFailsWithoutARun() {
        Callbacks callbacks = new Callbacks();
        List<String> ran = new ArrayList<>();
        callbacks.custom("c", (parameters, task) -> ran.add(task.request().correlationId()));
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        client.start();
        TaskRequest good = TaskRequest.of("good", "Custom_c").withData("{}");

        client.combiner.deliver(TaskRequest.of("type", "Custom_" + TOO_LONG));
        client.combiner.deliver(copy(good, "model id").withModelId(TOO_LONG));
        client.combiner.deliver(copy(good, "session id").withSessionId(TOO_LONG));
        client.combiner.deliver(copy(good, "round id").withRoundId(TOO_LONG));
        client.combiner.deliver(good.withModelId(LONGEST).withSessionId(LONGEST).withRoundId(LONGEST));
        client.runUntilDone("good");

        assertThat(ran).containsExactly("good");
        for (String text : List.of("type", "model id", "session id", "round id")) {
            client.runUntilDone(text);
            assertThat(client.combiner.doneReports().get(text).get(0).response())
                    .contains("the " + text + " of the task has 6", " bytes; this client accepts at most 65536");
        }
    }

    private static TaskRequest copy(TaskRequest request, String id) {
        return TaskRequest.of(id, request.type()).withData(request.data());
    }
}
