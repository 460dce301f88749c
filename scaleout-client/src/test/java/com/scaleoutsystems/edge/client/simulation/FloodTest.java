package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A combiner that sends tens of thousands of tasks in one answer, in virtual time. */
class FloodTest {

    private static final int TASKS = 30_000;

    /** Enough to flood a log. */
    private static final int MANY = 3_000;

    /** No step of the strand takes more tasks than this. */
    private static final int IN_ONE_STEP = 64;

    /** A task is received, ends, is told, and is forgotten one day. */
    private static final long MOST_ROWS = 4;

    private static final int RECORDS = 90_000;

    /** No step of the strand lets go of more records than this. */
    private static final int RECORDS_IN_ONE_STEP = 1_000;

    private final Map<Long, Integer> changesInStep = new HashMap<>();
    private final Set<String> inLedger = new HashSet<>();

    private SimulatedClient flooded() {
        return flooded(TASKS, batch -> {});
    }

    private SimulatedClient flooded(int tasks, Consumer<Batch> commits) {
        Callbacks callbacks = new Callbacks();
        callbacks.custom("c", (parameters, task) -> "done");
        SimulatedClient[] made = new SimulatedClient[1];
        made[0] = new SimulatedClient(
                callbacks,
                1,
                adapters -> StoreProxy.counting(adapters, (env, batch) -> {
                    commits.accept(batch);
                    batch.puts().stream()
                            .filter(row -> row.table() == Table.LEDGER)
                            .forEach(row -> inLedger.add(row.key()));
                    changesInStep.merge(env.stepsTaken(), batch.puts().size(), Integer::sum);
                }));
        SimulatedClient client = made[0];
        client.start();
        for (int i = 0; i < tasks; i++) {
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

    /** What a client has done on its strand and in its store, in numbers that depend on no machine. */
    private static final class Work {

        private long steps;
        private long rows;
        private long characters;

        void count(Batch batch) {
            rows += batch.puts().size() + batch.deletes().size();
            characters +=
                    batch.puts().stream().mapToLong(row -> row.value().length()).sum();
        }

        void begin(SimulatedClient client) {
            client.env.watchStrands(() -> steps++, () -> {});
            rows = 0;
            characters = 0;
        }
    }

    private Work taking(int tasks) {
        inLedger.clear();
        Work work = new Work();
        SimulatedClient client = flooded(tasks, work::count);
        work.begin(client);
        client.runUntil(() -> client.combiner.doneReports().size() == tasks);
        assertThat(inLedger).hasSize(tasks);
        return work;
    }

    @Test
    void tenTimesAsManyTasksInOneAnswerAreNotMuchMoreThanTenTimesTheWork() {
        Work tenth = taking(TASKS / 10);
        Work all = taking(TASKS);

        System.out.printf(
                "tasks: %d and %d steps, %d and %d rows, %d and %d characters%n",
                tenth.steps, all.steps, tenth.rows, all.rows, tenth.characters, all.characters);
        assertThat(all.steps).isLessThanOrEqualTo(11 * tenth.steps);
        assertThat(all.rows).isBetween((long) TASKS, MOST_ROWS * TASKS);
        assertThat(all.characters).isLessThanOrEqualTo(11 * tenth.characters);
    }

    /** The records stay in the state directory. */
    private static Work closingWith(int records) {
        Work work = new Work();
        SimulatedClient client =
                new SimulatedClient(new Callbacks(), 1, adapters -> StoreProxy.durable(adapters, work::count));
        List<Delivery> receipts = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            receipts.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
        }
        client.await(receipts.get(records - 1).stored());
        assertThat(work.rows).as("rows of the records").isGreaterThanOrEqualTo(records);
        work.begin(client);
        client.close(Duration.ofSeconds(3));
        return work;
    }

    @Test
    void closingWithManyRecordsTakesNoMoreOfTheStoreThanWithFew() {
        Work few = closingWith(RECORDS / 100);
        Work many = closingWith(RECORDS);

        System.out.printf("close: %d and %d strand steps%n", few.steps, many.steps);
        assertThat(many.rows).isEqualTo(few.rows);
        // A step for each slice of records, and a few more.
        assertThat(many.steps - few.steps).isLessThanOrEqualTo(2L * RECORDS / RECORDS_IN_ONE_STEP);
    }

    private static List<String> warnings(LogLines log) {
        return Stream.of("WARN", "ERROR", "INFO")
                .flatMap(level -> log.with(" " + level + " ").stream())
                .filter(line -> !line.contains(" INFO scaleout.client - client client-1:"))
                .toList();
    }

    /** A client that the combiner floods with tasks of one kind, all of which fail. */
    private static List<String> warningsAbout(String type) {
        Callbacks callbacks = new Callbacks();
        callbacks.custom("broken", (parameters, task) -> {
            throw new IllegalStateException("on purpose");
        });
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        try (LogLines log = new LogLines()) {
            client.start();
            for (int i = 0; i < MANY; i++) {
                client.combiner.deliver(TaskRequest.of("t" + i, type).withData("{}"));
            }
            client.runFor(Duration.ofSeconds(40));
            assertThat(client.combiner.doneReports()).hasSizeGreaterThan(MANY / 2);
            return warnings(log);
        }
    }

    @Test
    void manyRefusedTasksHaveFewLinesInTheLogAndTheirNumber() {
        List<String> warnings = warningsAbout("Scaleout_Nonsense");

        assertThat(warnings).hasSize(11);
        assertThat(warnings.get(0)).contains("task t0 (Scaleout_Nonsense) ended as FAILED");
        assertThat(warnings.get(10))
                .contains("2990 more like these in 30 s")
                .contains("task t2999 (Scaleout_Nonsense) ended as FAILED");
    }

    @Test
    void manyTasksThatFailHaveFewLinesInTheLogAndTheirNumber() {
        List<String> warnings = warningsAbout("Custom_broken");

        assertThat(warnings).hasSizeBetween(11, 40).anyMatch(line -> line.contains(" more like these in 30 s"));
        assertThat(warnings.get(0)).contains("busy");
    }

    @Test
    void manyTasksOfAnEarlierRunHaveFewLinesInTheLog() {
        SimulatedClient client = flooded();
        client.runUntil(() -> inLedger.size() > MANY);
        try (LogLines log = new LogLines()) {
            client.killAndRestart();
            client.runFor(Duration.ofMinutes(1));

            assertThat(log.with(" ended as FAILED")).hasSizeBetween(2, 11);
        }
    }

    /** A flooded client whose store answers in this way. */
    private static List<String> warningsWith(UnaryOperator<CompletionStage<@Nullable Void>> answers) {
        Callbacks callbacks = new Callbacks();
        callbacks.custom("c", (parameters, task) -> "done");
        SimulatedClient client = new SimulatedClient(callbacks, 1, adapters -> StoreProxy.answering(adapters, answers));
        try (LogLines log = new LogLines()) {
            client.start();
            for (int i = 0; i < MANY; i++) {
                client.combiner.deliver(TaskRequest.of("t" + i, "Custom_c").withData("{}"));
            }
            client.runFor(Duration.ofSeconds(20));
            assertThat(client.combiner.doneReports()).hasSizeGreaterThan(MANY / 2);
            return log.with(" could not be stored").stream()
                    .filter(line -> line.contains(" WARN "))
                    .toList();
        }
    }

    @Test
    void aDiskThatFailsNowAndThenHasFewLinesInTheLog() {
        boolean[] fails = {false};

        assertThat(warningsWith(answer -> {
                    fails[0] = !fails[0];
                    return fails[0]
                            ? CompletableFuture.failedFuture(new EdgeException(ErrorCode.IO, "input/output error"))
                            : answer;
                }))
                .hasSizeBetween(1, 20);
    }

    @Test
    void aStoreThatTheClientHasClosedIsNoWarning() {
        assertThat(warningsWith(answer -> CompletableFuture.failedFuture(
                        new EdgeException(ErrorCode.FAILED_PRECONDITION, "the state directory is closed"))))
                .isEmpty();
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
