package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.proto.Heartbeat;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a sandbox forgets, and that it still counts it. */
class RecordingLimitsTest {
    private static final long ENOUGH = 1 << 20;

    @Test
    void newestCallsAreKeptAndAllAreCounted() {
        try (Sandbox sandbox = Sandbox.builder().recordingLimits(3, ENOUGH).start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            Recording recording = sandbox.recording();
            client.announce("Connect");
            for (int i = 0; i < 4; i++) {
                client.combiner()
                        .sendHeartbeat(Heartbeat.newBuilder().setClientId("c-1").build());
            }

            assertThat(recording.calls()).extracting(RecordedCall::rpc).containsOnly("SendHeartbeat");
            assertThat(recording.calls()).hasSize(3);
            assertThat(recording.heartbeats()).hasSize(3);
            assertThat(recording.announcements()).isEmpty();
            assertThat(recording.forgottenCalls()).isEqualTo(2);
            assertThat(recording.count(Recorded.Heartbeat.class)).isEqualTo(4);
            assertThat(recording.count(Recorded.Announcement.class)).isEqualTo(1);
            assertThat(recording.count(Recorded.ModelUpdate.class)).isZero();
            assertThat(recording.countCalls("SendHeartbeat")).isEqualTo(4);
            assertThat(recording.countCalls("Announce")).isEqualTo(1);

            recording.clear();
            assertThat(recording.forgottenCalls()).isZero();
            assertThat(recording.count(Recorded.Heartbeat.class)).isZero();
            assertThat(recording.countCalls("SendHeartbeat")).isZero();
        }
    }

    @Test
    void waitingCountsWhatIsForgotten() {
        try (Sandbox sandbox = Sandbox.builder().recordingLimits(1, ENOUGH).start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            client.announce("Connect");
            client.announce("Disconnect");
            client.poll();
            assertThat(sandbox.recording().await(Recorded.Announcement.class, 2, Duration.ZERO))
                    .isEmpty();
            assertThat(sandbox.recording().awaitCalls("Announce", 2, Duration.ZERO))
                    .isEmpty();
        }
    }

    @Test
    void largeMessagesPushOutMoreAndWhatIsTooLargeIsOnlyCounted() {
        try (Sandbox sandbox = Sandbox.builder().recordingLimits(1_000, 100_000).start();
                ScriptedClient client = new ScriptedClient(sandbox, "c-1")) {
            Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
            StreamObserver<TelemetryRecord> records = client.streams().streamTelemetryRecord(acks);
            for (int i = 0; i < 20; i++) {
                records.onNext(record(i, "x".repeat(5_000)));
            }
            records.onNext(record(20, "x".repeat(200_000)));
            records.onNext(record(21, "small"));
            records.onCompleted();
            Observers.get(acks.end);

            List<Recorded.Telemetry> kept = sandbox.recording().telemetry();
            assertThat(kept).extracting(Recorded.Telemetry::recordId).containsExactly("r-21");
            assertThat(sandbox.recording().count(Recorded.Telemetry.class)).isEqualTo(22);
            assertThat(sandbox.recording().forgottenCalls()).isEqualTo(21);
        }
    }

    @Test
    void sessionNeedsNoRecording() throws Exception {
        try (Sandbox sandbox = Sandbox.builder()
                        .recordingLimits(1, ENOUGH)
                        .seedModel(model())
                        .start();
                ScriptedClient a = new ScriptedClient(sandbox, "a");
                ScriptedClient b = new ScriptedClient(sandbox, "b")) {
            a.announce("Connect");
            b.announce("Connect");
            CompletableFuture<SessionResult> session = sandbox.startSession(SessionPlan.of(1, 2));
            a.train(a.awaitTask(), 0.1, 1);
            b.train(b.awaitTask(), 0.3, 1);
            b.validate(b.awaitTask(), "{\"loss\": 1}");
            a.validate(a.awaitTask(), "{\"loss\": 3}");

            RoundResult round = session.get(60, TimeUnit.SECONDS).rounds().get(0);
            assertThat(round.failures()).isEmpty();
            assertThat(round.updates()).hasSize(2);
            assertThat(round.metrics()).isEqualTo(Map.of("loss", 2.0));
        }
    }

    @Test
    void modelsOfOldRoundsGoUnlessSomebodyKeepsThem() throws Exception {
        try (Sandbox sandbox =
                        Sandbox.builder().roundsWithModels(1).seedModel(model()).start();
                ScriptedClient a = new ScriptedClient(sandbox, "a")) {
            a.announce("Connect");
            String kept = "update-to-keep";
            a.upload(model(kept));
            sandbox.keepModel(kept);
            a.upload(model("update-nobody-wants"));
            CompletableFuture<SessionResult> session =
                    sandbox.startSession(SessionPlan.of(4, 1).withoutValidation());
            for (int round = 1; round <= 4; round++) {
                a.train(a.awaitTask(), 1, 1);
            }

            List<RoundResult> rounds = session.get(60, TimeUnit.SECONDS).rounds();
            assertThat(sandbox.models())
                    .containsExactlyInAnyOrder(
                            "seed",
                            kept,
                            // What round 3 started from, and what rounds 3 and 4 made.
                            rounds.get(1).modelId(),
                            rounds.get(2).modelId(),
                            rounds.get(2).updates().get(0).modelUpdateId(),
                            rounds.get(3).modelId(),
                            rounds.get(3).updates().get(0).modelUpdateId());
        }
    }

    @Test
    void limitsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().recordingLimits(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().recordingLimits(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Sandbox.builder().roundsWithModels(0));
    }

    private static TelemetryRecord record(int number, String text) {
        return TelemetryRecord.newBuilder()
                .setClientId("c-1")
                .setTelemetryId("r-" + number)
                .setKey("k")
                .setPayload("{\"text\": \"" + text + "\"}")
                .build();
    }

    private static ScaleoutModel model() {
        return model("seed");
    }

    private static ScaleoutModel model(String id) {
        return ScaleoutModel.builder()
                .modelId(id)
                .trainingModel(ModelParameters.of(Tensor.ofDoubles(new double[] {1}, 1)))
                .build();
    }
}
