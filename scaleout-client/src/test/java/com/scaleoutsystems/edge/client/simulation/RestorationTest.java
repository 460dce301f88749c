package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import com.scaleoutsystems.edge.client.internal.state.BlobStore;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client begins with many records of an earlier run, whose rows are read slowly, in virtual time. */
class RestorationTest {

    private static final ReportingSettings QUIET = ReportingSettings.defaults().withNodeTelemetry(false);

    /** The least number of slices that these rows are read in is 10. */
    private static final int MANY = 5_000;

    /** How long a slice of rows takes. */
    private static final Duration SLICE = Duration.ofSeconds(1);

    private static final EdgeException AWAY = new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);

    private final MemoryStateStore rows = new MemoryStateStore();
    private final SimulatedDisk models = new SimulatedDisk();
    private @Nullable EdgeException reading;
    private int slices;

    /** A disk that keeps rows and models, and needs a while to read some rows. */
    private final class SlowDisk implements SimulatedClient.Disk {

        @Override
        public StateStore store(VirtualEnv env) {
            return new SlowStore(env);
        }

        @Override
        public BlobStore blobs() {
            return models.blobs();
        }
    }

    private final class SlowStore implements StateStore {

        private final VirtualEnv env;

        SlowStore(VirtualEnv env) {
            this.env = env;
        }

        @Override
        public boolean isDurable() {
            return true;
        }

        @Override
        public void load(String identity, Table table, Consumer<Row> to) {
            rows.load(identity, table, to);
        }

        @Override
        public void keys(String identity, Table table, ObjIntConsumer<String> to) {
            rows.keys(identity, table, to);
        }

        @Override
        public CompletionStage<Map<String, String>> read(String identity, Table table, Collection<String> keys) {
            EdgeException failure = reading;
            slices++;
            CompletableFuture<Map<String, String>> found = new CompletableFuture<>();
            env.schedule(SLICE, () -> {
                if (failure == null) {
                    found.complete(rows.read(identity, table, keys)
                            .toCompletableFuture()
                            .join());
                } else {
                    found.completeExceptionally(failure);
                }
            });
            return found;
        }

        @Override
        public CompletionStage<@Nullable Void> commit(String identity, Batch batch) {
            return rows.commit(identity, batch);
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void closeDisk() {
        models.close();
    }

    private SimulatedClient client(ReportingSettings reporting) {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> TrainResult.of(model("update-" + task.request().correlationId(), 1), 10),
                reporting,
                new SlowDisk());
        client.combiner.addModel("m", 0);
        return client;
    }

    private SimulatedClient clientWithLines(ReportingSettings reporting) {
        SimulatedClient client = client(reporting);
        for (int i = 0; i < MANY; i++) {
            client.runtime.log().sendStatus("line " + i);
        }
        client.runFor(Duration.ofSeconds(1));
        return client;
    }

    private static Health health(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join();
    }

    private static long waiting(Health health) {
        return health.unread()
                + health.queues().values().stream()
                        .mapToLong(QueueHealth::records)
                        .sum();
    }

    private static List<String> lines(SimulatedClient client) {
        return client.combiner.records(RecordBody.StatusLine.class).stream()
                .map(RecordBody.StatusLine::text)
                .toList();
    }

    private static List<String> expected(int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add("line " + i);
        }
        return lines;
    }

    @Test
    void sendingBeginsWithTheFirstRowsWhileTheOthersAreRead() {
        SimulatedClient client = clientWithLines(QUIET);

        client.killAndRestart();
        assertThat(waiting(health(client))).isEqualTo(MANY);
        client.runUntil(() -> !client.combiner.records().isEmpty());

        Health first = health(client);
        assertThat(first.unread()).isGreaterThan(MANY / 2);
        assertThat(waiting(first) + first.sent()).isEqualTo(MANY);
        client.runUntil(() -> client.combiner.records().size() == MANY);
        assertThat(lines(client)).isEqualTo(expected(MANY));
        client.runFor(Duration.ofSeconds(10));
        assertThat(health(client).unread()).isZero();
        assertThat(waiting(health(client))).isZero();
        assertThat(new IdentityRows(rows, "client-1").load(Table.OUTBOX)).isEmpty();
    }

    @Test
    void aClientThatTakesNoTasksYetIsNotReady() {
        SimulatedClient client = clientWithLines(QUIET);

        reading = AWAY;
        client.killAndRestart();
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofMinutes(1));
        Health before = health(client);
        assertThat(before.unread()).isEqualTo(MANY);
        assertThat(before.live()).isTrue();
        assertThat(before.ready()).isFalse();

        reading = null;
        client.runUntilDone("t");
        assertThat(health(client).ready()).isTrue();
    }

    @Test
    void newRecordsKeepTheirPlaceBehindThoseThatAreNotReadYet() {
        SimulatedClient client = clientWithLines(QUIET);

        client.killAndBuild();
        Delivery last = client.runtime.log().sendStatus("line " + MANY);
        client.await(last.stored());
        assertThat(last.stored().toCompletableFuture().join()).isEqualTo(Delivery.Stored.DURABLE);
        client.start();
        Delivery newest = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.await(newest.outcome());
        assertThat(health(client).unread())
                .as("the newest of its class goes first")
                .isPositive();

        client.await(last.outcome());

        assertThat(lines(client)).isEqualTo(expected(MANY + 1));
    }

    @Test
    void whatIsNotReadYetTakesRoom() {
        SimulatedClient client = clientWithLines(QUIET.withMaxQueuedRecords(MANY + 1));

        client.killAndBuild();
        Delivery fits = client.runtime.log().sendStatus("fits");
        Delivery late = client.runtime.log().sendStatus("late");
        client.await(late.outcome());

        assertThat(late.outcome().toCompletableFuture().join()).isEqualTo(new Outcome.Dropped(DropReason.QUEUE_FULL));
        assertThat(fits.outcome().toCompletableFuture()).isNotDone();
        client.start();
        client.await(fits.outcome());
        Delivery later = client.runtime.log().sendStatus("later");
        client.await(later.outcome());
        assertThat(later.outcome().toCompletableFuture().join().isDelivered())
                .as("all room was given back")
                .isTrue();
    }

    @Test
    void flushWaitsForWhatIsNotReadYetToo() {
        SimulatedClient client = clientWithLines(QUIET);
        client.killAndRestart();

        CompletableFuture<FlushResult> shortly =
                client.runtime.flush(Duration.ofSeconds(1)).toCompletableFuture();
        client.await(shortly);
        assertThat(shortly.join().sent() + shortly.join().remaining()).isEqualTo(MANY);
        CompletableFuture<FlushResult> whole =
                client.runtime.flush(Duration.ofHours(1)).toCompletableFuture();
        client.await(whole);

        assertThat(whole.join().remaining()).isZero();
        assertThat(lines(client)).isEqualTo(expected(MANY));
    }

    @Test
    void aCloseInTheMiddleKeepsTheRest() {
        SimulatedClient client = clientWithLines(QUIET);
        client.killAndRestart();
        client.runUntil(() -> !client.combiner.records().isEmpty());
        try (LogLines log = new LogLines()) {
            client.close(Duration.ofSeconds(1));

            int left = new IdentityRows(rows, "client-1").load(Table.OUTBOX).size();
            assertThat(left).isPositive();
            assertThat(log.with(left + " records were not sent before the client was closed: " + left + " are kept"))
                    .hasSize(1);
        }
        int read = slices;
        client.runFor(Duration.ofMinutes(1));
        assertThat(slices).as("a client that is closed reads nothing more").isEqualTo(read);

        client.killAndRestart();
        client.runUntil(() -> client.combiner.records().size() >= MANY);

        assertThat(lines(client)).isEqualTo(expected(MANY));
    }

    @Test
    void tasksWhoseResultsAreNotReadYetAreNotToldFailedAndTheirModelsStay() {
        SimulatedClient client = client(QUIET);
        client.start();
        client.combiner.failAlways("upload", AWAY);
        client.combiner.failAlways("StatusLine", AWAY);
        for (int i = 0; i < MANY; i++) {
            client.runtime.log().sendStatus("line " + i);
        }
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("upload") >= 1);

        client.killAndRestart();
        client.combiner.deliver(train("new", "m"));
        client.runUntil(() -> health(client).unread() < MANY / 2);
        assertThat(client.combiner.doneReports()).isEmpty();
        assertThat(client.env.callbacks())
                .as("no new task as long as it is not known which ids are taken")
                .isEqualTo(1);
        client.runUntil(() -> health(client).unread() == 0);
        client.combiner.workAgain();
        client.runUntilDone("t");
        client.runUntilDone("new");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.doneReports().get("new").get(0).status()).isEqualTo("COMPLETED");
        assertThat(client.env.callbacks()).isEqualTo(2);
    }

    @Test
    void rowsThatCannotBeUnderstoodAreCountedAndHoldUpNothing() {
        SimulatedClient client = clientWithLines(QUIET);
        IdentityRows all = new IdentityRows(rows, "client-1");
        List<Row> stored = all.load(Table.OUTBOX);
        Batch damage = new Batch();
        for (int i = 100; i < MANY; i += 1_000) {
            damage.put(Table.OUTBOX, stored.get(i).key(), "{\"v\": 2}");
        }
        int damaged = damage.puts().size();
        var unused = all.commit(damage);

        client.killAndRestart();
        CompletableFuture<FlushResult> flushed =
                client.runtime.flush(Duration.ofHours(1)).toCompletableFuture();
        client.await(flushed);

        assertThat(flushed.join().remaining()).isZero();
        assertThat(lines(client)).hasSize(MANY - damaged);
        assertThat(health(client).dropped()).isEqualTo(Map.of(DropReason.UNREADABLE, (long) damaged));
        assertThat(all.load(Table.OUTBOX)).isEmpty();
        assertThat(all.load(Table.SET_ASIDE)).hasSize(damaged);
    }

    @Test
    void aDiskThatCannotBeReadForAWhileDelaysTheRestAndLosesNothing() {
        SimulatedClient client = clientWithLines(QUIET);
        client.killAndRestart();
        client.runUntil(() -> client.combiner.records().size() >= 10);
        reading = new EdgeException(ErrorCode.IO, "input/output error", null, true, 1);
        try (LogLines log = new LogLines()) {
            client.runFor(Duration.ofMinutes(5));
            assertThat(log.with("cannot be read; the client tries again")).hasSize(1);
        }
        assertThat(health(client).unread()).isPositive();
        Delivery line = client.runtime.log().sendStatus("line " + MANY);

        reading = null;
        client.await(line.outcome());

        assertThat(lines(client)).isEqualTo(expected(MANY + 1));
    }

    @Test
    void recordsAreTooOldByTheSameRulesAsIfAllWereReadAtOnce() {
        ReportingSettings shortLived = QUIET.withPriorityClasses(
                List.of(PriorityClass.of(PriorityClass.ARTIFACT, 20).withMaxAge(Duration.ofHours(2))));
        SimulatedClient client = clientWithLines(shortLived);
        client.killAndBuild();
        client.runFor(Duration.ofMinutes(59));
        assertThat(health(client).dropped()).isEmpty();
        client.runFor(Duration.ofMinutes(90));

        assertThat(health(client).dropped()).isEqualTo(Map.of(DropReason.EXPIRED, (long) MANY));
        assertThat(new IdentityRows(rows, "client-1").load(Table.OUTBOX)).isEmpty();
    }
}
