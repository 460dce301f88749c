package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of records while the clock jumps, the disk is full, and there is no room; in virtual time. */
class SpoolFaultsTest {

    private static final Duration WEEK = Duration.ofDays(7);

    private static Health health(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join();
    }

    private static List<String> lines(SimulatedClient client) {
        return client.combiner.records(RecordBody.StatusLine.class).stream()
                .map(RecordBody.StatusLine::text)
                .toList();
    }

    /** Ages are measured without the wall clock, and the order is that of logging. */
    @ParameterizedTest
    @ValueSource(longs = {-30, -1, 1, 30})
    void aClockThatJumpsChangesNoOrderAndLetsNoRecordExpire(long days) {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client =
                    new SimulatedClient(1, null, ReportingSettings.defaults().withNodeTelemetry(false), disk);
            client.start();
            client.combiner.goAway();
            List<String> logged = new ArrayList<>();
            List<Delivery> deliveries = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                logged.add("line " + i);
                deliveries.add(client.runtime.log().sendStatus("line " + i));
                client.runFor(Duration.ofSeconds(1));
                if (i == 9) {
                    client.env.setClockBy(Duration.ofDays(days));
                }
            }
            client.runFor(Duration.ofMinutes(30));
            client.combiner.comeBack();
            deliveries.forEach(delivery -> client.await(delivery.outcome()));

            assertThat(lines(client)).isEqualTo(logged);
            assertThat(health(client).dropped()).isEmpty();
        }
    }

    /** Each record whose receipt said DURABLE has come, waits on the disk, or was dropped with a reason and counted. */
    @Test
    void eachRecordIsSentKeptOrDroppedWithItsReason() {
        Set<String> met = new HashSet<>();
        for (long seed = 1; seed <= 10; seed++) {
            met.addAll(outcomes(seed));
        }
        assertThat(met)
                .containsExactlyInAnyOrder(
                        "Delivered[]", "Kept[]", "Dropped[reason=QUEUE_FULL]", "Dropped[reason=DISPLACED]", "IO");
    }

    /** The kinds of outcomes that records have. */
    private static Set<String> outcomes(long seed) {
        Set<String> met = new HashSet<>();
        Random random = new Random(seed);
        ReportingSettings narrow = ReportingSettings.defaults()
                .withNodeTelemetry(false)
                .withMaxQueuedRecords(60)
                .withPriorityClasses(List.of(PriorityClass.of(PriorityClass.ARTIFACT, 20)
                        .withMaxRecords(20)
                        .withDropsOldest(true)
                        .withMaxAge(WEEK)));
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client = new SimulatedClient(seed, null, narrow, disk);
            client.start();
            List<Delivery> all = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                switch (random.nextInt(40)) {
                    case 0 -> client.combiner.goAway();
                    case 1, 2 -> client.combiner.comeBack();
                    case 3 -> disk.disk().full(true);
                    case 4, 5 -> disk.disk().full(false);
                    case 6 -> client.env.setClockBy(Duration.ofHours(random.nextInt(-48, 48)));
                    default -> {
                        all.add(client.runtime.log().sendStatus("line " + step));
                        all.add(client.runtime.log().logTelemetry("t", Map.of("step", step)));
                    }
                }
                client.runFor(Duration.ofMillis(random.nextInt(400)));
            }
            disk.disk().full(false);
            client.runFor(Duration.ofSeconds(5));
            client.combiner.goAway();
            client.runFor(Duration.ofSeconds(1));
            for (int i = 0; i < 5; i++) {
                all.add(client.runtime.log().sendStatus("last " + i));
            }
            client.runFor(Duration.ofSeconds(1));
            Map<DropReason, Long> counted = health(client).dropped();
            client.close(Duration.ofSeconds(5));

            Set<String> came = new HashSet<>(client.combiner.recordIds());
            Set<String> rows = new IdentityRows(disk.store(client.env), "client-1")
                    .load(Table.OUTBOX).stream().map(Row::value).collect(Collectors.toSet());
            Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
            for (Delivery delivery : all) {
                assertThat(delivery.stored().toCompletableFuture()).isCompleted();
                assertThat(delivery.outcome().toCompletableFuture()).isCompleted();
                Outcome outcome = delivery.outcome().toCompletableFuture().join();
                boolean durable = delivery.stored().toCompletableFuture().join() == Delivery.Stored.DURABLE;
                met.add(
                        outcome instanceof Outcome.Rejected rejected
                                ? rejected.error().code().name()
                                : outcome.toString());
                if (outcome.isDelivered()) {
                    assertThat(came).contains(delivery.id());
                } else if (outcome instanceof Outcome.Kept) {
                    assertThat(durable).isTrue();
                    assertThat(rows).anyMatch(row -> row.contains(delivery.id()));
                } else if (outcome instanceof Outcome.Dropped given) {
                    dropped.merge(given.reason(), 1L, Long::sum);
                } else {
                    assertThat(durable)
                            .as("only a record that was never stored is rejected")
                            .isFalse();
                }
            }
            assertThat(counted).isEqualTo(dropped);
        }
        return met;
    }
}
