package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.Delivery;
import com.scaleoutsystems.edge.client.LogLevel;
import com.scaleoutsystems.edge.client.ReportingSettings;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The combiner is gone for ten minutes of virtual time. */
class OutageTest {

    private static final Duration OUTAGE = Duration.ofMinutes(10);
    private static final int PER_SECOND = 4;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLostOrRepeatedAndNewRecordsNeedNotWaitForOldOnes(boolean silent) {
        try (SimulatedDisk disk = new SimulatedDisk()) {
            SimulatedClient client =
                    new SimulatedClient(7, null, ReportingSettings.defaults().withNodeTelemetry(false), disk);
            client.start();
            List<Delivery> all = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            log(client, Duration.ofSeconds(10), all, lines);
            int before = client.combiner.records().size();
            if (silent) {
                client.combiner.fallSilent();
            } else {
                client.combiner.goAway();
            }
            log(client, OUTAGE, all, lines);

            assertThat(client.combiner.records().size() - before).isLessThan(20);
            long back = client.env.nanos();
            int came = client.combiner.records().size();
            client.combiner.comeBack();
            client.combiner.speakAgain();
            client.runUntil(() -> client.combiner.records().size() > came);
            assertThat(Duration.ofNanos(client.env.nanos() - back)).isLessThan(Duration.ofSeconds(2));

            Delivery fresh = client.runtime.log().telemetry("fresh", Map.of("value", 1));
            client.await(fresh.outcome());
            long waiting = all.stream()
                    .filter(one -> !one.outcome().toCompletableFuture().isDone())
                    .count();
            assertThat(waiting)
                    .as("old records that still wait when a new one has come")
                    .isPositive();
            all.forEach(delivery -> client.await(delivery.outcome()));

            assertThat(all)
                    .allMatch(one -> one.outcome().toCompletableFuture().join().isDelivered());
            assertThat(client.combiner.records(RecordBody.StatusLine.class))
                    .extracting(RecordBody.StatusLine::text)
                    .isEqualTo(lines);
            assertThat(new HashSet<>(client.combiner.recordIds())).hasSameSizeAs(client.combiner.recordIds());
        }
    }

    private static void log(SimulatedClient client, Duration time, List<Delivery> all, List<String> lines) {
        for (int i = 0; i < time.toSeconds() * PER_SECOND; i++) {
            all.add(client.runtime.log().telemetry("t", Map.of("value", i)));
            String line = "line " + lines.size();
            lines.add(line);
            all.add(client.runtime.log().status(line, LogLevel.INFO, ""));
            client.runFor(Duration.ofSeconds(1).dividedBy(PER_SECOND));
        }
    }
}
