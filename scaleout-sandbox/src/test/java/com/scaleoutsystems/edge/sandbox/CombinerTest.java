package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import com.scaleoutsystems.edge.proto.AttributeElem;
import com.scaleoutsystems.edge.proto.AttributeMessage;
import com.scaleoutsystems.edge.proto.BacklogReport;
import com.scaleoutsystems.edge.proto.ClientAnnounceRequest;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.LogLevel;
import com.scaleoutsystems.edge.proto.MetricElem;
import com.scaleoutsystems.edge.proto.ModelMetric;
import com.scaleoutsystems.edge.proto.ModelPrediction;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.ModelValidation;
import com.scaleoutsystems.edge.proto.Response;
import com.scaleoutsystems.edge.proto.Status;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.proto.TelemetryElem;
import com.scaleoutsystems.edge.proto.TelemetryMessage;
import com.scaleoutsystems.edge.sandbox.internal.core.ServerJson;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The unary methods of the combiner: what they answer and what is kept. */
class CombinerTest {
    private static final Instant SENT = Instant.parse("2026-11-24T14:19:20.020409Z");
    private static final Timestamp TIMESTAMP = Timestamp.newBuilder()
            .setSeconds(SENT.getEpochSecond())
            .setNanos(SENT.getNano())
            .build();

    private final Sandbox sandbox =
            Sandbox.builder().incompatibleVersions("0.9.0").start();
    private final Recording recording = sandbox.recording();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void clientComesAndGoes() {
        assertThat(client.announce("Connect").getResponse()).isEqualTo("Client connected");
        assertThat(sandbox.connectedClients()).containsExactly("c-1");

        assertThat(client.announce("Disconnect").getResponse()).isEqualTo("Client disconnected");
        assertThat(sandbox.connectedClients()).isEmpty();

        assertThat(recording.announcements())
                .extracting(Recorded.Announcement::type)
                .containsExactly("Connect", "Disconnect");
    }

    @Test
    void pollCountsAsComing() {
        client.poll();
        assertThat(sandbox.awaitClients(1, Duration.ZERO)).containsExactly("c-1");
    }

    @Test
    void goodVersionIsCompatible() {
        Response answer = checkVersion("{\"client-version\": \"1.1.0\"}");
        assertThat(answer.getResponse()).isEqualTo("Versions are compatible");
        assertThat(answer.getParameters()).isEqualTo("{\"success\": true, \"version\": \"1.1.0\"}");
    }

    @Test
    void refusedVersionIsNotCompatible() {
        Response answer = checkVersion("{\"client-version\": \"0.9.0\"}");
        assertThat(ServerJson.object(answer.getParameters())).containsEntry("success", false);
        assertThat(ServerJson.object(checkVersion("{}").getParameters())).containsEntry("success", false);
    }

    @Test
    void versionCheckWithBrokenParametersIsRefused() {
        assertThatThrownBy(() -> checkVersion("{client-version")).hasMessageStartingWith("INVALID_ARGUMENT");
    }

    @Test
    void unknownAnnouncementIsRefused() {
        assertThatThrownBy(() -> client.announce("Wave")).hasMessageContaining("Unknown announcement Wave");
        assertThat(recording.announcements()).isEmpty();
    }

    @Test
    void modelUpdateIsKept() {
        Response answer = client.combiner()
                .sendModelUpdate(ModelUpdate.newBuilder()
                        .setClientId("c-1")
                        .setModelId("m-1")
                        .setModelUpdateId("u-1")
                        .setCorrelationId("t-1")
                        .setRoundId("2")
                        .setSessionId("s-1")
                        .setTimestamp(TIMESTAMP)
                        .setMeta("{\"training_metadata\": {\"num_examples\": 10, \"loss\": NaN}}")
                        .build());

        assertThat(answer.getResponse()).isEqualTo("Model update received");
        assertThat(recording.modelUpdates()).singleElement().satisfies(update -> {
            assertThat(update.clientId()).isEqualTo("c-1");
            assertThat(update.modelId()).isEqualTo("m-1");
            assertThat(update.modelUpdateId()).isEqualTo("u-1");
            assertThat(update.correlationId()).isEqualTo("t-1");
            assertThat(update.roundId()).isEqualTo("2");
            assertThat(update.sessionId()).isEqualTo("s-1");
            assertThat(update.timestamp()).isEqualTo(SENT);
            assertThat(update.meta())
                    .isEqualTo(Map.of("training_metadata", Map.of("num_examples", 10, "loss", Double.NaN)));
            assertThat(update.metaText()).contains("\"loss\": NaN");
        });
    }

    @Test
    void brokenJsonIsRefusedAndNotKept() {
        ModelUpdate update =
                ModelUpdate.newBuilder().setClientId("c-1").setMeta("{\"a\": ").build();
        assertThatThrownBy(() -> client.combiner().sendModelUpdate(update))
                .hasMessageStartingWith("INVALID_ARGUMENT: Field meta: not a JSON object");
        assertThat(recording.modelUpdates()).isEmpty();
        assertThat(recording.calls("SendModelUpdate"))
                .extracting(RecordedCall::status)
                .containsExactly("INVALID_ARGUMENT");
    }

    @Test
    void timeThatNoClockShowsIsRefused() {
        Status status = Status.newBuilder()
                .setClientId("c-1")
                .setTimestamp(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                .build();
        assertThatThrownBy(() -> client.combiner().sendStatus(status)).hasMessageStartingWith("INVALID_ARGUMENT");
    }

    @Test
    void validationIsKept() {
        Response answer = client.combiner()
                .sendModelValidation(ModelValidation.newBuilder()
                        .setClientId("c-1")
                        .setModelId("m-1")
                        .setCorrelationId("t-1")
                        .setSessionId("s-1")
                        .setTimestamp(TIMESTAMP)
                        .setData("{\"accuracy\": 0.5}")
                        .build());

        assertThat(answer.getResponse()).isEqualTo("Model validation received");
        assertThat(recording.validations())
                .extracting(
                        Recorded.Validation::modelId,
                        Recorded.Validation::correlationId,
                        Recorded.Validation::sessionId,
                        Recorded.Validation::timestamp,
                        Recorded.Validation::metrics)
                .containsExactly(tuple("m-1", "t-1", "s-1", SENT, Map.of("accuracy", 0.5)));
    }

    @Test
    void metricIsKeptWithAndWithoutStep() {
        ModelMetric metric = ModelMetric.newBuilder()
                .setClientId("c-1")
                .addMetrics(MetricElem.newBuilder().setKey("loss").setValue(0.25f))
                .addMetrics(MetricElem.newBuilder().setKey("f1").setValue(0.5f))
                .setStep(UInt32Value.of(0))
                .build();
        assertThat(client.combiner().sendModelMetric(metric).getResponse()).isEqualTo("Model metric received");
        client.combiner().sendModelMetric(metric.toBuilder().clearStep().build());

        assertThat(recording.metrics()).extracting(Recorded.Metric::step).containsExactly(0L, null);
        assertThat(recording.metrics().get(0).values()).isEqualTo(Map.of("loss", 0.25f, "f1", 0.5f));
    }

    @Test
    void statusIsKept() {
        Response answer = client.combiner()
                .sendStatus(Status.newBuilder()
                        .setClientId("c-1")
                        .setStatus("Model update completed.")
                        .setLogLevel(LogLevel.AUDIT)
                        .setType("MODEL_UPDATE")
                        .build());

        assertThat(answer.getResponse()).isEqualTo("Status received");
        assertThat(recording.statuses()).singleElement().satisfies(status -> {
            assertThat(status.text()).isEqualTo("Model update completed.");
            assertThat(status.logLevel()).isEqualTo("AUDIT");
            assertThat(status.type()).isEqualTo("MODEL_UPDATE");
            assertThat(status.timestamp()).isNull();
        });
    }

    @Test
    void elementsOfLegacyMessagesAreKeptOneByOne() {
        client.combiner()
                .sendTelemetryMessage(TelemetryMessage.newBuilder()
                        .setClientId("c-1")
                        .setRecordId("r-1")
                        .addTelemetries(TelemetryElem.newBuilder().setKey("cpu").setValue(1.5f))
                        .addTelemetries(
                                TelemetryElem.newBuilder().setKey("memory").setValue(2.5f))
                        .build());
        client.combiner()
                .sendAttributeMessage(AttributeMessage.newBuilder()
                        .setClientId("c-1")
                        .addAttributes(AttributeElem.newBuilder().setKey("os").setValue("linux"))
                        .build());

        assertThat(recording.telemetry()).extracting(Recorded.Telemetry::key).containsExactly("cpu", "memory");
        assertThat(recording.telemetry().get(1).payload()).isEqualTo(Map.of("value", 2.5f));
        assertThat(recording.telemetry().get(1).recordId()).isEqualTo("r-1");
        assertThat(recording.attributes()).singleElement().satisfies(attribute -> {
            assertThat(attribute.key()).isEqualTo("os");
            assertThat(attribute.payloadText()).isEqualTo("{\"value\": \"linux\"}");
        });
    }

    @Test
    void heartbeatAndBacklogAreKept() {
        client.combiner()
                .sendHeartbeat(Heartbeat.newBuilder().setClientId("c-1").build());
        client.combiner()
                .sendHeartbeat(Heartbeat.newBuilder()
                        .setClientId("c-1")
                        .setHeartbeatIntervalMs(2000)
                        .build());
        client.combiner()
                .sendBacklogReport(BacklogReport.newBuilder()
                        .setClientId("c-1")
                        .setBacklogTotal(7)
                        .setBacklogDroppedTotal(-1)
                        .setBacklogOldestAgeMs(1500)
                        .build());

        assertThat(recording.heartbeats())
                .extracting(Recorded.Heartbeat::interval)
                .containsExactly(null, Duration.ofSeconds(2));
        assertThat(recording.backlogReports()).singleElement().satisfies(backlog -> {
            assertThat(backlog.waiting()).isEqualTo(7);
            assertThat(backlog.dropped()).as("unsigned").isEqualTo(0xFFFF_FFFFL);
            assertThat(backlog.oldestAge()).isEqualTo(Duration.ofMillis(1500));
        });
    }

    @Test
    void methodsOfTheFirstGenerationAreUnimplemented() {
        assertThatThrownBy(() -> client.combiner().sendModelPrediction(ModelPrediction.getDefaultInstance()))
                .hasMessageStartingWith("INVALID_ARGUMENT");
        assertThatThrownBy(() -> client.combiner()
                        .sendModelPrediction(
                                ModelPrediction.newBuilder().setClientId("c-1").build()))
                .hasMessageStartingWith("UNIMPLEMENTED");
        assertThatThrownBy(() -> client.combiner().pollAndReport(client.report("t-1", "COMPLETED", true, "")))
                .hasMessageStartingWith("UNIMPLEMENTED");
    }

    @Test
    void callIsKeptWithMetadataAndTheProtocolsFieldNames() {
        sandbox.submit(TaskSpec.of("Custom_echo", "c-1").withCorrelationId("t-1"));
        TaskRequest task = client.awaitTask();
        recording.clear();
        client.with("authorization", "Bearer secret-token").poll(true, client.report(task, "RUNNING", false, ""));

        RecordedCall call = recording.calls().get(0);
        assertThat(call.rpc()).isEqualTo("PollAndReportAsync");
        assertThat(call.clientId()).isEqualTo("c-1");
        assertThat(call.metadata())
                .containsEntry("client-id", "c-1")
                .containsEntry("name", "name of c-1")
                .containsEntry("authorization", "Bearer secret-token");
        assertThat(call.json())
                .isEqualTo("{\"client_id\": \"c-1\", \"reports\": [{\"node_id\": \"c-1\", \"correlation_id\": \"t-1\", "
                        + "\"status\": \"RUNNING\", \"started_at\": \"1970-01-01T00:01:40Z\", "
                        + "\"completed_at\": \"1970-01-01T00:03:20Z\"}], \"poll_interval_ms\": 5, "
                        + "\"skip_polling_tasks\": true}");
        assertThat(call.toString()).contains("PollAndReportAsync").doesNotContain("secret-token");
    }

    private Response checkVersion(String parameters) {
        return client.combiner()
                .announce(ClientAnnounceRequest.newBuilder()
                        .setClientId("c-1")
                        .setType("VersionCheck")
                        .setParameters(parameters)
                        .build());
    }
}
