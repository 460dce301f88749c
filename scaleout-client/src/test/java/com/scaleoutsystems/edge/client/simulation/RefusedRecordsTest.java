package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that the server or a proxy refuses while it takes others, in virtual time. */
class RefusedRecordsTest {

    private static final ReportingSettings QUIET = ReportingSettings.defaults().withNodeTelemetry(false);
    private static final ConnectionFault BODY_LIMIT = ConnectionFault.ofAnswer(413);
    private static final EdgeException TOO_LARGE =
            new ProxyAnswerException(BODY_LIMIT.finding() + "; " + BODY_LIMIT.cure(), 413, null);
    private static final EdgeException TOO_MANY = new ProxyAnswerException("HTTP 429", 429, null);
    private static final EdgeException TOO_MANY_BY_GRPC = LimitException.rate("request rate limited", null);
    private static final EdgeException UNAVAILABLE = new ProxyAnswerException("HTTP 502", 502, null);

    private final List<EdgeException> events = new ArrayList<>();

    private SimulatedClient client() {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> TrainResult.of(model("update-" + task.request().correlationId(), 1), 10),
                QUIET,
                SimulatedClient.Disk.memory(new MemoryStateStore()),
                List.of(new EdgeClientListener() {
                    @Override
                    public void error(EdgeException error) {
                        events.add(error);
                    }
                }));
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private static Outcome outcome(SimulatedClient client, Delivery delivery) {
        client.await(delivery.outcome());
        return delivery.outcome().toCompletableFuture().join();
    }

    private static Health health(SimulatedClient client) {
        CompletableFuture<Health> health = client.runtime.health().toCompletableFuture();
        client.await(health);
        return health.join();
    }

    /** Records of one stream. One that is logged after them is sent before them. */
    private static List<Delivery> goodTelemetry(SimulatedClient client) {
        List<Delivery> good = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            good.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
        }
        return good;
    }

    private static void assertDeliveredWithin(Duration time, SimulatedClient client, List<Delivery> records) {
        long start = client.env.nanos();
        records.forEach(
                record -> assertThat(outcome(client, record).isDelivered()).isTrue());
        assertThat(Duration.ofNanos(client.env.nanos() - start)).isLessThan(time);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNIMPLEMENTED", "UNAUTHENTICATED"},
            mode = EnumSource.Mode.EXCLUDE)
    void anErrorThatCannotPassEndsTheRecordAtOnceWhateverItsCode(ErrorCode code) {
        EdgeException never = new EdgeException(code, "larger than max (5000000 vs. 4194304)", null, false, 1);
        SimulatedClient client = client();
        client.combiner.failAlways("StatusLine[text=odd", never);
        client.combiner.breakStreamsAt("odd", never);
        Delivery line = client.runtime.log().sendStatus("odd");
        List<Delivery> good = goodTelemetry(client);
        Delivery odd = client.runtime.log().logTelemetry("t", Map.of("value", "odd"));

        assertThat(outcome(client, line)).isInstanceOf(Outcome.Rejected.class);
        assertThat(client.combiner.calls("send " + line.id())).isEqualTo(1);
        assertDeliveredWithin(Duration.ofSeconds(3), client, good);
        assertThat(outcome(client, odd)).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void whatABodyLimitStopsIsSaidAtTheFirstRefusalAndPassesWhenTheLimitIsRaised() {
        SimulatedClient client = client();
        client.combiner.failAlways("upload update-large", TOO_LARGE);
        try (LogLines log = new LogLines()) {
            client.combiner.deliver(train("large", "m"));
            client.runUntil(() -> client.combiner.calls("upload update-large") == 1);
            client.runFor(Duration.ofMillis(200));

            assertThat(log.with("WARN"))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).contains("MODEL_UPDATE", "HTTP 413", "client_max_body_size", "1 MB"));
            assertThat(events).singleElement().satisfies(error -> {
                assertThat(error).hasMessageContaining("client_max_body_size");
                assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            });
            assertThat(health(client).troubles())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("MODEL_UPDATE", "client_max_body_size"));

            client.combiner.deliver(train("small", "m"));
            client.runUntilDone("small");
            client.runFor(Duration.ofMinutes(50));
            assertThat(client.doneReports("large")).isZero();
            assertThat(events).as("said once, not with each attempt").hasSize(1);
        }

        client.combiner.workAgain();
        long raised = client.env.nanos();
        client.runUntilDone("large");

        assertThat(Duration.ofNanos(client.env.nanos() - raised)).isLessThan(Duration.ofSeconds(70));
        assertThat(client.combiner.doneReports().get("large").get(0).status()).isEqualTo("COMPLETED");
        assertThat(health(client).troubles()).isEmpty();
    }

    @Test
    void aLateAnswerIsSoonTriedAgainThoughAProxyRefusedTheRecordOften() {
        SimulatedClient client = client();
        for (int i = 0; i < 9; i++) {
            client.combiner.failNext("StatusLine[text=odd", TOO_LARGE);
        }
        client.combiner.failNext(
                "StatusLine[text=odd", new EdgeException(ErrorCode.DEADLINE_EXCEEDED, "late", null, true, 1));
        Delivery line = client.runtime.log().sendStatus("odd");
        client.runUntil(() -> client.combiner.calls("send " + line.id()) == 10);
        long late = client.env.nanos();

        assertThat(outcome(client, line).isDelivered()).isTrue();
        assertThat(Duration.ofNanos(client.env.nanos() - late)).isLessThan(Duration.ofSeconds(10));
    }

    /** A stream adds up what it carries, so it is not clear which record was too much. */
    @Test
    void aBodyLimitOnAStreamHoldsUpTheOneRecordThatIsTooLargeAndNoOther() {
        SimulatedClient client = client();
        client.combiner.breakStreamsAt("odd", TOO_LARGE);
        List<Delivery> good = goodTelemetry(client);
        Delivery odd = client.runtime.log().logTelemetry("t", Map.of("value", "odd"));

        assertDeliveredWithin(Duration.ofSeconds(4), client, good);
        assertThat(odd.outcome().toCompletableFuture()).isNotDone();

        client.combiner.breakStreamsAt("nothing");

        assertThat(outcome(client, odd).isDelivered()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {
                "INTERNAL",
                "UNKNOWN",
                "RESOURCE_EXHAUSTED",
                "FAILED_PRECONDITION",
                "DEADLINE_EXCEEDED",
                "UNAVAILABLE"
            })
    void aRecordThatStepsAsideForTheSecondTimeIsAWarningAndAnEventOncePerCause(ErrorCode code) {
        SimulatedClient client = client();
        client.combiner.failAlways("StatusLine[text=odd", new EdgeException(code, "not now", null, true, 1));
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < 5; i++) {
                client.runtime.log().sendStatus("odd " + i);
            }
            client.runFor(Duration.ofMinutes(5));

            assertThat(log.with("WARN"))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("STATUS", "cannot be sent yet", "not now"));
        }
        assertThat(events).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error).hasMessageContaining("not now");
        });
        assertThat(health(client).troubles()).hasSize(1);
        client.runFor(Duration.ofHours(1));
        assertThat(events).as("said again after an hour").hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void oneFailureIsNoTrouble() {
        SimulatedClient client = client();
        client.combiner.failNext("StatusLine", new EdgeException(ErrorCode.INTERNAL, "once", null, true, 1));

        assertThat(outcome(client, client.runtime.log().sendStatus("line")).isDelivered())
                .isTrue();
        assertThat(events).isEmpty();
        assertThat(health(client).troubles()).isEmpty();
    }

    /** As when a proxy makes UNAVAILABLE of an answer that it cannot pass on. */
    @Test
    void aRecordThatTheNetworkFailsForEverHoldsUpNoOther() {
        SimulatedClient client = client();
        client.combiner.failAlways("ModelUpdate[modelId=m, updateId=update-odd", UNAVAILABLE);
        client.combiner.failAlways("StatusLine[text=odd", UNAVAILABLE);
        client.combiner.deliver(train("odd", "m"));
        client.runUntil(() -> client.combiner.calls("updateId=update-odd") >= 1);
        Delivery odd = client.runtime.log().sendStatus("odd");
        long start = client.env.nanos();
        for (int i = 0; i < 10; i++) {
            client.combiner.deliver(train("next" + i, "m"));
            assertThat(outcome(client, client.runtime.log().sendStatus("next " + i))
                            .isDelivered())
                    .isTrue();
            client.runUntilDone("next" + i);
        }
        assertThat(Duration.ofNanos(client.env.nanos() - start)).isLessThan(Duration.ofMinutes(3));
        client.runFor(Duration.ofHours(1));
        assertThat(odd.outcome().toCompletableFuture()).isNotDone();

        client.combiner.workAgain();

        assertThat(outcome(client, odd).isDelivered()).isTrue();
        client.runUntilDone("odd");
        assertThat(client.combiner.doneReports().get("odd").get(0).status()).isEqualTo("COMPLETED");
    }

    @Test
    void aRecordThatTheNetworkFailsForEverOnAStreamHoldsUpNoOther() {
        SimulatedClient client = client();
        client.combiner.breakStreamsAt("odd", UNAVAILABLE);
        List<Delivery> good = goodTelemetry(client);
        Delivery odd = client.runtime.log().logTelemetry("t", Map.of("value", "odd"));

        assertDeliveredWithin(Duration.ofMinutes(1), client, good);
        assertThat(odd.outcome().toCompletableFuture()).isNotDone();
    }

    /** A record that waits alone because it failed must not make the next one wait for a minute. */
    @ParameterizedTest
    @ValueSource(strings = {"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void aRecordIsNotDelayedByAnOlderOneThatKeepsFailing(ErrorCode code) {
        SimulatedClient client = client();
        client.combiner.failAlways("StatusLine[text=odd", new EdgeException(code, "not now", null, true, 1));
        client.runtime.log().sendStatus("odd");
        client.runFor(Duration.ofMinutes(10));
        for (int i = 0; i < 30; i++) {
            long logged = client.env.nanos();
            assertThat(outcome(client, client.runtime.log().sendStatus("next " + i))
                            .isDelivered())
                    .isTrue();
            assertThat(Duration.ofNanos(client.env.nanos() - logged)).isLessThan(Duration.ofSeconds(3));
            client.runFor(Duration.ofSeconds(7));
        }
    }

    static List<EdgeException> rateLimits() {
        return List.of(TOO_MANY, TOO_MANY_BY_GRPC);
    }

    /** Every answered poll or heartbeat once set off the upload that had been refused, and took the place that the upload needed. */
    @ParameterizedTest
    @MethodSource("rateLimits")
    void underALimitOfTheRateResultsPass(EdgeException limit) {
        SimulatedClient client = client();
        client.combiner.limitRate(1, 2, limit);
        client.combiner.deliver(train("t", "m"));
        for (int i = 0; i < 5; i++) {
            client.runtime.log().logTelemetry("t", Map.of("value", i));
            client.runtime.log().sendStatus("line " + i);
        }
        client.runUntil(() -> client.env.callbacks() == 1);
        long start = client.env.nanos();

        client.runUntilDone("t");

        assertThat(Duration.ofNanos(client.env.nanos() - start)).isLessThan(Duration.ofMinutes(3));
        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        long refused = client.combiner.log().stream()
                .filter(line -> line.contains("✗ upload"))
                .count();
        assertThat(refused).isLessThan(12);
        assertThat(events)
                .as("a limit of the rate is no trouble of a record")
                .noneMatch(error -> error.getMessage().contains("cannot be sent yet"));
    }

    /** Another record would be refused, too: none steps aside, and people can do nothing for a single one. */
    @Test
    void aLimitOfTheRateIsNoTroubleOfARecordAndKeepsTheOrder() {
        SimulatedClient client = client();
        client.combiner.failAlways("StatusLine", TOO_MANY);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            lines.add("line " + i);
            client.runtime.log().sendStatus("line " + i);
        }
        client.runFor(Duration.ofMinutes(30));
        assertThat(events).isEmpty();
        assertThat(health(client).troubles()).isEmpty();

        client.combiner.workAgain();
        client.runUntil(() -> client.combiner.records().size() >= lines.size());

        assertThat(client.combiner.records(RecordBody.StatusLine.class))
                .extracting(RecordBody.StatusLine::text)
                .isEqualTo(lines);
    }

    /** For half a day, if need be. */
    @ParameterizedTest
    @MethodSource("rateLimits")
    void noRecordAndNoResultIsGivenUpUnderALimitOfTheRate(EdgeException limit) {
        SimulatedClient client = client();
        client.combiner.failAlways("upload", limit);
        client.combiner.failAlways("StatusLine", limit);
        client.combiner.breakStreamsAt("t", limit);
        client.combiner.deliver(train("t", "m"));
        List<Delivery> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(client.runtime.log().sendStatus("line " + i));
            all.add(client.runtime.log().logTelemetry("t", Map.of("value", i)));
        }
        for (int hour = 0; hour < 12; hour++) {
            client.runFor(Duration.ofHours(1));
        }
        assertThat(all)
                .allSatisfy(
                        one -> assertThat(one.outcome().toCompletableFuture()).isNotDone());
        assertThat(client.doneReports("t")).isZero();
        assertThat(client.combiner.calls("StatusLine"))
                .as("the pauses of the way are half a minute or more, however many records wait")
                .isLessThan(12 * 60 * 2 + 20);

        client.combiner.workAgain();
        client.combiner.breakStreamsAt("nothing");
        long passes = client.env.nanos();
        all.forEach(one -> assertThat(outcome(client, one).isDelivered()).isTrue());
        client.runUntilDone("t");

        assertThat(client.combiner.doneReports().get("t").get(0).status()).isEqualTo("COMPLETED");
        assertThat(Duration.ofNanos(client.env.nanos() - passes)).isLessThan(Duration.ofMinutes(3));
    }

    /** As when its model alone is too much for a quota. */
    @Test
    void aRecordThatAQuotaStopsForEverHoldsUpNoOther() {
        SimulatedClient client = client();
        client.combiner.failAlways("upload update-odd", TOO_MANY_BY_GRPC);
        client.combiner.deliver(train("odd", "m"));
        client.runUntil(() -> client.combiner.calls("upload update-odd") >= 1);
        for (int i = 0; i < 10; i++) {
            client.combiner.deliver(train("next" + i, "m"));
            long start = client.env.nanos();
            client.runUntilDone("next" + i);
            assertThat(Duration.ofNanos(client.env.nanos() - start)).isLessThan(Duration.ofMinutes(3));
        }
        assertThat(client.doneReports("odd")).isZero();

        client.combiner.workAgain();
        client.runUntilDone("odd");

        assertThat(client.combiner.doneReports().get("odd").get(0).status()).isEqualTo("COMPLETED");
    }

    /** Elsewhere a failed heartbeat is repeated soon, to notice that the combiner is back. */
    @ParameterizedTest
    @MethodSource("rateLimits")
    void heartbeatsComeNoMoreOftenUnderALimitOfTheRate(EdgeException limit) {
        SimulatedClient client = client();
        client.runFor(Duration.ofMinutes(10));
        long usual = client.combiner.calls("→ heartbeat");
        client.combiner.failAlways("heartbeat", limit);
        client.runFor(Duration.ofMinutes(10));

        assertThat(client.combiner.calls("→ heartbeat")).isLessThanOrEqualTo(2 * usual + 1);
    }

    @ParameterizedTest
    @MethodSource("rateLimits")
    void pollsSlowDownUnderALimitOfTheRateAndBecomeQuickAgain(EdgeException limit) {
        SimulatedClient client = client();
        // Short intervals between polls: a task has just ended.
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");
        long before = client.combiner.calls("→ poll");
        client.combiner.limitRate(1, 2, limit);
        client.runFor(Duration.ofSeconds(50));

        assertThat(client.combiner.calls("→ poll") - before).isLessThan(60);
        client.combiner.limitRate(1_000, 1_000, limit);
        client.combiner.deliver(train("u", "m"));
        client.runUntilDone("u");
        client.runFor(Duration.ofSeconds(20));
        long quick = client.combiner.calls("→ poll");
        client.runFor(Duration.ofSeconds(20));
        assertThat(client.combiner.calls("→ poll") - quick).isGreaterThan(60);
    }

    /** A server that answers polls only now and then does not make uploads come at once, again and again. */
    @Test
    void aWayThatFailsByItselfKeepsItsPausesWhilePollsComeAndGo() {
        SimulatedClient client = client();
        client.combiner.failAlways("upload", TOO_MANY_BY_GRPC);
        client.combiner.deliver(train("t", "m"));
        for (int i = 0; i < 300; i++) {
            client.combiner.failNext("poll", UNAVAILABLE);
            client.combiner.failNext("heartbeat", UNAVAILABLE);
            client.runFor(Duration.ofSeconds(2));
        }

        assertThat(client.combiner.calls("upload")).isLessThan(40);
    }

    @Test
    void anOutageIsNoTroubleOfRecordsAndKeepsTheirOrder() {
        SimulatedClient client = client();
        client.combiner.goAway();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            lines.add("line " + i);
            client.runtime.log().sendStatus("line " + i);
            client.runFor(Duration.ofSeconds(30));
        }
        assertThat(health(client).troubles()).isEmpty();
        client.combiner.comeBack();
        client.runUntil(() -> client.combiner.records().size() >= 20);

        assertThat(client.combiner.records(RecordBody.StatusLine.class))
                .extracting(RecordBody.StatusLine::text)
                .isEqualTo(lines);
    }
}
