package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientReport;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StrictPeerTest {
    private final Sandbox sandbox = Sandbox.builder().start();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void callWithoutClientIdIsRefused() {
        client.without("client-id");
        assertThatThrownBy(() -> client.announce("Connect"))
                .hasMessage("INVALID_ARGUMENT: The metadata client-id is missing");
        assertThat(sandbox.recording().calls("Announce"))
                .extracting(RecordedCall::status)
                .containsExactly("INVALID_ARGUMENT");
        assertThat(sandbox.connectedClients()).isEmpty();
    }

    @Test
    void messageInAnotherClientsNameIsRefused() {
        client.without("client-id").with("client-id", "c-2");
        assertThatThrownBy(() -> client.announce("Connect"))
                .hasMessage("INVALID_ARGUMENT: The message names client c-1, the metadata client-id c-2");
        assertThat(sandbox.connectedClients()).isEmpty();
    }

    @Test
    void reportInAnotherClientsNameIsRefused() {
        ClientReport poll = ClientReport.newBuilder()
                .setClientId("c-1")
                .addReports(ActivityReport.newBuilder().setNodeId("c-2").setCorrelationId("t-1"))
                .build();
        assertThatThrownBy(() -> client.combiner().pollAndReportAsync(poll)).hasMessageStartingWith("INVALID_ARGUMENT");
        assertThat(sandbox.recording().reports()).isEmpty();
    }

    @Test
    void recordInAnotherClientsNameEndsTheStream() {
        Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
        StreamObserver<InferenceResult> records = client.streams().streamInferenceResult(acks);
        records.onNext(InferenceResult.newBuilder().setNodeId("c-2").build());
        records.onNext(InferenceResult.newBuilder().setNodeId("c-1").build());
        records.onCompleted();
        assertThatThrownBy(() -> Observers.get(acks.end)).hasMessageContaining("names client c-2");
        assertThat(sandbox.recording().inferenceResults()).isEmpty();
    }

    @Test
    void recordWithBrokenPayloadEndsTheStream() {
        Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
        StreamObserver<TelemetryRecord> records = client.streams().streamTelemetryRecord(acks);
        records.onNext(TelemetryRecord.newBuilder()
                .setClientId("c-1")
                .setPayload("{broken")
                .build());
        assertThatThrownBy(() -> Observers.get(acks.end)).hasMessageStartingWith("INVALID_ARGUMENT: Field payload");
        assertThat(sandbox.recording().telemetry()).isEmpty();
    }
}
