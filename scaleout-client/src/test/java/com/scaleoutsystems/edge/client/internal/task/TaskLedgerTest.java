package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger keeps, and what it costs. */
class TaskLedgerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final IdentityRows rows = new IdentityRows(onDisk(new MemoryStateStore()), "client");

    /** The store counts as durable. */
    private static StateStore onDisk(StateStore store) {
        return (StateStore) Proxy.newProxyInstance(
                StateStore.class.getClassLoader(),
                new Class<?>[] {StateStore.class},
                (proxy, method, given) -> method.getName().equals("isDurable") ? true : method.invoke(store, given));
    }

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
        TaskLedger first = new TaskLedger(rows);
        first.write(ended("ran").told());
        for (int i = 0; i < 10_001; i++) {
            first.write(refused("r" + i));
        }
        for (int i = 0; i < 10_001; i++) {
            first.write(refused("r" + i).told());
        }
        assertThat(first.isTold("ran")).isTrue();
        assertThat(first.isTold("r0")).isFalse();

        TaskLedger second = new TaskLedger(rows);
        second.write(refused("r").told());
        assertThat(second.isTold("ran")).isTrue();
        assertThat(second.isTold("r1")).isFalse();
        assertThat(stored()).hasSize(10_001);
    }

    /** An earlier process may have run it before it was killed. */
    @Test
    void aTaskThatAnEarlierProcessReceivedCountsAsOneThatRan() {
        new TaskLedger(rows).write(received("t"));

        LedgerEntry entry = new TaskLedger(rows).find("t").orElseThrow();

        assertThat(entry.done(TaskEnd.failed("client restarted"), null, NOW).mayHaveRun())
                .isTrue();
    }

    private List<Row> stored() {
        return rows.load(Table.LEDGER);
    }

    @Test
    void aTaskWhoseEndTheCombinerDoesNotKnowIsNeverForgotten() {
        TaskLedger ledger = new TaskLedger(rows);
        ledger.write(received("running"));
        ledger.write(ended("ended"));
        for (int i = 0; i < 11_000; i++) {
            ledger.write(ended("t" + i).told());
        }

        assertThat(ledger.find("running")).isPresent();
        assertThat(ledger.find("ended")).isPresent();
        assertThat(ledger.isTold("t0")).isFalse();
        assertThat(ledger.size()).isEqualTo(10_002);
        assertThat(stored()).hasSize(10_002);
    }

    /** If each new task cost a look at all others, these would take minutes. The limit of time is that of a test that hangs. */
    @Test
    @Timeout(60)
    void aTaskCostsTheSameHoweverManyThereAre() {
        TaskLedger ledger = new TaskLedger(rows);

        for (int i = 0; i < 300_000; i++) {
            ledger.write(received("t" + i));
        }

        assertThat(ledger.size()).isEqualTo(300_000);
    }

    /** A figure to read, not to assert: the limit that the ledger has to keep is 0.5 s. */
    @Test
    void whatThirtyThousandTasksCost() {
        TaskLedger ledger = new TaskLedger(rows);
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
        assertThat(ledger.size()).isEqualTo(10_000);
    }

    /** Longer than the texts that Jackson reads by default. */
    @Test
    void aTaskWithMuchDataIsReadAgain() {
        String data = "x".repeat(21_000_000);
        new TaskLedger(rows)
                .write(LedgerEntry.received(TaskRequest.of("t", "Custom_c").withData(data), NOW));

        LedgerEntry read = new TaskLedger(rows).find("t").orElseThrow();

        assertThat(read.step()).isEqualTo(LedgerEntry.Step.RECEIVED);
        assertThat(read.request().orElseThrow().data()).isEqualTo(data);
    }

    @Test
    void theOrderOfChangesOutlivesTheProcess() {
        TaskLedger ledger = new TaskLedger(rows);
        List<String> order = List.of("b", "c", "a");
        order.forEach(id -> ledger.write(received(id)));

        TaskLedger second = new TaskLedger(rows);
        second.write(received("0"));

        assertThat(new TaskLedger(rows).untold())
                .extracting(LedgerEntry::correlationId)
                .containsExactly("b", "c", "a", "0");
    }

    @Test
    void theAnswerOfATaskThatWasToldIsReadFromTheStore() {
        TaskLedger ledger = new TaskLedger(rows);
        LedgerEntry told = received("t")
                .done(TaskEnd.failed("broken"), NOW, NOW.plusSeconds(1))
                .told();
        ledger.write(told);

        for (TaskLedger one : List.of(ledger, new TaskLedger(rows))) {
            assertThat(one.find("t")).isEmpty();
            assertThat(read(one, "t")).isEqualTo(told.changed(1));
        }
    }

    @Test
    void aTaskThatTheStoreDoesNotGiveIsAnsweredWithItsStatus() {
        TaskLedger ledger = new TaskLedger(rows);
        ledger.write(ended("t").told());
        rows.commit(new StateStore.Batch().delete(Table.LEDGER, "t"));

        assertThat(read(ledger, "t").status()).isEqualTo("COMPLETED");
        assertThat(read(ledger, "t").response()).isEmpty();
    }

    /** Rows of a stateless client are in memory. */
    @Test
    void withoutADiskTheAnswersOfTheLastTasksStayAndTheStatusOfAllOthers() {
        IdentityRows inMemory = new IdentityRows(new MemoryStateStore(), "client");
        TaskLedger ledger = new TaskLedger(inMemory);
        for (int i = 0; i < 2_000; i++) {
            ledger.write(refused("t" + i).told());
        }

        assertThat(inMemory.load(Table.LEDGER)).hasSizeBetween(100, 600);
        assertThat(ledger.size()).isEqualTo(2_000);
        assertThat(read(ledger, "t0").status()).isEqualTo("FAILED");
        assertThat(read(ledger, "t1999").response()).contains("no such type");
    }

    private static LedgerEntry read(TaskLedger ledger, String id) {
        return ledger.readTold(id).toCompletableFuture().join();
    }

    /** Ids come, go and come again in any order; a map knows the truth. */
    @Test
    void toldTasksAreThoseThatWereAddedAndNotRemoved() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ToldTasks tasks = new ToldTasks();
            Map<String, Integer> model = new LinkedHashMap<>();
            for (int i = 0; i < 5_000; i++) {
                String id = "t" + random.nextInt(i % 1_000 + 1);
                if (model.remove(id) != null | tasks.remove(id)) {
                    continue;
                }
                if (random.nextInt(3) == 0 && !model.isEmpty()) {
                    String oldest = model.keySet().iterator().next();
                    assertThat(tasks.oldest()).as("seed %d", seed).isEqualTo(oldest);
                    model.remove(oldest);
                    assertThat(tasks.remove(oldest)).isTrue();
                } else {
                    model.put(id, i % 7);
                    tasks.add(id, i, (byte) 0, i % 7);
                }
                assertThat(tasks.contains(id)).as("seed %d", seed).isEqualTo(model.containsKey(id));
            }
            assertThat(tasks.size()).isEqualTo(model.size());
            assertThat(tasks.answersInAll())
                    .isEqualTo(
                            model.values().stream().mapToLong(length -> length).sum());
            assertThat(model.keySet()).allMatch(tasks::contains);
        }
    }

    @Test
    void idsThatLookAlikeAreDifferentTasks() {
        List<String> ids = List.of(
                "123e4567-e89b-12d3-a456-426614174000",
                "123E4567-E89B-12D3-A456-426614174000",
                "123e4567-e89b-12d3-a456-42661417400",
                "123e4567-e89b-12d3-a456-42661417400x",
                "1-2-3-4-5");
        ToldTasks tasks = new ToldTasks();
        for (String id : ids) {
            assertThat(tasks.contains(id)).isFalse();
            tasks.add(id, 1, (byte) 0, 0);
        }

        for (String id : ids) {
            assertThat(tasks.oldest()).isEqualTo(id);
            assertThat(tasks.remove(id)).isTrue();
        }
    }

    /** Measured in a JVM of its own, because other tests would disturb the heap. */
    @Test
    @Tag("once")
    void anEndedTaskTakesLessThanAHundredBytesOfHeap(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LedgerHeap.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(child.waitFor()).as("%s", Files.readString(out)).isZero();
        System.out.println(Files.readString(out));
    }

    /** Ends with an error if the ledgers take too much. */
    static final class LedgerHeap {

        private static final int LEDGERS = 20;
        private static final int TASKS = 10_000;
        private static final int MOST_BYTES = 100;

        public static void main(String[] arguments) {
            boolean tooMuch = false;
            // What is loaded once is not the ledger's.
            new TaskLedger(new IdentityRows(new MemoryStateStore(), "client"))
                    .write(ended("first").told());
            for (boolean durable : List.of(true, false)) {
                List<TaskLedger> ledgers = new ArrayList<>();
                long before = used();
                for (int i = 0; i < LEDGERS; i++) {
                    IdentityRows rows = new IdentityRows(durable ? withoutRows() : new MemoryStateStore(), "client");
                    TaskLedger ledger = new TaskLedger(rows);
                    ledgers.add(ledger);
                    for (int task = 0; task < TASKS; task++) {
                        String id = new UUID(i, task).toString();
                        ledger.write(received(id));
                        ledger.write(ended(id));
                        ledger.write(ended(id).told());
                    }
                }
                long each = (used() - before) / (LEDGERS * TASKS);
                System.out.println((durable ? "durable: " : "stateless: ") + each + " bytes of heap for each task");
                tooMuch |= each >= MOST_BYTES || ledgers.get(0).size() != TASKS;
            }
            System.exit(tooMuch ? 1 : 0);
        }

        /** What is on a disk is not on the heap. */
        private static StateStore withoutRows() {
            return (StateStore) Proxy.newProxyInstance(
                    StateStore.class.getClassLoader(),
                    new Class<?>[] {StateStore.class},
                    (proxy, method, given) -> switch (method.getName()) {
                        case "isDurable" -> true;
                        case "commit" -> CompletableFuture.completedFuture(null);
                        default -> null;
                    });
        }

        private static long used() {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
    }
}
