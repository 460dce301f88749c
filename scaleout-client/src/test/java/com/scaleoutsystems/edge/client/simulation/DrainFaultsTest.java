package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Ten thousand records wait, and the combiner answers slowly, then limits the rate, and then a proxy answers 503; in virtual time. */
class DrainFaultsTest {

    private static final int BACKLOG = 10_000;
    private static final int RATE = 100;

    private final SimulatedClient client = new SimulatedClient(
            7,
            null,
            ReportingSettings.defaults()
                    .withNodeTelemetry(false)
                    .withLegacyTelemetry(true)
                    .withMaxRecordsPerSecond(RATE),
            SimulatedClient.Disk.memory(new MemoryStateStore()));
    private final LoggingContext context = LoggingContext.of("m", "1", "s");
    private final List<Delivery> all = new ArrayList<>();

    /** Logs a metric, and says how long it takes until the combiner has acknowledged it. */
    private Duration metric() {
        long logged = client.env.nanos();
        Delivery metric = client.runtime
                .log()
                .logMetric(Map.of("loss", 1), LogOptions.defaults().withContext(context));
        all.add(metric);
        client.await(metric.outcome());
        return Duration.ofNanos(client.env.nanos() - logged);
    }

    /** Waits so long, and counts the records that come meanwhile. */
    private int cameIn(Duration time) {
        int before = client.combiner.recordTimes().size();
        client.runFor(time);
        return client.combiner.recordTimes().size() - before;
    }

    private boolean drains() {
        return all.stream().anyMatch(one -> !one.outcome().toCompletableFuture().isDone());
    }

    @Test
    void aBacklogKeepsItsPaceStarvesNoMetricAndLosesNothing() {
        client.start();
        client.runFor(Duration.ofSeconds(10));
        client.combiner.goAway();
        for (int i = 0; i < BACKLOG; i++) {
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
        }
        client.runFor(Duration.ofSeconds(40));
        client.combiner.comeBack();
        client.runFor(Duration.ofSeconds(20));
        int before = client.combiner.recordTimes().size();
        assertThat(before).as("draining has begun").isPositive();
        assertThat(metric()).isLessThan(Duration.ofSeconds(2));

        client.combiner.slow(Duration.ofMillis(500));
        assertThat(metric()).as("a metric while answers are slow").isLessThan(Duration.ofSeconds(4));
        // Sixteen calls at a time, of a second or a little more.
        assertThat(cameIn(Duration.ofSeconds(30))).isBetween(30 * 13, 30 * 16);
        client.combiner.slow(Duration.ZERO);

        client.combiner.limitRate(20, 5, LimitException.rate("too many", new IllegalStateException("made up")));
        client.runFor(Duration.ofSeconds(10));
        int limited = cameIn(Duration.ofMinutes(2));
        assertThat(metric()).as("a metric under the limit").isLessThan(Duration.ofMinutes(2));
        assertThat(limited).as("records in two minutes under the limit").isBetween(1_200, 120 * 20);
        client.combiner.limitRate(1e9, 1_000_000, LimitException.rate("never", new IllegalStateException("made up")));

        client.combiner.failAlways("", new ProxyAnswerException("a page (HTTP 503)", 503, null));
        long callsBefore = client.combiner.calls("→ ");
        client.runFor(Duration.ofMinutes(2));
        assertThat(client.combiner.calls("→ ") - callsBefore)
                .as("calls in two minutes while a proxy answers 503")
                .isBetween(20L, 300L);
        assertThat(drains()).isTrue();
        client.combiner.workAgain();
        assertThat(metric()).as("a metric after the outage").isLessThan(Duration.ofSeconds(70));
        all.forEach(delivery -> client.await(delivery.outcome()));

        assertThat(all)
                .allMatch(one -> one.outcome().toCompletableFuture().join().isDelivered());
        assertThat(client.combiner.records(RecordBody.Telemetry.class)).hasSize(BACKLOG);
        List<String> ids = client.combiner.recordIds();
        assertThat(new HashSet<>(ids)).as("records that came twice").hasSize(ids.size());
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        assertThat(health.join().dropped()).isEmpty();
        noSecondHasMoreThanTheRate();
    }

    /** Latencies differ by some hundredths of a second. */
    private void noSecondHasMoreThanTheRate() {
        List<Long> times = client.combiner.recordTimes();
        int from = 0;
        int most = 0;
        for (int to = 0; to < times.size(); to++) {
            while (times.get(to) - times.get(from) >= 1_000_000_000L) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        assertThat(most).as("the most records in a second").isBetween(RATE * 9 / 10, RATE * 11 / 10 + RATE / 20);
    }
}
