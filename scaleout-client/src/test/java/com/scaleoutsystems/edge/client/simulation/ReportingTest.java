package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.RecordKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of records, in virtual time. */
class ReportingTest {

    private static final EdgeException AWAY = new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1);

    private final SimulatedClient client = new SimulatedClient(1, null, null);

    private Outcome outcome(Delivery delivery) {
        client.await(delivery.outcome());
        return delivery.outcome().toCompletableFuture().join();
    }

    private Delivery status(String text) {
        return client.runtime.log().sendStatus(text);
    }

    private List<String> statusesAtTheServer() {
        return client.combiner.records(RecordBody.StatusLine.class).stream()
                .map(RecordBody.StatusLine::text)
                .toList();
    }

    @Test
    void whatIsLoggedBeforeTheStartIsSentAfterIt() {
        Delivery early = status("early");
        client.runFor(Duration.ofMinutes(1));
        assertThat(statusesAtTheServer()).isEmpty();

        client.start();

        assertThat(outcome(early)).isEqualTo(new Outcome.Delivered());
        assertThat(statusesAtTheServer()).containsExactly("early");
    }

    @Test
    void recordsKeepTheirOrderThroughFailures() {
        client.start();
        for (int i = 0; i < 5; i++) {
            client.combiner.failNext("StatusLine", AWAY);
        }
        List<Delivery> deliveries = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            texts.add("line " + i);
            deliveries.add(status("line " + i));
        }

        deliveries.forEach(
                delivery -> assertThat(outcome(delivery).isDelivered()).isTrue());

        assertThat(statusesAtTheServer()).isEqualTo(texts);
    }

    @Test
    void aRecordThatIsRefusedForGoodHoldsUpNoOther() {
        client.start();
        client.combiner.failNext("StatusLine[text=bad", new EdgeException(ErrorCode.INVALID_ARGUMENT, "not wanted"));
        Delivery bad = status("bad");
        Delivery good = status("good");

        assertThat(outcome(bad))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.error()).hasMessage("not wanted"));
        assertThat(outcome(good).isDelivered()).isTrue();
    }

    @Test
    void aRecordThatKeepsFailingByItselfStepsAsideAndIsGivenUpInTheEnd() {
        client.start();
        for (int i = 0; i < 100; i++) {
            client.combiner.failNext(
                    "StatusLine[text=bad", new EdgeException(ErrorCode.INTERNAL, "fault", null, true, 1));
        }
        Delivery bad = status("bad");
        Delivery good = status("good");

        assertThat(outcome(good).isDelivered()).isTrue();
        assertThat(bad.outcome().toCompletableFuture()).isNotDone();
        assertThat(outcome(bad)).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
            assertThat(rejected.error().attempts()).isEqualTo(10);
            assertThat(rejected.error()).hasMessage("given up after 10 attempts: fault");
        });
        assertThat(client.combiner.calls("send " + bad.id())).isEqualTo(10);
    }

    @Test
    void aRecordThatGetsNoAnswerStepsAsideAndIsNeverGivenUp() {
        client.start();
        client.combiner.silence("StatusLine[text=odd");
        Delivery odd = status("odd");
        Delivery good = status("good");

        assertThat(outcome(good).isDelivered()).isTrue();
        assertThat(odd.outcome().toCompletableFuture()).isNotDone();
        client.runFor(Duration.ofHours(1));
        client.runFor(Duration.ofHours(1));
        assertThat(client.combiner.calls("send " + odd.id())).isBetween(8L, 15L);
        for (int hours = 0; hours < 10; hours++) {
            client.runFor(Duration.ofHours(1));
        }
        client.combiner.silence("nothing");
        assertThat(outcome(odd).isDelivered()).isTrue();
    }

    @Test
    void aRecordIsNeverGivenUpBecauseTheCombinerIsAway() {
        client.start();
        client.combiner.goAway();
        Delivery delivery = status("patient");
        Delivery streamed = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        client.runFor(Duration.ofHours(1));
        assertThat(delivery.outcome().toCompletableFuture()).isNotDone();

        client.combiner.comeBack();

        assertThat(outcome(delivery).isDelivered()).isTrue();
        assertThat(outcome(streamed).isDelivered()).isTrue();
    }

    @Test
    void theOneRecordThatBreaksItsStreamIsFoundAndGivenUpAndNoOther() {
        client.start();
        client.combiner.breakStreamsAt("poison");
        Map<String, Delivery> deliveries = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            String value = i == 20 ? "poison" : "good " + i;
            deliveries.put(value, client.runtime.log().logTelemetry("t", Map.of("value", value)));
        }

        deliveries.forEach((value, delivery) ->
                assertThat(outcome(delivery).isDelivered()).as(value).isEqualTo(!value.equals("poison")));
    }

    @Test
    void anAcknowledgementThatIsLostMeansTheSameRecordAgain() {
        client.start();
        client.combiner.loseNextAnswer("StatusLine");
        Delivery delivery = status("once");

        assertThat(outcome(delivery).isDelivered()).isTrue();

        assertThat(client.combiner.calls("send " + delivery.id())).isEqualTo(2);
    }

    @Test
    void aStreamThatBreaksIsOpenedAgainAndSendsWhatWasNotAcknowledged() {
        client.start();
        Delivery first = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        assertThat(outcome(first).isDelivered()).isTrue();
        client.combiner.breakStreams(AWAY);
        Delivery second = client.runtime.log().logTelemetry("t", Map.of("value", 2));
        client.combiner.breakStreams(AWAY);

        assertThat(outcome(second).isDelivered()).isTrue();

        assertThat(client.combiner.opened(RecordKind.TELEMETRY_RECORD)).isGreaterThanOrEqualTo(2);
        assertThat(client.combiner.records(RecordBody.Telemetry.class))
                .extracting(RecordBody.Telemetry::payload)
                .contains("{\"value\": 1}", "{\"value\": 2}");
    }

    @Test
    void aBrokenTelemetryStreamDoesNotHoldUpStatuses() {
        client.start();
        client.combiner.refuseStreams();
        Delivery telemetry = client.runtime.log().logTelemetry("t", Map.of("value", 1));
        Delivery line = status("through");

        assertThat(outcome(line).isDelivered()).isTrue();
        assertThat(telemetry.outcome().toCompletableFuture()).isNotDone();
    }

    @Test
    void attributesAreDeliveredWhenAllAre() {
        client.start();
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("site", "a");
        attributes.put("thread", Thread.currentThread());

        Delivery delivery = client.runtime.log().logAttributes(attributes);

        assertThat(outcome(delivery))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.error()).hasMessageContaining("no JSON form"));
        assertThat(client.combiner.records(RecordBody.Attribute.class)).hasSize(1);
    }

    @Test
    void metricsThatMakeNoSenseAreRejectedAndNeverThrown() {
        Map<String, Number> metrics = new LinkedHashMap<>();
        metrics.put("loss", null);
        LoggingContext context = LoggingContext.of("m", "1", "s");

        Delivery delivery =
                client.runtime.log().logMetric(metrics, LogOptions.defaults().withContext(context));

        assertThat(outcome(delivery)).isInstanceOf(Outcome.Rejected.class);
        assertThat(context.step()).isZero();
    }

    @Test
    void whatCouldNotBeSentBeforeTheCloseIsReportedAsDropped() {
        client.start();
        for (int i = 0; i < 1_000; i++) {
            client.combiner.failNext("StatusLine", AWAY);
        }
        Delivery delivery = status("never");

        client.close(Duration.ofSeconds(5));

        assertThat(outcome(delivery)).hasToString("Dropped[reason=CLIENT_CLOSED]");
    }
}
