package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole client on a disk that loses power, is full or holds garbage, in virtual time. */
@Tag("once")
class DiskTest {

    private static final int POINTS = 200;
    private static final ReportingSettings QUIET = ReportingSettings.defaults().withNodeTelemetry(false);
    private static final EdgeException AWAY = new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);
    private static final int KIBIBYTE = 1 << 10;

    /** The ledger's bound of answers. */
    private static final int ANSWERS = 8 << 20;

    private final Map<String, Integer> trained = new HashMap<>();

    private final TrainCallback training = (model, task) -> {
        String id = task.request().correlationId();
        trained.merge(id, 1, Integer::sum);
        return TrainResult.of(model("update-" + id, 1), 10);
    };

    private SimulatedClient client(long seed, ReportingSettings reporting, SimulatedDisk disk) {
        SimulatedClient client = new SimulatedClient(seed, training, reporting, disk);
        client.combiner.addModel("m", 0);
        return client;
    }

    private static Delivery.Stored stored(SimulatedClient client, Delivery delivery) {
        client.await(delivery.stored());
        return delivery.stored().toCompletableFuture().join();
    }

    @Test
    void whereverThePowerFailsWhatWasPromisedHolds() {
        int cutInATask = 0;
        int promised = 0;
        int repeats = 0;
        for (long point = 1; point <= POINTS; point++) {
            Random random = new Random(point);
            DiskTest test = new DiskTest();
            try (SimulatedDisk disk = new SimulatedDisk()) {
                SimulatedClient client = test.client(point, QUIET, disk);
                client.start();
                List<Delivery> deliveries = new ArrayList<>();
                disk.disk().cutPowerAfter(10 + random.nextInt(200));
                for (int step = 0; !disk.disk().isWithoutPower(); step++) {
                    if (step % 20 == 0) {
                        client.combiner.deliver(train("t" + step, "m"));
                    }
                    deliveries.add(client.runtime.log().logTelemetry("t", Map.of("step", step)));
                    deliveries.add(client.runtime.log().sendStatus("line " + step));
                    long end = client.env.nanos() + random.nextInt(300_000_000);
                    client.runUntil(
                            () -> client.env.nanos() >= end || disk.disk().isWithoutPower());
                }
                Set<String> stored = new HashSet<>();
                for (Delivery delivery : deliveries) {
                    if (delivery.stored().toCompletableFuture().getNow(Delivery.Stored.NOT_STORED)
                            == Delivery.Stored.DURABLE) {
                        stored.add(delivery.id());
                    }
                }
                cutInATask +=
                        client.env.callbacks() > client.combiner.doneReports().size() ? 1 : 0;
                disk.losePower(random);
                client.killAndRestart();
                client.runFor(Duration.ofMinutes(2));

                test.trained.keySet().forEach(task -> client.combiner.deliver(train(task, "m")));
                client.runFor(Duration.ofMinutes(2));

                String what = "point " + point;
                List<String> came = client.combiner.recordIds();
                assertThat(new HashSet<>(came)).as(what).containsAll(stored);
                assertThat(test.trained.values()).as(what).allMatch(times -> times == 1);
                assertTasksEnded(client, what);
                assertThat(client.combiner.doneReports().keySet()).as(what).containsAll(test.trained.keySet());
                promised += stored.size();
                repeats += came.size() - new HashSet<>(came).size();
            }
        }
        System.out.printf(
                "%d power cuts, %d of them with a task under way: %d records promised, all came, %d repeats%n",
                POINTS, cutInATask, promised, repeats);
        assertThat(cutInATask).as("the case was met").isGreaterThan(POINTS / 10);
        assertThat(promised).isGreaterThan(POINTS * 10);
    }

    private static void assertTasksEnded(SimulatedClient client, String what) {
        Set<String> updates = new HashSet<>();
        client.combiner.records(RecordBody.ModelUpdate.class).forEach(update -> updates.add(update.correlationId()));
        client.combiner.doneReports().forEach((task, reports) -> {
            Set<String> ends = new HashSet<>();
            reports.forEach(report -> ends.add(report.status()));
            assertThat(ends).as("%s: the end of %s", what, task).hasSize(1);
            assertThat(ends.contains("COMPLETED"))
                    .as("%s: the update of %s came", what, task)
                    .isEqualTo(updates.contains(task));
        });
    }

    @Test
    void onAFullDiskRecordsAreRefusedWithTheReasonAndTrainingGoesOn() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            disk.disk().full(true);

            Delivery refused = client.runtime.log().logTelemetry("t", Map.of("value", 1));
            client.combiner.deliver(train("t", "m"));
            client.runUntilDone("t");

            assertThat(stored(client, refused)).isEqualTo(Delivery.Stored.NOT_STORED);
            assertThat(refused.outcome().toCompletableFuture().join())
                    .isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                        assertThat(rejected.error().code()).isEqualTo(ErrorCode.IO);
                        assertThat(rejected.error()).hasMessageContaining("No space left on device");
                    });
            assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);

            disk.disk().full(false);
            client.runFor(Duration.ofSeconds(5));
            Delivery kept = client.runtime.log().logTelemetry("t", Map.of("value", 2));
            assertThat(stored(client, kept)).isEqualTo(Delivery.Stored.DURABLE);
        }
    }

    @Test
    void aTaskThatEndedWhileTheDiskWasFullIsNotRunAgainAfterARestart() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.env.callbacks() == 1);
            disk.disk().full(true);
            client.runUntilDone("t");
            client.runFor(Duration.ofSeconds(5));
            disk.disk().full(false);
            client.runFor(Duration.ofSeconds(5));
            assertThat(stored(client, client.runtime.log().sendStatus("later"))).isEqualTo(Delivery.Stored.DURABLE);

            client.killAndRestart();
            client.combiner.deliver(train("t", "m"));
            client.runFor(Duration.ofMinutes(2));

            assertThat(trained).containsExactly(Map.entry("t", 1));
            assertThat(client.combiner.doneReports().get("t"))
                    .isNotEmpty()
                    .allMatch(report -> report.status().equals("COMPLETED"));
            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
        }
    }

    @Test
    void aTaskThatWasToldCompletedWhileTheDiskWasFullIsNotToldFailedAfterARestart() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.env.callbacks() == 1);
            client.combiner.goAway();
            client.runFor(Duration.ofMinutes(1));
            disk.disk().full(true);
            client.combiner.comeBack();
            client.runUntilDone("t");
            client.runFor(Duration.ofSeconds(5));
            disk.disk().full(false);
            client.killAndRestart();
            client.runFor(Duration.ofMinutes(2));

            assertThat(client.combiner.doneReports().get("t"))
                    .hasSizeGreaterThan(1)
                    .allMatch(report -> report.status().equals("COMPLETED"));
            assertThat(trained).containsExactly(Map.entry("t", 1));
        }
    }

    @Test
    void theModelOfAnUpdateThatAFullDiskDidNotGiveUpGoesWhenThereIsRoomAgain() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.env.callbacks() == 1);
            client.combiner.goAway();
            client.runFor(Duration.ofMinutes(1));
            disk.disk().full(true);
            client.combiner.comeBack();
            client.runUntilDone("t");
            client.runFor(Duration.ofSeconds(5));
            assertThat(disk.pinned()).as("as long as the row is there").isEqualTo(1);
            assertThat(stored(client, client.runtime.log().sendStatus("refused")))
                    .isEqualTo(Delivery.Stored.NOT_STORED);
            assertThat(disk.pinned()).as("after one more failure").isEqualTo(1);

            disk.disk().full(false);
            client.runFor(Duration.ofSeconds(5));
            assertThat(stored(client, client.runtime.log().sendStatus("later"))).isEqualTo(Delivery.Stored.DURABLE);
            client.runFor(Duration.ofSeconds(5));

            assertThat(disk.pinned()).as("when the row has gone").isZero();
        }
    }

    @Test
    void whatIsLoggedRightBeforeTheCloseIsKept() {
        try (SimulatedDisk disk = new SimulatedDisk();
                LogLines log = new LogLines()) {
            SimulatedClient client = client(1, QUIET, disk);
            List<Delivery> last = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                last.add(client.runtime.log().sendStatus("last"));
            }
            client.runtime.close(Duration.ofSeconds(1));
            client.runUntil(() -> client.runtime.state() == ClientState.CLOSED);

            assertThat(last)
                    .allSatisfy(delivery -> assertThat(delivery.outcome().toCompletableFuture())
                            .isCompletedWithValue(new Outcome.Kept()));
            assertThat(log.with("5 records were not sent before the client was closed: 5 are kept"))
                    .hasSize(1);
        }
    }

    @Test
    void anUpdateWhoseModelIsInMemoryOnlyIsNoPromise() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            disk.takeNoModels();
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.env.callbacks() == 1);
            client.combiner.goAway();
            client.runFor(Duration.ofMinutes(1));

            client.combiner.comeBack();
            client.killAndRestart();
            client.runUntilDone("t");

            assertThat(client.combiner.doneReports().get("t").get(0).response()).contains("client restarted");
            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).isEmpty();
        }
    }

    @Test
    void whatIsSetAsideInOneRunIsNotOverwrittenByTheNext() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            for (int life = 0; life < 3; life++) {
                client.combiner.failNext("text=bad", new EdgeException(ErrorCode.INVALID_ARGUMENT, "not wanted"));
                client.await(client.runtime.log().sendStatus("bad " + life).outcome());
                client.killAndRestart();
            }

            IdentityRows rows = new IdentityRows(disk.store(client.env), "client-1");
            assertThat(rows.load(Table.SET_ASIDE))
                    .extracting(Row::value)
                    .hasSize(3)
                    .allMatch(row -> row.contains("not wanted"));
        }
    }

    /** A machine that was off for longer than records may wait, or whose clock was wrong when they were logged. */
    @Test
    void whatWasLoggedLongBeforeTheStartIsTriedBeforeItExpires() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            for (int i = 0; i < 1_000; i++) {
                client.combiner.failNext("StatusLine", AWAY);
            }
            Delivery old = client.runtime.log().sendStatus("old");
            assertThat(stored(client, old)).isEqualTo(Delivery.Stored.DURABLE);
            client.env.kill();
            for (int hour = 0; hour < 30 * 24; hour++) {
                client.runFor(Duration.ofHours(1));
            }

            client.killAndRestart();
            client.runFor(Duration.ofMinutes(50));
            assertThat(dropped(client)).isEmpty();
            client.killAndRestart();
            client.runFor(Duration.ofMinutes(70));
            assertThat(dropped(client)).isEqualTo(Map.of(DropReason.EXPIRED, 1L));
        }
    }

    private static Map<DropReason, Long> dropped(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join().dropped();
    }

    @Test
    void resultsThatAFullDiskRefusedArriveHoweverMuchWaitsInMemory() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            client.combiner.goAway();
            String line = "x".repeat(100 * KIBIBYTE);
            for (int i = 0; i < 120; i++) {
                client.runtime.log().sendStatus(line);
            }
            client.runFor(Duration.ofSeconds(5));
            client.combiner.comeBack();
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.env.callbacks() == 1);
            disk.disk().full(true);
            client.combiner.goAway();
            client.runFor(Duration.ofMinutes(3));
            client.combiner.comeBack();
            client.runUntilDone("t");

            assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
        }
    }

    @Test
    void aClientOnADamagedStateFileStartsAndWorks() {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, QUIET, disk);
            client.start();
            for (int life = 0; life < 3; life++) {
                byte[] damaged = life == 0
                        ? "garbage".repeat(5_000).getBytes(StandardCharsets.UTF_8)
                        : disk.disk().read("state.mv");
                damaged[damaged.length / 2] ^= 1;
                disk.disk().write("state.mv", damaged);
                client.killAndRestart();
                String task = "t" + life;
                client.combiner.deliver(train(task, "m"));
                client.runUntilDone(task);

                Delivery kept = client.runtime.log().logTelemetry("t", Map.of("life", life));
                assertThat(stored(client, kept)).isEqualTo(Delivery.Stored.DURABLE);
                assertThat(client.combiner.doneReports().get(task).get(0).status())
                        .isEqualTo("COMPLETED");
            }
        }
    }

    /**
     * Telemetry, metrics, attributes, lines, trainings and custom tasks with long answers for a day, with outages, one of them longer
     * than there is room for.
     */
    @Test
    void aDayOfTrafficLeavesTheStoreWithinItsBounds() {
        int bound = 4 << 20;
        ReportingSettings reporting = ReportingSettings.defaults().withMaxQueuedBytes(bound);
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = client(1, reporting, disk);
            client.runtime.callbacks().custom("c", (parameters, task) -> "x".repeat(200 * KIBIBYTE));
            client.start();
            LoggingContext context = LoggingContext.of("m", "1", "session");
            long largest = 0;
            int dropped = 0;
            List<Delivery> deliveries = new ArrayList<>();
            for (int minute = 0; minute < 24 * 60; minute++) {
                int hour = minute / 60;
                if (minute % 60 == 0 && (hour == 3 || hour == 9)) {
                    client.combiner.goAway();
                } else if (minute % 60 == 0 && (hour == 4 || hour == 15)) {
                    client.combiner.comeBack();
                }
                if (minute % 10 == 0) {
                    client.combiner.deliver(train("t" + minute, "m"));
                    client.combiner.deliver(
                            TaskRequest.of("c" + minute, "Custom_c").withData("{}"));
                }
                deliveries.add(client.runtime.log().logAttributes(Map.of("minute", minute)));
                deliveries.add(client.runtime
                        .log()
                        .logMetric(Map.of("loss", 1), LogOptions.defaults().withContext(context)));
                for (int i = 0; i < 12; i++) {
                    deliveries.add(client.runtime.log().logTelemetry("load", Map.of("text", "x".repeat(KIBIBYTE))));
                    deliveries.add(client.runtime.log().sendStatus("line"));
                    client.runFor(Duration.ofSeconds(5));
                }
                largest = Math.max(largest, disk.disk().size("state.mv"));
            }
            client.runFor(Duration.ofMinutes(30));

            for (Delivery delivery : deliveries) {
                assertThat(delivery.outcome().toCompletableFuture()).isDone();
                dropped += delivery.outcome().toCompletableFuture().join().isDelivered() ? 0 : 1;
            }
            System.out.printf(
                    "a day: %,d records, %,d of them dropped for lack of room, the file %,d bytes at most, %,d at the end%n",
                    deliveries.size(), dropped, largest, disk.disk().size("state.mv"));
            assertThat(dropped).as("the bound was met").isPositive();
            // What waits, the answers that the ledger keeps, and as much again twice before the file is rewritten.
            assertThat(largest).isLessThan(4L * (bound + ANSWERS));
            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSizeGreaterThan(100);
            assertThat(disk.pinned()).as("models that were acknowledged").isZero();
            assertThat(disk.disk().names()).containsExactly("state.mv");
        }
    }
}
