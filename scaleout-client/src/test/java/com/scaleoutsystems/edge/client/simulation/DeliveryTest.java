package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Classes, bounds, flush, health, link quality and what the client reports of itself, in virtual time. */
class DeliveryTest {

    private static final ReportingSettings QUIET = ReportingSettings.defaults().withNodeTelemetry(false);

    private static SimulatedClient client(ReportingSettings reporting) {
        return new SimulatedClient(
                1,
                (model, task) -> TrainResult.of(model("update", 1), 10),
                reporting,
                SimulatedClient.Disk.memory(new MemoryStateStore()));
    }

    private static <T> T get(SimulatedClient client, CompletionStage<T> stage) {
        client.await(stage);
        return stage.toCompletableFuture().join();
    }

    private static void assertRefused(
            SimulatedClient client, CompletionStage<?> change, ErrorCode code, String message) {
        CompletableFuture<?> asked = change.toCompletableFuture();
        client.runUntil(asked::isDone);
        assertThat(asked)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        EdgeException.class, error -> assertThat(error.code()).isEqualTo(code))
                .withMessageContaining(message);
    }

    private static Delivery line(SimulatedClient client, String text) {
        return client.runtime.log().sendStatus(text);
    }

    private static Health health(SimulatedClient client) {
        return get(client, client.runtime.health());
    }

    @Test
    void theHigherClassGoesFirstAndTheLowestDoesNotStarve() {
        SimulatedClient client = client(QUIET);
        client.runtime
                .log()
                .logAttributes(Map.of("low", 0), LogOptions.defaults().withPriorityClass("nobody"));
        for (int i = 0; i < 40; i++) {
            client.runtime
                    .log()
                    .logAttributes(Map.of("high" + i, i), LogOptions.defaults().withPriorityClass(PriorityClass.ALERT));
        }
        client.start();
        client.runUntil(() -> client.combiner.records().size() == 41);

        List<String> keys = client.combiner.records(RecordBody.Attribute.class).stream()
                .map(RecordBody.Attribute::key)
                .toList();
        assertThat(keys.subList(0, 10)).allMatch(key -> key.startsWith("high"));
        assertThat(keys.indexOf("low")).isBetween(10, 20);
    }

    @Test
    void classesCanBeAddedReplacedAndRemovedWhileTheClientRuns() {
        SimulatedClient client = client(QUIET);
        client.start();
        client.combiner.goAway();
        get(client, client.runtime.priorityClasses().add(PriorityClass.of("mine", 90)));
        client.runtime
                .log()
                .logTelemetry("t", Map.of("value", 1), LogOptions.defaults().withPriorityClass("mine"));
        client.runFor(Duration.ofSeconds(1));
        assertThat(health(client).queues().get("mine").records()).isEqualTo(1);
        assertThat(get(client, client.runtime.priorityClasses().all()))
                .extracting(PriorityClass::name)
                .contains("mine");

        assertRefused(
                client,
                client.runtime.priorityClasses().add(PriorityClass.of("mine", 90)),
                ErrorCode.ALREADY_EXISTS,
                "there is a priority class mine already");
        assertRefused(
                client,
                client.runtime.priorityClasses().replace(PriorityClass.of("other", 90)),
                ErrorCode.NOT_FOUND,
                "there is no priority class other");
        assertRefused(
                client,
                client.runtime.priorityClasses().remove("mine"),
                ErrorCode.FAILED_PRECONDITION,
                "holds 1 records");
        int moved = get(client, client.runtime.priorityClasses().mergeIntoDefault("mine"));
        assertThat(moved).isEqualTo(1);

        client.combiner.comeBack();
        client.runUntil(() -> !client.combiner.records().isEmpty());
    }

    @Test
    void whatHasNoRoomIsDroppedCountedAndReported() {
        SimulatedClient client = client(QUIET.withMaxQueuedRecords(10));
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            deliveries.add(line(client, "line " + i));
        }
        for (Delivery late : deliveries.subList(10, 15)) {
            assertThat(get(client, late.stored())).isEqualTo(Delivery.Stored.NOT_STORED);
            assertThat(get(client, late.outcome())).isEqualTo(new Outcome.Dropped(DropReason.QUEUE_FULL));
        }
        assertThat(health(client).dropped()).isEqualTo(Map.of(DropReason.QUEUE_FULL, 5L));
    }

    @Test
    void aClassThatSaysSoDropsItsOldestForItsNewest() {
        SimulatedClient client = client(QUIET.withPriorityClasses(List.of(
                PriorityClass.of(PriorityClass.ARTIFACT, 20).withMaxRecords(3).withDropsOldest(true))));
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            deliveries.add(line(client, "line " + i));
            client.runFor(Duration.ofMillis(10));
        }
        assertThat(get(client, deliveries.get(0).outcome())).isEqualTo(new Outcome.Dropped(DropReason.DISPLACED));
        assertThat(get(client, deliveries.get(1).outcome())).isEqualTo(new Outcome.Dropped(DropReason.DISPLACED));
        client.start();
        client.runUntil(() -> client.combiner.records().size() == 3);
    }

    @Test
    void resultsOfTasksAreNotDroppedForNewerRecords() {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> TrainResult.of(model("update", 1), 10),
                QUIET.withPriorityClasses(List.of(PriorityClass.of(PriorityClass.MODEL_UPDATE, 70)
                        .withMaxRecords(3)
                        .withDropsOldest(true))),
                SimulatedClient.Disk.memory(new MemoryStateStore()));
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.goAway();
        client.runFor(Duration.ofSeconds(10));
        for (int i = 0; i < 10; i++) {
            client.runtime
                    .log()
                    .logTelemetry(
                            "t",
                            Map.of("value", i),
                            LogOptions.defaults().withPriorityClass(PriorityClass.MODEL_UPDATE));
        }
        client.runFor(Duration.ofSeconds(10));
        client.combiner.comeBack();
        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
    }

    @Test
    void whatIsTooOldExpires() {
        SimulatedClient client = client(QUIET.withPriorityClasses(
                List.of(PriorityClass.of(PriorityClass.ARTIFACT, 20).withMaxAge(Duration.ofMinutes(10)))));
        client.start();
        client.combiner.goAway();
        Delivery delivery = line(client, "old");
        client.runFor(Duration.ofMinutes(9));
        assertThat(delivery.outcome().toCompletableFuture()).isNotDone();

        assertThat(get(client, delivery.outcome())).isEqualTo(new Outcome.Dropped(DropReason.EXPIRED));
    }

    @Test
    void flushSaysWhatWasSentWhatRemainsAndWhatWasRefused() {
        SimulatedClient client = client(QUIET);
        client.start();
        client.combiner.failNext("text=bad", new EdgeException(ErrorCode.INVALID_ARGUMENT, "not wanted"));
        line(client, "good");
        line(client, "bad");
        FlushResult all = get(client, client.runtime.flush(Duration.ofMinutes(1)));
        assertThat(all).isEqualTo(FlushResult.of(1, 0).withRejected(1));

        client.combiner.goAway();
        line(client, "later");
        long before = client.env.nanos();
        FlushResult nothing = get(client, client.runtime.flush(Duration.ofSeconds(20)));
        assertThat(nothing).isEqualTo(FlushResult.of(0, 1));
        assertThat(Duration.ofNanos(client.env.nanos() - before))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
    }

    @Test
    void flushTriesWhatHasSteppedAsideToo() {
        SimulatedClient client = client(QUIET);
        client.start();
        for (int i = 0; i < 6; i++) {
            client.combiner.failNext("text=odd", new EdgeException(ErrorCode.INTERNAL, "not now", null, true, 1));
        }
        Delivery odd = line(client, "odd");
        // By now it waits for minutes.
        client.runUntil(() -> client.combiner.calls("text=odd") == 6);
        client.runFor(Duration.ofSeconds(1));
        assertThat(odd.outcome().toCompletableFuture()).isNotDone();

        assertThat(get(client, client.runtime.flush(Duration.ofSeconds(5)))).isEqualTo(FlushResult.of(1, 0));
    }

    @Test
    void aModelThatTheServerHasLostBeforeItsAnnouncementIsUploadedAgain() {
        SimulatedClient client = client(QUIET);
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.failNext("ModelUpdate", new EdgeException(ErrorCode.NOT_FOUND, "no such model"));
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.calls("→ upload")).isEqualTo(2);
    }

    @Test
    void healthTellsOfTheQueueAndOfRunningTasks() {
        SimulatedClient client = client(QUIET);
        assertThat(health(client).ready()).isFalse();
        client.combiner.addModel("m", 0);
        client.start();
        client.runUntil(() -> client.runtime.state() == ClientState.CONNECTED);
        assertThat(health(client).ready()).isTrue();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        assertThat(health(client).runningTasks()).containsExactly("t");

        client.runUntilDone("t");
        client.combiner.goAway();
        line(client, "waits");
        client.runFor(Duration.ofMinutes(2));
        Health away = health(client);
        assertThat(away.live()).isTrue();
        assertThat(away.ready()).isFalse();
        assertThat(away.state()).isEqualTo(ClientState.RECONNECTING);
        assertThat(away.linkQuality()).isEqualTo(LinkQuality.OFFLINE);
        assertThat(away.sent()).isPositive();
        QueueHealth artifacts = away.queues().get(PriorityClass.ARTIFACT);
        assertThat(artifacts.records()).isEqualTo(1);
        assertThat(artifacts.oldestAge().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMinutes(2));

        client.combiner.comeBack();
        client.runUntil(() -> health(client).linkQuality() == LinkQuality.HEALTHY);
    }

    @Test
    void theBacklogIsReportedEvery30SecondsAndSeldomerWhileTheCombinerRefuses() {
        SimulatedClient client = client(QUIET);
        client.start();
        client.runFor(Duration.ofSeconds(95));
        assertThat(client.combiner.calls("backlog 0 0")).isEqualTo(3);

        EdgeException refusal = new EdgeException(ErrorCode.UNIMPLEMENTED, "what is that");
        for (int i = 0; i < 4; i++) {
            client.combiner.failNext("backlog", refusal);
        }
        client.runFor(Duration.ofMinutes(6));
        assertThat(client.combiner.calls("backlog"))
                .as("at 2, 3 and 5 minutes, not at 9")
                .isEqualTo(6);

        client.runFor(Duration.ofMinutes(11));
        assertThat(client.combiner.calls("backlog"))
                .as("at 9 and 17 minutes, and then every 30 s")
                .isEqualTo(11);
    }

    @Test
    void theNodeTellsOfItselfEvery5SecondsAndSeldomerWhileTheLinkIsBad() {
        SimulatedClient client = client(ReportingSettings.defaults());
        client.start();
        client.runFor(Duration.ofSeconds(61));
        assertThat(client.combiner.records(RecordBody.Telemetry.class))
                .hasSize(24)
                .extracting(RecordBody.Telemetry::key)
                .containsOnly("memory_usage", "cpu_usage");

        client.combiner.goAway();
        client.runFor(Duration.ofMinutes(5));
        Health away = health(client);
        long waiting =
                away.queues().values().stream().mapToLong(QueueHealth::records).sum();
        assertThat(waiting).isBetween(18L, 24L);
    }

    @Test
    void theNodeTellsTheFirstGenerationOfItselfInOneMessage() {
        SimulatedClient client = client(ReportingSettings.defaults());
        client.combiner.speak(Generation.V1_0);
        client.start();
        client.runFor(Duration.ofSeconds(61));

        assertThat(client.combiner.records(RecordBody.Telemetry.class))
                .hasSize(12)
                .allSatisfy(
                        record -> assertThat(record.payload()).matches("\\{\"memory_usage\": .+, \"cpu_usage\": .+}"));
    }

    @Test
    void theNodeTellsNothingOfItselfAsLongAsItIsNotKnownHow() {
        SimulatedClient client = client(ReportingSettings.defaults());
        EdgeException away = new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);
        for (int i = 0; i < 10; i++) {
            client.combiner.failNext("poll", away);
        }
        client.start();
        client.runUntil(() -> client.combiner.calls("→ poll") == 10);
        client.combiner.speak(Generation.V1_0);
        client.runFor(Duration.ofSeconds(61));

        assertThat(client.combiner.records(RecordBody.Telemetry.class))
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        record -> assertThat(record.payload()).matches("\\{\"memory_usage\": .+, \"cpu_usage\": .+}"));
    }

    @Test
    void legacyTelemetryGoesByCallsThoughThereIsAStream() {
        SimulatedClient client = client(QUIET.withLegacyTelemetry(true));
        client.start();
        Delivery telemetry = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        Delivery attribute = client.runtime.log().logAttributes(Map.of("site", "a"));

        assertThat(get(client, telemetry.outcome()).isDelivered()).isTrue();
        assertThat(get(client, attribute.outcome()).isDelivered()).isTrue();
        assertThat(client.combiner.opened(RecordKind.TELEMETRY_RECORD)).isZero();
        assertThat(client.combiner.calls("send " + telemetry.id())).isEqualTo(1);
        assertThat(client.combiner.opened(RecordKind.ATTRIBUTE_RECORD)).isEqualTo(1);
    }

    @Test
    void aStreamThatIsNotUsedIsClosed() {
        SimulatedClient client = client(QUIET);
        client.start();
        Delivery telemetry = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        assertThat(get(client, telemetry.outcome()).isDelivered()).isTrue();

        client.runFor(Duration.ofMinutes(2));

        assertThat(client.combiner.log()).anyMatch(entry -> entry.endsWith("close TELEMETRY_RECORD"));
    }

    /** The most that one step of a strand may begin: one thing for each record of a slice, and two for each that it sends. */
    private static final int SLICE = 2_000;

    private static List<Delivery> log(SimulatedClient client, int records) {
        List<Delivery> receipts = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            receipts.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
        }
        return receipts;
    }

    @Test
    void aFlushWaitsForAllThatWasLoggedThoughThatTakesManySteps() {
        SimulatedClient client = client(QUIET);
        client.start();
        log(client, 4_500);

        FlushResult result = get(client, client.runtime.flush(Duration.ofMinutes(1)));

        assertThat(result.sent()).isEqualTo(4_500);
        assertThat(result.remaining()).isZero();
        assertThat(client.env.largestStep()).isLessThanOrEqualTo(SLICE);
    }

    @Test
    void closingWithThousandsOfRecordsLeavesTheThreadToOthersInBetween() {
        SimulatedClient client = client(QUIET);
        List<Delivery> receipts = log(client, 4_500);
        client.runFor(Duration.ofSeconds(1));
        assertThat(health(client).queues().get("telemetry").records()).isEqualTo(4_500);

        client.close(Duration.ofSeconds(1));

        client.runUntil(() -> receipts.stream()
                .allMatch(receipt -> receipt.outcome().toCompletableFuture().isDone()));
        assertThat(receipts)
                .extracting(receipt -> receipt.outcome().toCompletableFuture().join())
                .containsOnly(new Outcome.Dropped(DropReason.CLIENT_CLOSED));
        assertThat(client.env.largestStep()).isLessThanOrEqualTo(SLICE);
    }

    @Test
    void whatIsLoggedJustBeforeClosingHasAnOutcomeToo() {
        SimulatedClient client = client(QUIET);
        client.runtime.close(Duration.ofSeconds(1));
        List<Delivery> receipts = log(client, 4_500);

        client.runUntil(() -> receipts.stream()
                .allMatch(receipt -> receipt.outcome().toCompletableFuture().isDone()));

        client.runUntil(() -> client.runtime.state() == ClientState.CLOSED);
        assertThat(health(client).dropped()).containsEntry(DropReason.CLIENT_CLOSED, 4_500L);
    }

    @Test
    void thousandsOfRecordsThatExpireTogetherLeaveTheThreadToOthersInBetween() {
        SimulatedClient client = client(QUIET);
        get(
                client,
                client.runtime
                        .priorityClasses()
                        .replace(PriorityClass.of("telemetry", 40).withMaxAge(Duration.ofMinutes(5))));
        List<Delivery> receipts = log(client, 4_500);

        client.runUntil(() -> receipts.stream()
                .allMatch(receipt -> receipt.outcome().toCompletableFuture().isDone()));

        assertThat(health(client).dropped()).containsEntry(DropReason.EXPIRED, 4_500L);
        assertThat(client.env.largestStep()).isLessThanOrEqualTo(SLICE);
    }
}
