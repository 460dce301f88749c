package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outage leaves thousands of records, and the client may send so many in a second. */
class RecordRateTest {

    private static final int RATE = 100;
    private static final int BACKLOG = 3_000;

    private final List<Delivery> all = new ArrayList<>();

    private static SimulatedClient client(int perSecond) {
        return new SimulatedClient(
                7,
                (model, task) -> TrainResult.of(model("update", 1), 10),
                TaskSettings.defaults(),
                ReportingSettings.defaults()
                        .withNodeTelemetry(false)
                        .withTaskStatuses(false)
                        .withMaxRecordsPerSecond(perSecond));
    }

    /** The combiner is away while the program logs. */
    private void outage(SimulatedClient client) {
        client.start();
        client.runFor(Duration.ofSeconds(10));
        client.combiner.goAway();
        for (int i = 0; i < BACKLOG; i++) {
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
            if (i % 10 == 0) {
                all.add(client.runtime.log().logAttributes(Map.of("value", i)));
            }
        }
        client.runFor(Duration.ofMinutes(2));
        client.combiner.comeBack();
    }

    private static List<Integer> countsOfSeconds(List<Long> times) {
        List<Integer> counts = new ArrayList<>();
        long start = times.get(0);
        for (long time : times) {
            int second = (int) ((time - start) / 1_000_000_000L);
            while (counts.size() <= second) {
                counts.add(0);
            }
            counts.set(second, counts.get(second) + 1);
        }
        return counts;
    }

    @Test
    void aBacklogDrainsEvenlyAtTheRate() {
        SimulatedClient client = client(RATE);
        outage(client);
        all.forEach(delivery -> client.await(delivery.outcome()));

        List<Long> times = client.combiner.recordTimes();
        List<Integer> counts = countsOfSeconds(times);
        assertThat(times).hasSize(all.size());
        assertThat(counts.subList(0, counts.size() - 1))
                .allSatisfy(count -> assertThat(count).isBetween(RATE * 9 / 10, RATE * 11 / 10));
        double seconds = (times.get(times.size() - 1) - times.get(0)) / 1e9;
        assertThat(times.size() / seconds).isBetween(RATE * 0.99, RATE * 1.01);
    }

    /** Nothing is sent in bursts: five records at once, and one every ten milliseconds. */
    @Test
    void noTenthOfASecondHasMuchMoreThanItsPart() {
        SimulatedClient client = client(RATE);
        outage(client);
        all.forEach(delivery -> client.await(delivery.outcome()));

        List<Long> times = client.combiner.recordTimes();
        for (int from = 0; from + 20 < times.size(); from++) {
            long spread = times.get(from + 20) - times.get(from);
            // Latencies differ by some hundredths of a second.
            assertThat(Duration.ofNanos(spread)).isGreaterThan(Duration.ofMillis(80));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10})
    void aResultWaitsForNoOtherRecord(int perSecond) {
        SimulatedClient client = client(perSecond);
        client.combiner.addModel("m", 0);
        outage(client);
        client.combiner.deliver(train("t", "m"));
        long delivered = client.env.nanos();
        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        assertThat(all).anyMatch(one -> !one.outcome().toCompletableFuture().isDone());
        // A poll, the callback and the calls; and one turn at the most.
        assertThat(Duration.ofNanos(client.env.nanos() - delivered))
                .isLessThan(SimulatedClient.CALLBACK_TIME.plusSeconds(10));
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
    }

    @Test
    void flushAndCloseKeepTheRate() {
        SimulatedClient client = client(RATE);
        outage(client);
        CompletionStage<FlushResult> flush = client.runtime.flush(Duration.ofSeconds(5));
        client.await(flush);
        assertThat(client.combiner.recordTimes().size()).isBetween(4 * RATE, 5 * RATE + RATE / 10);

        int before = client.combiner.recordTimes().size();
        client.close(Duration.ofSeconds(10));
        assertThat(client.combiner.recordTimes().size() - before).isBetween(7 * RATE, 10 * RATE);
    }
}
