package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no message can hold is refused where it is logged, in virtual time. A combiner would refuse it whenever it is tried. */
class RecordSizesTest {

    private static final String TOO_LONG = "x".repeat(RecordBody.MOST_BYTES + 1);
    private static final String LIMIT = "a record holds at most 3145728";

    @Test
    void whatTheHostLogsIsRefusedAtOnceAndNothingOfItIsSent() {
        SimulatedClient client = new SimulatedClient(1, null, null);
        client.start();
        var log = client.runtime.log();
        LogOptions inTask = LogOptions.defaults().withContext(LoggingContext.of("m", "1", "session"));
        List<Delivery> refused = List.of(
                log.sendStatus(TOO_LONG),
                log.logTelemetry("t", Map.of("value", TOO_LONG)),
                log.logTelemetry(TOO_LONG, Map.of("value", 1)),
                log.logAttributes(Map.of("site", TOO_LONG)),
                log.logMetric(Map.of(TOO_LONG, 1), inTask),
                log.prediction(new RecordBody.Prediction("m", "t", "session", client.env.wall(), TOO_LONG)));
        Delivery next = log.sendStatus("next");

        client.await(next.outcome());

        for (Delivery delivery : refused) {
            client.await(delivery.outcome());
            assertThat(delivery.stored().toCompletableFuture()).isCompletedWithValue(Delivery.Stored.NOT_STORED);
            assertThat(delivery.outcome().toCompletableFuture().join())
                    .isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                        assertThat(rejected.error().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                        assertThat(rejected.error()).hasMessageContaining(LIMIT);
                    });
        }
        assertThat(client.combiner.records()).hasSize(1);
    }

    @Test
    @SuppressWarnings("NullAway") // as of a host whose compiler does not look for null
    void whatIsNullIsRefusedByNameWhenItIsLogged() {
        SimulatedClient client = new SimulatedClient(1, null, null);
        client.start();
        var log = client.runtime.log();
        LogOptions inTask = LogOptions.defaults().withContext(LoggingContext.of("m", "1", "session"));
        Map<String, Delivery> refused = Map.of(
                "the message is null", log.sendStatus(null),
                "the level is null", log.sendStatus("text", null),
                "the payload is null", log.logTelemetry("t", null),
                "the map of attributes is null", log.logAttributes(null),
                "the map of metrics is null", log.logMetric(null, inTask));

        refused.forEach((reason, delivery) -> {
            client.await(delivery.outcome());
            assertThat(delivery.stored().toCompletableFuture()).isCompletedWithValue(Delivery.Stored.NOT_STORED);
            assertThat(delivery.outcome().toCompletableFuture().join())
                    .isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                        assertThat(rejected.error().code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                        assertThat(rejected.error()).hasMessageContaining(reason);
                    });
        });
        assertThat(client.combiner.records()).isEmpty();
    }

    @Test
    void aTaskWhoseResultNoMessageCanHoldFailsWithSizeLimitAndCure() {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> TrainResult.of(model("update", 1), 10).withTrainingMetadata("notes", TOO_LONG),
                (model, task) -> Map.<String, Object>of("loss", 1, "notes", TOO_LONG));
        client.combiner.addModel("m", 0);
        client.start();
        client.combiner.deliver(train("training", "m"));
        client.combiner.deliver(validate("validation", "m"));
        client.runUntilDone("training");
        client.runUntilDone("validation");

        for (String task : List.of("training", "validation")) {
            assertThat(client.combiner.doneReports().get(task)).allSatisfy(report -> {
                assertThat(report.status()).isEqualTo("FAILED");
                assertThat(report.response()).contains(LIMIT, "send its content in several records");
            });
        }
        assertThat(client.combiner.calls("upload")).isZero();
    }
}
