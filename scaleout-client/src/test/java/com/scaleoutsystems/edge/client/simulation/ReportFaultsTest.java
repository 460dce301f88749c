package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.task;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The combiner has accepted what the client reports, but its answer is lost; in virtual time. */
class ReportFaultsTest {

    private final List<String> ran = new ArrayList<>();
    private final SimulatedClient client = client();

    private SimulatedClient client() {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            ran.add(task.request().correlationId());
            return TrainResult.of(model("update", 1), 10);
        });
        callbacks.validate((model, task) -> Map.of("accuracy", 1));
        callbacks.predict((model, task) -> Map.of("mean", 1));
        callbacks.inference((model, task) -> task.logInferenceResult("found", Map.of("value", 1)));
        SimulatedClient started = new SimulatedClient(callbacks, Slots.settings(), 1);
        started.combiner.addModel("m", 0);
        started.start();
        started.runFor(Duration.ofSeconds(10));
        return started;
    }

    /** Lets the client make a record of this kind. */
    private void make(RecordKind kind) {
        switch (kind) {
            case MODEL_UPDATE -> client.combiner.deliver(train("t", "m"));
            case MODEL_VALIDATION -> client.combiner.deliver(validate("t", "m"));
            case MODEL_PREDICTION -> client.combiner.deliver(task("t", "Scaleout_Prediction", "m"));
            case INFERENCE_RESULT -> client.combiner.deliver(task("t", "Scaleout_Inference", "m"));
            case MODEL_METRIC ->
                client.runtime
                        .log()
                        .logMetric(
                                Map.of("loss", 1), LogOptions.defaults().withContext(LoggingContext.of("m", "1", "s")));
            case STATUS -> client.runtime.log().sendStatus("line");
            case TELEMETRY_RECORD -> client.runtime.log().logTelemetry("t", Map.of("value", 1));
            case ATTRIBUTE_RECORD -> client.runtime.log().logAttributes(Map.of("site", "a"));
        }
    }

    private static Class<? extends RecordBody> body(RecordKind kind) {
        return switch (kind) {
            case MODEL_UPDATE -> RecordBody.ModelUpdate.class;
            case MODEL_VALIDATION -> RecordBody.Validation.class;
            case MODEL_PREDICTION -> RecordBody.Prediction.class;
            case INFERENCE_RESULT -> RecordBody.Inference.class;
            case MODEL_METRIC -> RecordBody.Metric.class;
            case STATUS -> RecordBody.StatusLine.class;
            case TELEMETRY_RECORD -> RecordBody.Telemetry.class;
            case ATTRIBUTE_RECORD -> RecordBody.Attribute.class;
        };
    }

    @ParameterizedTest
    @EnumSource
    void aRecordWhoseAcknowledgementIsLostIsSentOnceMoreUnderItsId(RecordKind kind) {
        client.combiner.loseNextAnswer(" " + body(kind).getSimpleName() + "[");
        switch (kind) {
            case TELEMETRY_RECORD, ATTRIBUTE_RECORD, INFERENCE_RESULT -> client.combiner.loseNextAcknowledgement();
            default -> assertThat(kind).as("sent by a call of its own").isNotNull();
        }
        make(kind);
        client.runFor(Duration.ofMinutes(5));

        List<RecordBody> records = client.combiner.records();
        List<String> ids = new ArrayList<>();
        List<RecordBody> bodies = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            if (body(kind).isInstance(records.get(i)) && isTheTests(records.get(i))) {
                ids.add(client.combiner.recordIds().get(i));
                bodies.add(records.get(i));
            }
        }
        assertThat(ids).hasSize(2);
        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
        assertThat(client.combiner.doneReports().values())
                .allSatisfy(reports ->
                        assertThat(reports).extracting(TaskReport::status).containsExactly("COMPLETED"));
        assertThat(ran).hasSize(kind == RecordKind.MODEL_UPDATE ? 1 : 0);
        if (kind == RecordKind.MODEL_UPDATE) {
            assertThat(client.combiner.calls("→ upload")).as("uploads").isEqualTo(1);
        }
        Slots.areFree(client);
    }

    /** Tasks have status lines of their own. */
    private static boolean isTheTests(RecordBody record) {
        return !(record instanceof RecordBody.StatusLine line) || line.text().equals("line");
    }

    @Test
    void theLastReportOfATaskIsMadeOnceMoreIfTheAnswerOfItsPollIsLost() {
        client.combiner.loseNextAnswer("status=COMPLETED, done=true");
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");
        client.runFor(Duration.ofMinutes(2));

        List<TaskReport> ends = client.combiner.doneReports().get("t");
        assertThat(ends).hasSize(2);
        assertThat(ends.get(1)).isEqualTo(ends.get(0));
        assertThat(ends.get(0).status()).isEqualTo("COMPLETED");
        assertThat(ran).containsExactly("t");
        assertThat(client.combiner.records(RecordBody.ModelUpdate.class)).hasSize(1);
        Slots.areFree(client);
    }
}
