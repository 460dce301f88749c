package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ledger keeps, and what it costs. */
class TaskLedgerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final IdentityRows rows = new IdentityRows(new MemoryStateStore(), "client");

    private static LedgerEntry received(String id) {
        return LedgerEntry.received(TaskRequest.of(id, "Custom_c"), NOW);
    }

    private static LedgerEntry ended(String id) {
        return received(id).done(TaskEnd.completed(), NOW, NOW);
    }

    private static LedgerEntry refused(String id) {
        return received(id).done(TaskEnd.failed("no such type"), null, NOW);
    }

    @Test
    void refusedTasksPushOutNoTaskThatRan() {
        TaskLedger first = new TaskLedger(rows, List.of());
        first.write(ended("ran").told());
        for (int i = 0; i < 10_001; i++) {
            first.write(refused("r" + i));
        }
        for (int i = 0; i < 10_001; i++) {
            first.write(refused("r" + i).told());
        }
        assertThat(first.find("ran")).isPresent();
        assertThat(first.find("r0")).isEmpty();

        TaskLedger second = new TaskLedger(rows, stored());
        second.write(refused("r").told());
        assertThat(second.find("ran")).isPresent();
        assertThat(second.find("r1")).isEmpty();
        assertThat(stored()).hasSize(10_001);
    }

    /** An earlier process may have run it before it was killed. */
    @Test
    void aTaskThatAnEarlierProcessReceivedCountsAsOneThatRan() {
        new TaskLedger(rows, List.of()).write(received("t"));

        LedgerEntry entry = new TaskLedger(rows, stored()).find("t").orElseThrow();

        assertThat(entry.done(TaskEnd.failed("client restarted"), null, NOW).mayHaveRun())
                .isTrue();
    }

    private List<Row> stored() {
        return rows.load(Table.LEDGER);
    }

    @Test
    void aTaskWhoseEndTheCombinerDoesNotKnowIsNeverForgotten() {
        TaskLedger ledger = new TaskLedger(rows, List.of());
        ledger.write(received("running"));
        ledger.write(ended("ended"));
        for (int i = 0; i < 11_000; i++) {
            ledger.write(ended("t" + i).told());
        }

        assertThat(ledger.find("running")).isPresent();
        assertThat(ledger.find("ended")).isPresent();
        assertThat(ledger.find("t0")).isEmpty();
        assertThat(ledger.all()).hasSize(10_002);
        assertThat(stored()).hasSize(10_002);
    }

    /** If each new task cost a look at all others, these would take minutes. The limit of time is that of a test that hangs. */
    @Test
    @Timeout(60)
    void aTaskCostsTheSameHoweverManyThereAre() {
        TaskLedger ledger = new TaskLedger(rows, List.of());

        for (int i = 0; i < 300_000; i++) {
            ledger.write(received("t" + i));
        }

        assertThat(ledger.all()).hasSize(300_000);
    }

    /** A figure to read, not to assert: the limit that the ledger has to keep is 0.5 s. */
    @Test
    void whatThirtyThousandTasksCost() {
        TaskLedger ledger = new TaskLedger(rows, List.of());
        List<String> ids = IntStream.range(0, 30_000).mapToObj(i -> "task-" + i).toList();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        ids.forEach(id -> ledger.write(received(id)));
        long taken = threads.getCurrentThreadCpuTime();
        ids.forEach(id -> ledger.write(ended(id)));
        ids.forEach(id -> ledger.write(ended(id).told()));
        long told = threads.getCurrentThreadCpuTime();

        System.out.printf(
                Locale.ROOT,
                "ledger: 30,000 tasks received in %.2f CPU s, ended and told in another %.2f%n",
                (taken - start) / 1e9,
                (told - taken) / 1e9);
        assertThat(ledger.all()).hasSize(10_000);
    }

    /** Longer than the texts that Jackson reads by default. */
    @Test
    void aTaskWithMuchDataIsReadAgain() {
        String data = "x".repeat(21_000_000);
        new TaskLedger(rows, List.of())
                .write(LedgerEntry.received(TaskRequest.of("t", "Custom_c").withData(data), NOW));

        LedgerEntry read = new TaskLedger(rows, stored()).find("t").orElseThrow();

        assertThat(read.step()).isEqualTo(LedgerEntry.Step.RECEIVED);
        assertThat(read.request().orElseThrow().data()).isEqualTo(data);
    }

    @Test
    void theOrderOfChangesOutlivesTheProcess() {
        TaskLedger ledger = new TaskLedger(rows, List.of());
        List<String> order = List.of("b", "c", "a");
        order.forEach(id -> ledger.write(received(id)));

        TaskLedger second = new TaskLedger(rows, stored());
        second.write(received("0"));

        assertThat(new TaskLedger(rows, stored()).all())
                .extracting(LedgerEntry::correlationId)
                .containsExactly("b", "c", "a", "0");
    }
}
