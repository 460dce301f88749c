package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams that a combiner says it does not know, for a while or for good, in virtual time. */
class UnknownStreamsTest {

    private static final LogOptions INFERENCE =
            LogOptions.defaults().withContext(new InferenceContext("inference", "m"));

    private final List<Delivery> all = new ArrayList<>();

    private static SimulatedClient client() {
        return new SimulatedClient(
                1,
                null,
                ReportingSettings.defaults().withNodeTelemetry(false),
                SimulatedClient.Disk.memory(new MemoryStateStore()));
    }

    private void telemetry(SimulatedClient client, Duration time) {
        for (long i = 0; i < time.toSeconds() / 10; i++) {
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", all.size())));
            client.runFor(Duration.ofSeconds(10));
        }
    }

    private void assertAllCameOnce(SimulatedClient client) {
        all.forEach(delivery -> client.await(delivery.outcome()));
        assertThat(all)
                .allMatch(one -> one.outcome().toCompletableFuture().join().isDelivered());
        assertThat(client.combiner.recordIds()).hasSize(all.size()).doesNotHaveDuplicates();
    }

    /** The times between the lines of the log that end so, in minutes. */
    private static List<Long> minutesBetween(SimulatedClient client, String end) {
        List<Duration> times = client.combiner.log().stream()
                .filter(line -> line.endsWith(end))
                .map(line -> Duration.parse(line.substring(0, line.indexOf(' '))))
                .toList();
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            waits.add(times.get(i).minus(times.get(i - 1)).toMinutes());
        }
        return waits;
    }

    @Test
    void aStreamThatTheCombinerDoesNotKnowIsTriedAgainEverLater() {
        SimulatedClient client = client();
        client.combiner.knowStreams(false);
        client.start();

        telemetry(client, Duration.ofMinutes(200));

        assertThat(minutesBetween(client, "open " + RecordKind.TELEMETRY_RECORD))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertAllCameOnce(client);
    }

    @Test
    void aStreamThatTheCombinerKnowsAgainIsUsedWithinTheWait() {
        SimulatedClient client = client();
        client.start();
        telemetry(client, Duration.ofSeconds(30));
        client.combiner.knowStreams(false);
        telemetry(client, Duration.ofSeconds(90));
        assertThat(client.combiner.calls("send ")).isPositive();

        client.combiner.knowStreams(true);
        telemetry(client, Duration.ofMinutes(4));
        long calls = client.combiner.calls("send ");
        telemetry(client, Duration.ofMinutes(2));

        assertThat(client.combiner.calls("send ")).isEqualTo(calls);
        assertAllCameOnce(client);
    }

    /** Many records are under way by calls of their own when the stream is tried again: none of them goes twice. */
    @Test
    void recordsThatTravelByCallsStayThereWhenTheStreamIsTriedAgain() {
        SimulatedClient client = client();
        client.combiner.knowStreams(false);
        client.start();

        for (int i = 0; i < 3_300; i++) {
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", all.size())));
            client.runFor(Duration.ofMillis(20));
        }

        assertThat(minutesBetween(client, "open " + RecordKind.TELEMETRY_RECORD))
                .contains(1L);
        assertAllCameOnce(client);
    }

    @Test
    void resultsOfInferenceWaitForTheirStreamForAnHour() {
        SimulatedClient client = client();
        client.combiner.knowStreams(false);
        client.start();
        all.add(client.runtime.log().logInferenceResult("r", Map.of("value", 1), INFERENCE));
        client.runFor(Duration.ofMinutes(50));
        assertThat(all.get(0).outcome().toCompletableFuture()).isNotDone();

        client.combiner.knowStreams(true);
        client.runFor(Duration.ofMinutes(20));
        assertThat(client.combiner.records(RecordBody.Inference.class)).hasSize(1);
        assertAllCameOnce(client);
    }

    @Test
    void resultsOfInferenceAreRejectedWhenTheCombinerHasNotKnownTheirStreamForAnHour() {
        SimulatedClient client = client();
        client.combiner.knowStreams(false);
        client.start();
        Delivery result = client.runtime.log().logInferenceResult("r", Map.of("value", 1), INFERENCE);

        client.await(result.outcome());

        assertThat(client.env.nanos()).isGreaterThan(Duration.ofHours(1).toNanos());
        assertThat(result.outcome().toCompletableFuture().join()).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void aStreamOfTasksThatTheCombinerDoesNotKnowIsTriedAgainEverLater() {
        SimulatedClient client =
                new SimulatedClient(new Callbacks(), TaskSettings.defaults().withArrival(TaskArrival.PUSHED), 1);
        client.start();
        long opened = 0;
        for (int i = 0; i < 110 * 60; i++) {
            client.runFor(Duration.ofSeconds(1));
            long now = client.combiner.log().stream()
                    .filter(line -> line.endsWith(" subscribe"))
                    .count();
            if (now > opened) {
                opened = now;
                client.combiner.breakPush(new EdgeException(ErrorCode.UNIMPLEMENTED, "what is that"));
            }
        }

        assertThat(minutesBetween(client, " subscribe")).startsWith(1L, 2L, 4L, 8L, 16L, 32L);
    }

    @Test
    void inAnOutageAStreamOfTasksThatCannotConnectIsNoSignOfTheCombiner() {
        SimulatedClient client =
                new SimulatedClient(new Callbacks(), TaskSettings.defaults().withArrival(TaskArrival.PUSHED), 1);
        client.start();
        client.runFor(Duration.ofMinutes(1));
        client.combiner.goAway();
        client.combiner.breakPush(new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1));
        client.runUntil(() -> client.runtime.state() == ClientState.RECONNECTING);

        // An attempt to connect ends after ten seconds, if nobody answers.
        Set<ClientState> states = EnumSet.noneOf(ClientState.class);
        for (int i = 0; i < 30; i++) {
            for (int second = 0; second < 10; second++) {
                client.runFor(Duration.ofSeconds(1));
                states.add(client.runtime.state());
            }
            client.combiner.breakPush(new EdgeException(ErrorCode.UNAVAILABLE, "connection timed out", null, true, 1));
        }

        assertThat(states).containsExactly(ClientState.RECONNECTING);
    }
}
