package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client leaves, in virtual time. */
class ClosingTest {

    private static final Duration BUDGET = Duration.ofSeconds(20);

    private static SimulatedClient started(long seed) {
        SimulatedClient client = new SimulatedClient(
                seed,
                (model, task) -> TrainResult.of(model("update-" + task.request().correlationId(), 1), 10),
                null);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private static List<String> afterTheFarewell(SimulatedClient client) {
        List<String> log = client.combiner.log();
        int farewell = 0;
        while (!log.get(farewell).contains("→ announce DISCONNECT")) {
            farewell++;
        }
        return log.subList(farewell + 1, log.size()).stream()
                .filter(line -> line.contains("→") || line.contains("stream") || line.contains("close "))
                .toList();
    }

    @Test
    void whateverAPollInFlightBringsIsAnsweredAndNothingComesAfterTheFarewell() {
        int cameWhileClosing = 0;
        for (long seed = 1; seed <= 120; seed++) {
            SimulatedClient client = started(seed);
            client.runtime.log().logTelemetry("t", Map.of("value", 1));
            client.runFor(Duration.ofMillis(4_900 + seed));
            client.combiner.deliver(train("t", "m"));
            client.runFor(Duration.ofMillis(seed % 100));
            boolean before = client.combiner.wasDelivered("t");

            client.close(BUDGET);

            boolean came = client.combiner.wasDelivered("t");
            assertThat(client.doneReports("t")).as("seed %d", seed).isEqualTo(came ? 1 : 0);
            assertThat(afterTheFarewell(client)).as("seed %d", seed).isEmpty();
            cameWhileClosing += came && !before ? 1 : 0;
        }
        assertThat(cameWhileClosing).as("the case was met").isGreaterThan(5);
    }

    @Test
    void afterAnOutageClosingDeliversWhatIsFinished() {
        for (long seed = 1; seed <= 50; seed++) {
            SimulatedClient client = started(seed);
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.combiner.wasDelivered("t"));
            client.runFor(Duration.ofSeconds(1));
            client.combiner.goAway();
            client.runFor(Duration.ofMinutes(20));
            client.combiner.comeBack();

            client.close(BUDGET);

            assertThat(client.combiner.doneReports().get("t"))
                    .as("seed %d", seed)
                    .singleElement()
                    .satisfies(report -> assertThat(report.status()).isEqualTo("COMPLETED"));
            assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 200, 7_000})
    void closingReleasesWhoeverWaitsForTheStart(int milliseconds) {
        SimulatedClient client = new SimulatedClient(1, null, null);
        client.combiner.goAway();
        CompletableFuture<?> greeting = client.runtime
                .initGrpcHandler(GrpcConnectionOptions.of("combiner", 1).withTls(TlsMode.PLAINTEXT))
                .toCompletableFuture();
        CompletableFuture<?> start = client.runtime.start().toCompletableFuture();
        client.runFor(Duration.ofMillis(milliseconds));

        client.close(Duration.ofMillis(500));

        for (CompletableFuture<?> waiting : List.of(greeting, start)) {
            assertThat(waiting).isCompletedExceptionally();
            assertThat(waiting.handle((ok, error) -> error).join())
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
        }
        long calls = client.combiner.calls("");
        client.runFor(Duration.ofMinutes(10));
        assertThat(client.combiner.calls("")).as("nothing is tried any more").isEqualTo(calls);
    }

    @Test
    void closingStartsNoTaskThatWaited() {
        SimulatedClient client = started(1);
        for (int i = 0; i < 20; i++) {
            client.combiner.deliver(train("t" + i, "m"));
        }
        client.runUntil(() -> client.combiner.calls("download") == 1);

        client.close(BUDGET);

        assertThat(client.combiner.calls("download")).isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            assertThat(client.combiner.doneReports().get("t" + i))
                    .singleElement()
                    .satisfies(report -> assertThat(report.status()).isEqualTo("INTERRUPTED"));
        }
    }

    @Test
    void aShortBudgetShortensTheGraceBeforeTheInterrupt() {
        SimulatedClient client = started(1);
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        Duration start = Duration.ofNanos(client.env.nanos());

        client.close(Duration.ofSeconds(5));

        assertThat(client.env.interrupts())
                .singleElement()
                .satisfies(when -> assertThat(when.minus(start)).isLessThan(Duration.ofSeconds(2)));
        assertThat(client.combiner.doneReports().get("t"))
                .singleElement()
                .satisfies(report -> assertThat(report.status()).isEqualTo("INTERRUPTED"));
    }

    @Test
    void closingShortensTheGraceOfAnEarlierAbort() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> TrainResult.of(model("u", 1), 1));
        SimulatedClient client =
                new SimulatedClient(callbacks, TaskSettings.defaults().withAbortGrace(Duration.ofSeconds(60)), 1);
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.deliver(SimulatedCombiner.stop("t", "INTERRUPTED"));
        client.runFor(Duration.ofSeconds(1));

        client.close(Duration.ofSeconds(4));

        assertThat(client.env.interrupts()).hasSize(1);
        assertThat(client.doneReports("t")).isEqualTo(1);
    }

    @Test
    void aResultThatIsAcknowledgedLateIsToldCompletedAllTheSame() {
        for (long seed = 1; seed <= 40; seed++) {
            SimulatedClient client = started(seed);
            client.combiner.deliver(train("t", "m"));
            client.runUntil(() -> client.env.callbacks() == 1);
            client.runFor(SimulatedClient.CALLBACK_TIME);
            for (int i = 0; i < 20; i++) {
                client.combiner.failNext("upload", new EdgeException(ErrorCode.UNAVAILABLE, "busy", null, true, 1));
            }

            client.close(Duration.ofSeconds(20));

            if (!client.combiner.records(RecordBody.ModelUpdate.class).isEmpty()) {
                assertThat(client.doneReports("t")).as("seed %d", seed).isEqualTo(1);
            }
        }
    }

    @Test
    void lastReportsTellWhenATaskBeganAndNotWhenItCame() {
        SimulatedClient client = started(1);
        client.combiner.deliver(train("first", "m"));
        client.combiner.deliver(train("second", "m"));

        client.runUntilDone("second");

        Duration wait = Duration.between(
                client.combiner.doneReports().get("first").get(0).startedAt(),
                client.combiner.doneReports().get("second").get(0).startedAt());
        assertThat(wait).isGreaterThanOrEqualTo(SimulatedClient.CALLBACK_TIME);
    }

    @Test
    void whatIsLoggedWhileClosingGoesOutBeforeTheFarewell() {
        SimulatedClient client = started(1);
        client.runtime.close(BUDGET);
        client.runtime.log().sendStatus("last words");

        client.runUntil(() -> client.runtime.state() == ClientState.CLOSED);

        assertThat(client.combiner.records(RecordBody.StatusLine.class))
                .extracting(RecordBody.StatusLine::text)
                .contains("last words");
    }

    @Test
    void theEarliestEndOfAllCallersCounts() {
        SimulatedClient client = started(1);
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        CompletionStage<?> first = client.runtime.close(Duration.ofMinutes(12));
        client.runFor(Duration.ofSeconds(1));
        long asked = client.env.nanos();

        client.close(Duration.ofSeconds(2));

        assertThat(Duration.ofNanos(client.env.nanos() - asked)).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(first.toCompletableFuture()).isCompleted();
        assertThat(client.env.interrupts()).hasSize(1);
        assertThat(client.combiner.doneReports().get("t"))
                .singleElement()
                .satisfies(report -> assertThat(report.status()).isEqualTo("INTERRUPTED"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 1_900, 1_999})
    void aCallerWithMoreTimeDoesNotProlongClosing(int milliseconds) {
        SimulatedClient client = started(1);
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.silence("");
        long start = client.env.nanos();
        client.runtime.close(Duration.ofSeconds(2));
        client.runFor(Duration.ofMillis(milliseconds));

        client.close(Duration.ofMinutes(10));

        assertThat(Duration.ofNanos(client.env.nanos() - start)).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 7_300, 11_000, 12_000})
    void aCallerWithLessTimeShortensEachStepOfClosing(int milliseconds) {
        SimulatedClient client = started(1);
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.env.callbacks() == 1);
        client.combiner.silence("");
        client.runtime.close(Duration.ofSeconds(12));
        client.runFor(Duration.ofMillis(milliseconds - 10));
        long asked = client.env.nanos();

        client.close(Duration.ofMillis(500));

        assertThat(Duration.ofNanos(client.env.nanos() - asked)).isLessThanOrEqualTo(Duration.ofMillis(500));
    }

    @Test
    void noCallerWaitsLongerThoughTheClientHangs() {
        SimulatedClient client = started(1);
        client.env.hangStrands();
        long asked = client.env.nanos();
        try (LogLines log = new LogLines()) {
            client.await(client.runtime.close(Duration.ofSeconds(3)));

            assertThat(log.with("is not closed after PT3S")).hasSize(1);
        }
        assertThat(Duration.ofNanos(client.env.nanos() - asked))
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(client.runtime.state()).isNotEqualTo(ClientState.CLOSED);
    }

    /**
     * Three records are stored, and two more are being written when the time of the close is nearly over.
     *
     * @param lastAnswer what the store answers then, if it does
     */
    private static String lineLeft(Optional<CompletionStage<@Nullable Void>> lastAnswer) {
        boolean[] last = {false};
        SimulatedClient client = new SimulatedClient(new Callbacks(), 1, adapters -> {
            VirtualEnv env = (VirtualEnv) adapters.env();
            return StoreProxy.answering(adapters, answer -> last[0] ? late(env, lastAnswer) : answer);
        });
        client.start();
        client.combiner.goAway();
        for (int i = 0; i < 3; i++) {
            client.await(client.runtime.log().sendStatus("stored").stored());
        }
        last[0] = true;
        client.runtime.log().sendStatus("being written");
        client.runtime.log().sendStatus("being written");
        long start = client.env.nanos();
        try (LogLines log = new LogLines()) {
            client.close(Duration.ofSeconds(3));

            assertThat(Duration.ofNanos(client.env.nanos() - start)).isLessThan(Duration.ofSeconds(4));
            return String.join("\n", log.with(" records were not sent"));
        }
    }

    private static CompletionStage<@Nullable Void> late(
            VirtualEnv env, Optional<CompletionStage<@Nullable Void>> answer) {
        CompletableFuture<@Nullable Void> came = new CompletableFuture<>();
        answer.ifPresent(known -> env.schedule(Duration.ofMillis(3_100), () -> came.complete(null)));
        return came.thenCompose(now -> answer.orElseThrow());
    }

    @Test
    void theLineAtTheEndSaysWhatTheStoreHasAnswered() {
        EdgeException full = new EdgeException(ErrorCode.IO, "no space left on device");

        assertThat(lineLeft(Optional.of(CompletableFuture.completedFuture(null))))
                .endsWith("5 records were not sent before the client was closed:"
                        + " 5 are kept in the state directory, 0 are lost");
        assertThat(lineLeft(Optional.of(CompletableFuture.failedFuture(full))))
                .endsWith("3 are kept in the state directory, 2 are lost");
        assertThat(lineLeft(Optional.empty()))
                .endsWith("3 are kept in the state directory, 0 are lost; the disk has not answered yet for 2");
    }

    @Test
    void closingAClosedClientReturnsAtOnce() {
        SimulatedClient client = started(1);
        client.close(BUDGET);
        long asked = client.env.nanos();

        client.await(client.runtime.close(BUDGET));

        assertThat(client.env.nanos()).isEqualTo(asked);
    }
}
