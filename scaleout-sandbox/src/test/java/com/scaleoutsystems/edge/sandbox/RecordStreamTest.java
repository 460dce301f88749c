package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.proto.AttributeRecord;
import com.scaleoutsystems.edge.proto.InferenceResult;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordStreamTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    @Test
    void eachRecordIsAcknowledgedOnItsOwnByDefault() {
        try (Sandbox sandbox = Sandbox.builder().start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            assertThat(acksOf(client, 3)).containsExactly(List.of("r-0"), List.of("r-1"), List.of("r-2"));
        }
    }

    @Test
    void acknowledgementsAreBatchedAndTheRestComesAtTheEnd() {
        try (Sandbox sandbox = Sandbox.builder()
                        .recordAckBatch(2)
                        .recordAckDelay(FOR_EVER)
                        .start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            assertThat(acksOf(client, 5)).containsExactly(List.of("r-0", "r-1"), List.of("r-2", "r-3"), List.of("r-4"));
        }
    }

    @Test
    void batchThatDoesNotFillIsAcknowledgedAfterTheDelay() {
        try (Sandbox sandbox = Sandbox.builder()
                        .recordAckBatch(1000)
                        .recordAckDelay(Duration.ofMillis(1))
                        .start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
            StreamObserver<TelemetryRecord> records = client.streams().streamTelemetryRecord(acks);
            records.onNext(record(0));
            await().atMost(ScriptedClient.PATIENCE).until(() -> !acks.values.isEmpty());
            assertThat(acks.values.get(0).getRecordIdsList()).containsExactly("r-0");
            records.onNext(record(1));
            await().atMost(ScriptedClient.PATIENCE).until(() -> acks.values.size() == 2);
            records.onCompleted();
            Observers.get(acks.end);
        }
    }

    @Test
    void allThreeKindsAreKept() {
        try (Sandbox sandbox = Sandbox.builder().start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            acksOf(client, 1);

            Observers.Collecting<RecordAck> attributeAcks = new Observers.Collecting<>();
            StreamObserver<AttributeRecord> attributes = client.streams().streamAttributeRecord(attributeAcks);
            attributes.onNext(AttributeRecord.newBuilder()
                    .setAttributeId("a-1")
                    .setClientId("c-1")
                    .setKey("os")
                    .setPayload("{\"value\": \"linux\"}")
                    .build());
            attributes.onCompleted();
            assertThat(ids(Observers.get(attributeAcks.end))).containsExactly(List.of("a-1"));

            Observers.Collecting<RecordAck> resultAcks = new Observers.Collecting<>();
            StreamObserver<InferenceResult> results = client.streams().streamInferenceResult(resultAcks);
            results.onNext(InferenceResult.newBuilder()
                    .setInferenceResultId("i-1")
                    .setNodeId("c-1")
                    .setKey("detection")
                    .setPayload("{\"value\": 1}")
                    .setInferenceId("t-1")
                    .setModelId("m-1")
                    .build());
            results.onCompleted();
            assertThat(ids(Observers.get(resultAcks.end))).containsExactly(List.of("i-1"));

            Recording recording = sandbox.recording();
            assertThat(recording.telemetry()).singleElement().satisfies(record -> {
                assertThat(record.recordId()).isEqualTo("r-0");
                assertThat(record.payload()).isEqualTo(Map.of("seq", 0));
            });
            assertThat(recording.attributes()).singleElement().satisfies(record -> {
                assertThat(record.recordId()).isEqualTo("a-1");
                assertThat(record.payloadText()).isEqualTo("{\"value\": \"linux\"}");
            });
            assertThat(recording.inferenceResults()).singleElement().satisfies(record -> {
                assertThat(record.clientId()).isEqualTo("c-1");
                assertThat(record.inferenceId()).isEqualTo("t-1");
                assertThat(record.modelId()).isEqualTo("m-1");
                assertThat(record.key()).isEqualTo("detection");
            });
        }
    }

    private static List<List<String>> acksOf(ScriptedClient client, int records) {
        Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
        StreamObserver<TelemetryRecord> stream = client.streams().streamTelemetryRecord(acks);
        for (int i = 0; i < records; i++) {
            stream.onNext(record(i));
        }
        stream.onCompleted();
        return ids(Observers.get(acks.end));
    }

    private static TelemetryRecord record(int number) {
        return TelemetryRecord.newBuilder()
                .setTelemetryId("r-" + number)
                .setClientId("c-1")
                .setKey("seq")
                .setPayload("{\"seq\": " + number + "}")
                .build();
    }

    private static List<List<String>> ids(List<RecordAck> acks) {
        return acks.stream().map(ack -> List.copyOf(ack.getRecordIdsList())).toList();
    }
}
