package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many tasks at once, wishes in the wrong order, and a combiner that fails everywhere in turn; in virtual time. */
class TroubleTest {

    private final Callbacks callbacks = new Callbacks();
    private final Map<String, Integer> runs = new HashMap<>();

    private void count(TaskRequest request) {
        runs.merge(request.correlationId(), 1, Integer::sum);
    }

    private SimulatedClient client(long seed) {
        callbacks.train((model, task) -> {
            count(task.request());
            return TrainResult.of(model("update-" + task.request().correlationId(), 1), 10);
        });
        callbacks.custom("c", (parameters, task) -> {
            count(task.request());
            return Map.of("id", task.request().correlationId());
        });
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), seed);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    @Test
    void aClientThatHangsIsNotLiveAfterASecond() {
        SimulatedClient client = client(1);
        client.env.hangStrands();
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        long asked = client.env.nanos();

        client.await(health);

        assertThat(health.join().live()).isFalse();
        assertThat(Duration.ofNanos(client.env.nanos() - asked)).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"1, V1_1", "2, V1_1", "3, V1_1", "1, V1_0", "2, V1_0", "3, V1_0"})
    void aBurstWithDuplicatesAndWishesInAnyOrderRunsEachTaskOnceAndTellsOneEnd(long seed, Generation generation) {
        SimulatedClient client = client(seed);
        client.combiner.speak(generation);
        SplittableRandom random = new SplittableRandom(seed);
        List<TaskRequest> deliveries = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            TaskRequest task = i % 4 == 0
                    ? train("t" + i, "m")
                    : TaskRequest.of("t" + i, "Custom_c").withData("{}");
            deliveries.add(task);
            deliveries.add(task);
            if (i % 5 == 0) {
                deliveries.add(stop("t" + i, i % 2 == 0 ? "INTERRUPTED" : "TIMEOUT"));
            }
            if (i % 7 == 0) {
                deliveries.add(stop("t" + i, "WEIRD"));
            }
        }
        for (int i = deliveries.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            TaskRequest swapped = deliveries.get(i);
            deliveries.set(i, deliveries.get(other));
            deliveries.set(other, swapped);
        }
        deliveries.forEach(client.combiner::deliver);

        client.runUntil(() -> client.combiner.doneReports().size() == 200);
        client.runFor(Duration.ofMinutes(1));

        client.combiner.doneReports().forEach((id, reports) -> {
            assertThat(reports.stream().map(TaskReport::status).distinct())
                    .as(id)
                    .hasSize(1);
            int ran = runs.getOrDefault(id, 0);
            assertThat(ran).as(id).isLessThanOrEqualTo(1);
            if (reports.get(0).status().equals("COMPLETED")) {
                assertThat(ran).as(id).isEqualTo(1);
            }
        });
        assertThat(runs.size()).as("most tasks ran").isGreaterThan(100);
        afterwardsAllIsWell(client);
    }

    /** All lanes are free again, nothing is held. */
    private void afterwardsAllIsWell(SimulatedClient client) {
        client.combiner.deliver(train("after", "m"));
        client.combiner.deliver(TaskRequest.of("after-c", "Custom_c").withData("{}"));
        client.runUntilDone("after");
        client.runUntilDone("after-c");
        assertThat(client.combiner.doneReports().get("after").get(0).status()).isEqualTo("COMPLETED");
        assertThat(client.combiner.doneReports().get("after-c").get(0).status()).isEqualTo("COMPLETED");
    }

    static Stream<Arguments> everyCall() {
        List<Arguments> all = new ArrayList<>();
        for (String call :
                List.of("poll", "download", "upload", "send", "StatusLine", "heartbeat", "announce CONNECT")) {
            for (ErrorCode code : List.of(
                    ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL, ErrorCode.UNAUTHENTICATED, ErrorCode.DATA_LOSS)) {
                all.add(Arguments.of(call, code, true));
                all.add(Arguments.of(call, code, false));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void whicheverCallFailsTheTaskEndsAndTheLaneIsFreeAgain(String call, ErrorCode code, boolean retryable) {
        SimulatedClient client = client(1);
        client.combiner.deliver(train("t", "m"));
        for (int i = 0; i < 3; i++) {
            client.combiner.failNext(call, new EdgeException(code, "on purpose", null, retryable, 1));
        }

        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isIn("COMPLETED", "FAILED");
        for (int i = 0; i < 3; i++) {
            // Faults that were not met yet are spent on tasks of no interest.
            client.combiner.deliver(train("spent" + i, "m"));
            client.runUntilDone("spent" + i);
        }
        afterwardsAllIsWell(client);
    }

    /** No combiner has seen such an announcement: it is made again for as long as it takes, and then no more. */
    @Test
    void anAnnouncementThatAPageAnswersIsMadeAgainUntilTheCombinerTakesIt() {
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 1);
        client.combiner.failAlways("announce CONNECT", new ProxyAnswerException("a web page (HTTP 404)", 404, null));
        client.start();
        client.runFor(Duration.ofHours(1));
        assertThat(taken(client)).isZero();

        client.combiner.workAgain();
        client.runFor(Duration.ofMinutes(5));
        assertThat(taken(client)).isOne();
        long announced = client.combiner.calls("announce CONNECT");
        client.runFor(Duration.ofMinutes(30));
        assertThat(client.combiner.calls("announce CONNECT")).isEqualTo(announced);
    }

    private static long taken(SimulatedClient client) {
        return client.combiner.log().stream()
                .filter(line -> line.endsWith("← announce CONNECT"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 1_000, 10_000})
    void closingKeepsItsBudgetWhateverTheClientIsDoing(long budgetMillis) {
        Duration budget = Duration.ofMillis(budgetMillis);
        for (int moment = 0; moment < 30; moment++) {
            SimulatedClient client = client(moment);
            for (int i = 0; i < 5; i++) {
                client.combiner.deliver(train("t" + i, "m"));
            }
            client.runFor(Duration.ofMillis(moment * 797L));
            if (moment % 3 == 0) {
                client.combiner.goAway();
            }
            Duration start = Duration.ofNanos(client.env.nanos());

            client.close(budget);

            assertThat(client.runtime.state()).isEqualTo(ClientState.CLOSED);
            assertThat(Duration.ofNanos(client.env.nanos()).minus(start))
                    .as("moment %d", moment)
                    .isLessThanOrEqualTo(budget);
        }
    }

    @Test
    void aCombinerThatAnswersNothingHoldsUpNoClosing() {
        SimulatedClient client = client(1);
        client.combiner.silence("");
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofSeconds(30));
        Duration start = Duration.ofNanos(client.env.nanos());

        client.close(Duration.ofSeconds(3));

        assertThat(Duration.ofNanos(client.env.nanos()).minus(start)).isLessThanOrEqualTo(Duration.ofSeconds(3));
    }
}
