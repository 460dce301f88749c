package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.internal.wire.Failures;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TrainResult;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls that fail, and polls that bring what they should not, in virtual time. */
class PollFaultsTest {

    private static final int FAILURES = 8;

    /** A message there and one back. */
    private static final Duration ROUND_TRIP = Duration.ofMillis(160);

    private final List<String> trained = new ArrayList<>();
    private final SimulatedClient client = client();

    private SimulatedClient client() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            String id = task.request().correlationId();
            trained.add(id);
            if (id.equals("FAILED")) {
                throw new IllegalStateException("on purpose");
            }
            if (id.equals("INTERRUPTED")) {
                throw new TaskAbortedException("on purpose");
            }
            return TrainResult.of(model("update-of-" + id, 1), 10);
        });
        SimulatedClient started = new SimulatedClient(callbacks, Slots.settings(), 1);
        started.combiner.addModel("m", 0);
        started.start();
        started.runFor(Duration.ofMinutes(2));
        return started;
    }

    private List<Duration> polls() {
        return client.combiner.log().stream()
                .filter(line -> line.contains(" → poll"))
                .map(line -> Duration.parse(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    private List<TaskReport> ends(String task) {
        return client.combiner.doneReports().get(task);
    }

    /** Whatever came: the client polls on, and each place for a task is free. */
    private void allIsWell() {
        assertThat(client.runtime.state()).isEqualTo(ClientState.CONNECTED);
        Slots.areFree(client);
        client.runFor(Duration.ofMinutes(2));
        int before = polls().size();
        client.runFor(Duration.ofMinutes(1));
        assertThat(polls().size() - before).as("polls of an idle minute").isEqualTo(12);
    }

    /** No code ends the polls or loses a task. The pauses grow from 0.5 s; a limit of the rate keeps polls 1, 2, 4, 8 and 16 s apart. */
    @ParameterizedTest
    @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void aPollThatFailsIsRepeatedUntilItIsAnsweredAtThePaceOfItsCode(Status.Code code) {
        EdgeException failure = Failures.of(code);
        for (int i = 0; i < FAILURES; i++) {
            client.combiner.failNext("poll", failure);
        }
        int before = polls().size();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.wasDelivered("t"));

        List<Duration> attempts = polls().subList(before, polls().size());
        assertThat(attempts).hasSize(FAILURES + 1);
        assertThat(client.runtime.state()).isEqualTo(ClientState.RECONNECTING);
        for (int i = 0; i < FAILURES; i++) {
            Duration longest = Duration.ofMillis((long) Math.min(16_000, 500 * Math.pow(1.5, i)));
            Duration least = longest.dividedBy(2);
            if (code == Status.Code.RESOURCE_EXHAUSTED) {
                least = Duration.ofSeconds(Math.min(16, 1 << i));
                longest = least.compareTo(longest) > 0 ? least : longest;
            }
            assertThat(attempts.get(i + 1).minus(attempts.get(i)))
                    .as("the wait after failure %s", i + 1)
                    .isBetween(least, longest.plus(ROUND_TRIP));
        }
        client.runUntilDone("t");

        assertThat(ends("t")).extracting(TaskReport::status).containsExactly("COMPLETED");
        assertThat(trained).containsExactly("t");
        client.runFor(Duration.ofMinutes(5));
        allIsWell();
    }

    /** Heartbeats are answered, so that no deadline of theirs hides that of the polls. */
    @Test
    void aPollThatIsNotAnsweredEndsAtItsDeadlineAndTheTaskThatRunsGoesOn() {
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.silence("poll");
        client.runFor(Duration.ofMinutes(2));
        List<Duration> ends = client.combiner.log().stream()
                .filter(line -> line.contains(" ✗ poll") && line.endsWith("too late"))
                .map(line -> Duration.parse(line.substring(0, line.indexOf(' '))))
                .toList();
        List<Duration> starts = polls().subList(polls().size() - ends.size() - 1, polls().size());

        assertThat(ends).hasSize(3);
        for (int i = 0; i < ends.size(); i++) {
            assertThat(ends.get(i).minus(starts.get(i))).isEqualTo(Duration.ofSeconds(30));
            assertThat(starts.get(i + 1).minus(ends.get(i)))
                    .isBetween(Duration.ofMillis(250), Duration.ofMillis(1_125));
        }
        assertThat(client.runtime.state()).isEqualTo(ClientState.RECONNECTING);
        assertThat(trained).containsExactly("t");
        client.combiner.silence("nothing");
        client.runFor(Duration.ofMinutes(2));

        assertThat(ends("t")).extracting(TaskReport::status).containsOnly("COMPLETED");
        allIsWell();
    }

    @Test
    void aTaskThatComesAgainInAnyStateRunsOnceAndHasOneEnd() {
        client.combiner.deliver(train("first", "m"));
        for (int i = 0; i < 3; i++) {
            client.combiner.deliver(train("t", "m"));
        }
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 2);
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");
        client.runFor(Duration.ofMinutes(2));
        assertThat(ends("t")).hasSize(1);
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofMinutes(2));

        assertThat(trained).containsExactly("first", "t");
        // The last one is the answer to the last delivery: the same end again.
        assertThat(ends("t")).hasSize(2);
        assertThat(ends("t").get(1)).isEqualTo(ends("t").get(0));
        allIsWell();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Scaleout_Nonsense", "Custom_unknown", ""})
    void aTaskOfAnUnknownTypeIsToldFailedOnceAndNothingIsFetched(String type) {
        client.combiner.deliver(task("t", type, "m"));
        client.combiner.deliver(train("good", "m"));
        client.runUntilDone("good");
        client.runFor(Duration.ofMinutes(1));

        assertThat(ends("t")).extracting(TaskReport::status).containsExactly("FAILED");
        assertThat(ends("good")).extracting(TaskReport::status).containsExactly("COMPLETED");
        assertThat(client.combiner.calls("→ download")).isEqualTo(1);
        allIsWell();
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETED, INTERRUPTED", "COMPLETED, TIMEOUT", "COMPLETED, WEIRD",
        "FAILED, INTERRUPTED", "FAILED, TIMEOUT", "FAILED, WEIRD",
        "INTERRUPTED, INTERRUPTED", "INTERRUPTED, TIMEOUT", "INTERRUPTED, WEIRD"
    })
    void aWishForATaskThatHasEndedIsAnsweredWithItsEnd(String end, String wish) {
        client.combiner.deliver(train(end, "m"));
        client.runUntilDone(end);
        client.combiner.deliver(stop(end, wish));
        client.runFor(Duration.ofMinutes(1));

        assertThat(ends(end)).hasSize(2);
        assertThat(ends(end).get(1)).isEqualTo(ends(end).get(0));
        assertThat(ends(end).get(0).status()).isEqualTo(end);
        assertThat(trained).containsExactly(end);
        allIsWell();
    }
}
