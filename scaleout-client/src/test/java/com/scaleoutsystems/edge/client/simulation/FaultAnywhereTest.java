package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Whatever a step throws, wherever it throws: each task ends, and its lane takes the next one. In virtual time. */
class FaultAnywhereTest {

    private static final ReportingSettings QUIET = ReportingSettings.defaults().withNodeTelemetry(false);

    /** More calls than a task makes. */
    private static final int MANY = 1_000;

    private static SimulatedClient client() {
        Callbacks callbacks = new Callbacks();
        callbacks.train(
                (model, task) -> TrainResult.of(model("update-" + task.request().correlationId(), 1), 10));
        callbacks.custom("c", (parameters, task) -> "done");
        callbacks.inference((model, task) -> null);
        callbacks.custom("broken", (parameters, task) -> {
            throw new IllegalStateException("on purpose");
        });
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        client.combiner.addModel("m", 0);
        client.start();
        client.runFor(Duration.ofSeconds(10));
        return client;
    }

    private static TaskRequest custom(String name, String id) {
        return TaskRequest.of(id, "Custom_" + name).withData("{}");
    }

    private static String status(SimulatedClient client, String task) {
        List<TaskReport> reports = client.combiner.doneReports().get(task);
        return reports.get(0).status();
    }

    private static Health health(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.runUntil(health::isDone);
        return health.join();
    }

    private static void runUntilOrForAMinute(SimulatedClient client, BooleanSupplier condition) {
        boolean[] over = {false};
        client.env.schedule(Duration.ofMinutes(1), () -> over[0] = true);
        client.runUntil(() -> over[0] || condition.getAsBoolean());
    }

    /** Lets the first call fail that the task causes, then, in a second client, the second call, and so on. */
    private static int everyCallFailsOnce(TaskRequest task, TaskRequest next, int most) {
        for (int number = 1; number <= most; number++) {
            SimulatedClient client = client();
            client.env.failCall(number);
            client.combiner.deliver(task);
            runUntilOrForAMinute(client, () -> client.doneReports(task.correlationId()) > 0);
            client.runFor(Duration.ofSeconds(1));
            boolean struck = !client.env.failsLater();
            client.env.failNoCall();
            int callbacks = client.env.callbacks();

            assertThat(client.combiner.doneReports())
                    .as("the fault of call %s", number)
                    .containsKey(task.correlationId());
            client.combiner.deliver(next);
            runUntilOrForAMinute(client, () -> client.env.callbacks() > callbacks);
            assertThat(client.env.callbacks())
                    .as("the callback after the fault of call %s", number)
                    .isEqualTo(callbacks + 1);
            assertThat(health(client).stuckTasks()).isEmpty();
            if (!struck) {
                return number - 1;
            }
        }
        return most;
    }

    @Test
    void aTrainingEndsAndItsLaneTakesTheNext() {
        assertThat(everyCallFailsOnce(train("t", "m"), train("next", "m"), MANY))
                .isGreaterThan(15);
    }

    @Test
    void anInferenceEndsAndItsLaneTakesTheNext() {
        TaskRequest inference = SimulatedCombiner.task("t", "Scaleout_Inference", "m");
        TaskRequest next = SimulatedCombiner.task("next", "Scaleout_Inference", "m");
        assertThat(everyCallFailsOnce(inference, next, MANY)).isGreaterThan(5);
    }

    @Test
    void aCustomTaskEndsAndItsLaneTakesTheNext() {
        assertThat(everyCallFailsOnce(custom("c", "t"), custom("c", "next"), MANY))
                .isGreaterThan(2);
    }

    /** Faults of calls to the combiner, of the client's own clock and threads, one in each round. */
    @Test
    void recordsAreDeliveredAndTheirRoutesGoOn() {
        int number = 0;
        boolean struck = true;
        while (struck) {
            number++;
            SimulatedClient client = client();
            List<Delivery> first = logged(client, "first");
            client.env.failCall(number);
            client.runFor(Duration.ofMinutes(1));
            allDelivered(client, number, first);
            struck = !client.env.failsLater();
            client.env.failNoCall();
            allDelivered(client, number, logged(client, "next"));
        }
        assertThat(number).isGreaterThan(8);
    }

    /** A channel that cannot be made, a task of an earlier process whose end cannot be noted, a call that cannot begin. */
    @Test
    void aStartThatBreaksCanBeTriedAgain() {
        int number = 0;
        boolean struck = true;
        while (struck) {
            number++;
            SimulatedClient client = killedClient();
            client.env.failCall(number);
            CompletableFuture<?> greeted = greeted(client);
            CompletableFuture<?> started = client.runtime.start().toCompletableFuture();
            client.runUntil(() -> greeted.isDone() && started.isDone());
            struck = !client.env.failsLater();
            client.env.failNoCall();

            CompletableFuture<?> again = greeted.isCompletedExceptionally() ? greeted(client) : greeted;
            client.await(again);
            client.await(client.runtime.start());
            client.combiner.deliver(custom("c", "new"));
            allDelivered(client, number, logged(client, "first"));
            runUntilOrForAMinute(client, () -> client.doneReports("new") > 0);

            assertThat(client.combiner.doneReports())
                    .as("the fault of call %s", number)
                    .containsOnlyKeys("old", "new");
            assertThat(client.combiner.calls("announce CONNECT") - 1)
                    .as("the announcement after the fault of call %s", number)
                    .isEqualTo(1);
        }
        assertThat(number).isGreaterThan(5);
    }

    /** Its process was killed while a task ran, and the next one is about to start. */
    private static SimulatedClient killedClient() {
        Callbacks callbacks = new Callbacks();
        callbacks.custom("c", (parameters, task) -> "done");
        SimulatedClient client = new SimulatedClient(callbacks, 1, FaultAnywhereTest::withChannelsThatMayFail);
        client.start();
        client.combiner.deliver(custom("c", "old"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.killAndBuild();
        return client;
    }

    private static Adapters withChannelsThatMayFail(Adapters real) {
        VirtualEnv env = (VirtualEnv) real.env();
        return new Adapters(
                env,
                real.store(),
                real.blobs(),
                real.models(),
                real.directory(),
                real.apis(),
                (options, identity, bearer) -> {
                    env.mayFail();
                    return real.transports().transport(options, identity, bearer);
                });
    }

    /** Its store needs a minute to read. */
    private static SimulatedClient.Disk slowDisk(MemoryStateStore rows) {
        SimulatedClient.Disk disk = SimulatedClient.Disk.memory(rows);
        return new SimulatedClient.Disk() {
            @Override
            public StateStore store(VirtualEnv env) {
                return StoreProxy.slow(rows, env, Duration.ofMinutes(1));
            }

            @Override
            public BlobStore blobs() {
                return disk.blobs();
            }
        };
    }

    /** Whatever breaks when the records of an earlier run have been read, one of which cannot be understood. */
    @Test
    void theRecordsOfAnEarlierRunAreReadAgain() {
        int number = 0;
        boolean struck = true;
        while (struck) {
            number++;
            MemoryStateStore rows = new MemoryStateStore();
            SimulatedClient client = new SimulatedClient(
                    1, (model, task) -> TrainResult.of(model("update", 1), 10), QUIET, slowDisk(rows));
            client.combiner.addModel("m", 0);
            for (int i = 0; i < 10; i++) {
                client.runtime.log().sendStatus("line " + i);
            }
            client.runFor(Duration.ofSeconds(1));
            IdentityRows all = new IdentityRows(rows, "client-1");
            var unused = all.commit(
                    new Batch().put(Table.OUTBOX, all.load(Table.OUTBOX).get(5).key(), "{}"));
            client.killAndRestart();
            client.runUntil(() -> client.env.nanos() > Duration.ofSeconds(60).toNanos());
            client.env.failCall(number);
            client.runFor(Duration.ofSeconds(10));
            struck = !client.env.failsLater();
            client.env.failNoCall();
            client.combiner.deliver(train("t", "m"));
            client.runFor(Duration.ofMinutes(3));

            String fault = "the fault of call " + number;
            assertThat(client.combiner.records(RecordBody.StatusLine.class))
                    .as(fault)
                    .filteredOn(line -> line.text().startsWith("line"))
                    .hasSize(9);
            assertThat(client.combiner.doneReports()).as(fault).containsKey("t");
            assertThat(health(client).unread()).as(fault).isZero();
            assertThat(health(client).dropped()).as(fault).isEqualTo(Map.of(DropReason.UNREADABLE, 1L));
            CompletableFuture<FlushResult> flushed =
                    client.runtime.flush(Duration.ofMinutes(1)).toCompletableFuture();
            client.await(flushed);
            assertThat(flushed.join().remaining()).as(fault).isZero();
        }
        assertThat(number).isGreaterThan(5);
    }

    @Test
    void theLoadOfTheMachineIsMeasuredAgain() {
        for (int number = 1; number <= 40; number++) {
            SimulatedClient client = new SimulatedClient(
                    1, null, QUIET.withNodeTelemetry(true), SimulatedClient.Disk.memory(new MemoryStateStore()));
            client.start();
            client.env.failCall(number);
            client.runFor(Duration.ofMinutes(3));
            assertThat(client.env.failsLater()).isFalse();
            int before = client.combiner.records().size();
            client.runFor(Duration.ofMinutes(3));

            assertThat(client.combiner.records().size())
                    .as("the fault of call %s", number)
                    .isGreaterThan(before);
        }
    }

    /** More than the client keeps in memory, so that it has to be read from the store. */
    @Test
    void aRouteGoesOnAfterAStoreThatThrowsInsteadOfReading() {
        String text = "x".repeat(1_000_000);
        boolean[] broken = {false};
        SimulatedClient client = clientWhoseStoreThrows(broken);
        List<Delivery> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(client.runtime.log().sendStatus(text));
        }
        client.runFor(Duration.ofSeconds(1));
        broken[0] = true;
        client.start();
        allDelivered(client, 1, all);

        assertThat(broken[0]).isFalse();
    }

    @Test
    void theRecordsOfAnEarlierRunAreReadFromAStoreThatThrewFirst() {
        boolean[] broken = {false};
        SimulatedClient client = clientWhoseStoreThrows(broken);
        client.runtime.log().sendStatus("line");
        client.runFor(Duration.ofSeconds(1));
        client.env.failCall(0);
        broken[0] = true;
        client.killAndRestart();
        client.runFor(Duration.ofMinutes(1));

        assertThat(broken[0]).isFalse();
        assertThat(client.combiner.records(RecordBody.StatusLine.class)).hasSize(1);
    }

    /** The next time that it is to read something, if that is wanted. */
    private static SimulatedClient clientWhoseStoreThrows(boolean[] wanted) {
        return new SimulatedClient(
                new Callbacks(),
                1,
                adapters -> StoreProxy.reading(adapters, () -> {
                    if (wanted[0]) {
                        wanted[0] = false;
                        throw new OutOfMemoryError("Java heap space (made up)");
                    }
                }));
    }

    private static CompletableFuture<?> greeted(SimulatedClient client) {
        return client.runtime
                .initGrpcHandler(GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT))
                .toCompletableFuture();
    }

    private static List<Delivery> logged(SimulatedClient client, String text) {
        return List.of(
                client.runtime.log().logTelemetry(text, Map.of("t", 1)),
                client.runtime
                        .log()
                        .logMetric(
                                Map.of(text, 1), LogOptions.defaults().withContext(LoggingContext.of("m", "r", "s"))),
                client.runtime.log().logAttributes(Map.of(text, "a")),
                client.runtime.log().sendStatus(text));
    }

    private static void allDelivered(SimulatedClient client, int number, List<Delivery> deliveries) {
        runUntilOrForAMinute(
                client,
                () -> deliveries.stream()
                        .allMatch(one -> one.outcome().toCompletableFuture().isDone()));
        for (Delivery delivery : deliveries) {
            assertThat(delivery.outcome().toCompletableFuture())
                    .as("the fault of call %s", number)
                    .isCompletedWithValue(new Outcome.Delivered());
        }
    }

    @Test
    void aTaskThatCannotBeEndedIsShownByHealthAndEndedLater() {
        SimulatedClient client = client();
        client.combiner.deliver(custom("c", "t"));
        client.runUntil(() -> client.env.callbacks() == 1);

        client.env.failCall(-1);
        client.runFor(Duration.ofSeconds(30));
        Health broken = health(client);
        client.env.failNoCall();
        client.runUntilDone("t");
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);

        assertThat(broken.stuckTasks()).containsExactly("t");
        assertThat(broken.ready()).isFalse();
        assertThat(health(client).stuckTasks()).isEmpty();
        assertThat(health(client).ready()).isTrue();
    }

    @Test
    void endsThatCannotBeNotedAreSaidOnceAndGivenUpWithTheClient() {
        SimulatedClient client = client();
        client.combiner.deliver(custom("c", "t"));
        client.combiner.deliver(train("u", "m"));
        client.runUntil(() -> client.env.callbacks() == 2);
        try (LogLines log = new LogLines()) {
            client.env.failCall(-1);
            client.runFor(Duration.ofSeconds(30));
            assertThat(health(client).stuckTasks()).containsExactlyInAnyOrder("t", "u");
            client.close(Duration.ofSeconds(3));

            assertThat(log.with("could not be noted")).hasSize(1);
        }
        client.runFor(Duration.ofMinutes(1));
        long steps = client.env.stepsTaken();
        client.runFor(Duration.ofHours(1));

        assertThat(client.env.stepsTaken())
                .as("nothing happens but the end of the hour")
                .isEqualTo(steps + 1);
    }

    @Test
    void aLoggingProviderThatThrowsHarmsNoTask() {
        SimulatedClient client = client();
        PrintStream former = System.err;
        System.setErr(new PrintStream(former, true, StandardCharsets.UTF_8) {

            private final Thread mine = Thread.currentThread();

            @Override
            public void println(String line) {
                if (Thread.currentThread() == mine) {
                    throw new IllegalStateException("no line can be logged");
                }
                super.println(line);
            }
        });
        try {
            client.combiner.deliver(custom("broken", "t"));
            client.runUntilDone("t");
            client.combiner.deliver(TaskRequest.of("", "nameless"));
            client.combiner.deliver(TaskRequest.of("unknown", "Scaleout_Nonsense"));
            client.combiner.deliver(train("no model", "unknown"));
            client.runUntilDone("no model");
            client.combiner.deliver(train("next", "m"));
            client.runUntilDone("next");
        } finally {
            System.setErr(former);
        }

        assertThat(status(client, "t")).isEqualTo("FAILED");
        assertThat(status(client, "unknown")).isEqualTo("FAILED");
        assertThat(status(client, "no model")).isEqualTo("FAILED");
        assertThat(status(client, "next")).isEqualTo("COMPLETED");
    }
}
