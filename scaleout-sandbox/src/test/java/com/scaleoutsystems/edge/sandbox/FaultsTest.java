package com.scaleoutsystems.edge.sandbox;

import static com.scaleoutsystems.edge.sandbox.ScriptedClient.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.ModelResponse;
import com.scaleoutsystems.edge.proto.ModelStatus;
import com.scaleoutsystems.edge.proto.ModelUpdate;
import com.scaleoutsystems.edge.proto.RecordAck;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.proto.TelemetryRecord;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.internal.fault.Abilities;
import com.scaleoutsystems.edge.sandbox.internal.fault.Faults;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of calls: each strikes what it should, as often as it should, and nothing else. */
class FaultsTest {
    private static final byte[] RAW = "any bytes are a raw model".getBytes(StandardCharsets.UTF_8);
    private static final String ADD = "/api/v1/clients/add";
    private static final Map<String, Object> ALPHA =
            Map.of("name", "alpha", "client_id", "c-1", "package", "local", "client_version", "1.1.0");

    private final Sandbox sandbox =
            Sandbox.builder().downloadChunkSize(10).faults(FaultPlan.none()).start();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");
    private final ScriptedClient other = new ScriptedClient(sandbox, "c-2");

    @AfterEach
    void close() {
        client.close();
        other.close();
        sandbox.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void eachStatusStrikesTheNextCallsAndNoMore(Status.Code code) {
        int fault = sandbox.faults()
                .add(Fault.error(code.name()).withCall("PollAndReportAsync").withTimes(2));

        assertThat(failure(() -> client.announce("Connect"))).isNull();
        assertThat(failure(client::poll)).isEqualTo(code);
        assertThat(failure(client::poll)).isEqualTo(code);
        assertThat(failure(client::poll)).isNull();
        assertThat(sandbox.faults().strikes(fault)).isEqualTo(2);
        assertThat(sandbox.recording().calls("PollAndReportAsync")).hasSize(1);
    }

    @Test
    void faultStrikesTheCallsOfOneClientAfterSomeHavePassed() {
        sandbox.faults().add(Fault.error("INTERNAL").withClient("c-1").withSkip(1));

        assertThat(failure(client::poll)).isNull();
        assertThat(failure(other::poll)).isNull();
        assertThat(failure(client::poll)).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure(other::poll)).isNull();
        assertThat(failure(client::poll)).isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void faultEndsWithItsTime() {
        sandbox.faults().add(Fault.error("UNAVAILABLE").withDuration(Duration.ofMillis(300)));

        assertThat(failure(client::poll)).isEqualTo(Status.Code.UNAVAILABLE);
        await().atMost(ScriptedClient.PATIENCE).until(() -> failure(client::poll) == null);
    }

    @Test
    void firstFaultThatFitsStrikes() {
        sandbox.faults().add(Fault.error("INTERNAL").withTimes(1));
        sandbox.faults().add(Fault.error("ABORTED").withTimes(1));

        assertThat(failure(client::poll)).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure(client::poll)).isEqualTo(Status.Code.ABORTED);
        assertThat(failure(client::poll)).isNull();
    }

    @Test
    void nothingStrikesAfterClear() {
        sandbox.faults().add(Fault.error("INTERNAL"));
        int second = sandbox.faults().add(Fault.error("503"));
        assertThat(failure(client::poll)).isEqualTo(Status.Code.INTERNAL);

        sandbox.faults().remove(second);
        assertThat(new RestClient(sandbox).post(ADD, "", ALPHA).status()).isEqualTo(200);
        sandbox.faults().clear();

        assertThat(failure(client::poll)).isNull();
        assertThat(sandbox.faults().all()).isEmpty();
        assertThat(sandbox.faults().strikes()).isEqualTo(1);
        assertThat(sandbox.faults().strikes(1)).isEqualTo(1);
    }

    @Test
    void storyTellsWhatWasDone() {
        sandbox.faults().add(Fault.error("INTERNAL").withTimes(1));
        failure(client::poll);
        sandbox.stopCombiner();
        sandbox.faults().clear();

        assertThat(sandbox.faults().story())
                .extracting(FaultEvent::what)
                .containsExactly(
                        "added 1: error INTERNAL, combiner, 1 time",
                        "error INTERNAL",
                        "the combiner stops",
                        "removed all");
        assertThat(sandbox.faults().story().get(1).toString())
                .endsWith("Z error INTERNAL struck PollAndReportAsync of c-1");
    }

    @Test
    void callThatIsNeverAnsweredIsNotSeenByTheServer() {
        sandbox.faults().add(Fault.of(FaultKind.NO_ANSWER).withTimes(1));

        assertThat(failure(() -> client.combiner()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .sendModelUpdate(update())))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(sandbox.recording().modelUpdates()).isEmpty();
    }

    @Test
    void serverActsOnACallWhoseAnswerIsLost() {
        sandbox.faults().add(Fault.lostAnswer("UNAVAILABLE").withTimes(1));
        sandbox.faults().add(Fault.of(FaultKind.LOST_ANSWER).withTimes(1));

        assertThat(failure(() -> client.combiner().sendModelUpdate(update()))).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(sandbox.recording().modelUpdates()).hasSize(1);
        assertThat(failure(() -> client.combiner()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .sendModelUpdate(update())))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(sandbox.recording().modelUpdates()).hasSize(2);
    }

    @Test
    void serverActsAtOnceOnACallThatItAnswersLate() {
        sandbox.faults().add(Fault.lateAnswer(Duration.ofMillis(600)).withTimes(2));

        assertThat(failure(() -> client.combiner()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .sendModelUpdate(update())))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(sandbox.recording().modelUpdates()).hasSize(1);
        assertThat(client.combiner().sendModelUpdate(update()).getResponse()).isEqualTo("Model update received");
    }

    @Test
    void tasksOfALostAnswerComeAgain() {
        String lost = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        sandbox.faults()
                .add(Fault.lostAnswer("UNAVAILABLE")
                        .withCall("PollAndReportAsync")
                        .withTimes(1));

        assertThat(failure(client::poll)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(ids(client.poll())).containsExactly(lost);
    }

    @Test
    void tasksComeTwiceOrLaterOrMakeNoSense() {
        sandbox.faults().add(Fault.of(FaultKind.DOUBLED_TASK).withTimes(1));
        String doubled = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        assertThat(ids(client.poll())).containsExactly(doubled, doubled);

        sandbox.faults().add(Fault.of(FaultKind.REORDERED_TASK).withTimes(1));
        String first = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        assertThat(client.poll()).isEmpty();
        String second = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        assertThat(ids(client.poll())).containsExactly(second, first);

        sandbox.faults().add(Fault.of(FaultKind.GARBAGE_TASK).withTimes(1));
        assertThat(client.poll()).hasSize(1);
        assertThat(client.poll()).isEmpty();
    }

    @Test
    void pushedTasksComeTwiceOrLater() {
        Observers.Collecting<TaskRequest> pushed = subscribe(client);
        sandbox.awaitClients(1, ScriptedClient.PATIENCE);
        sandbox.faults().add(Fault.of(FaultKind.DOUBLED_TASK).withTimes(1));
        sandbox.faults().add(Fault.of(FaultKind.REORDERED_TASK).withTimes(1));
        sandbox.faults()
                .add(Fault.of(FaultKind.LOST_ANSWER)
                        .withCall("TaskStream")
                        .withSkip(1)
                        .withTimes(1));
        String doubled = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        String held = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        String overtaking = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        String lost = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
        String last = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));

        await().atMost(ScriptedClient.PATIENCE).until(() -> pushed.values.size() == 6);
        assertThat(pushed.values)
                .extracting(TaskRequest::getCorrelationId)
                .containsExactly(doubled, doubled, overtaking, held, last, lost);
    }

    @Test
    void pushedTaskThatIsTooLargeComesAgain() {
        // This client accepts the size, so its stream stays.
        sandbox.faults()
                .add(Fault.oversizedAnswer(1 << 20).withCall("TaskStream").withTimes(1));
        Observers.Collecting<TaskRequest> pushed = subscribe(client);
        String task = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));

        await().atMost(ScriptedClient.PATIENCE).until(() -> pushed.values.size() == 2);
        assertThat(pushed.values).extracting(TaskRequest::getCorrelationId).containsExactly(task, task);
        assertThat(pushed.values.get(1).getSerializedSize()).isLessThan(1 << 20);
    }

    @Test
    void taskThatIsPushedTooLateComesAgain() {
        int late = sandbox.faults()
                .add(Fault.lateAnswer(Duration.ofSeconds(3))
                        .withCall("TaskStream")
                        .withTimes(1));
        String task;
        try (ScriptedClient gone = new ScriptedClient(sandbox, "c-1")) {
            subscribe(gone);
            task = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));
            await().atMost(ScriptedClient.PATIENCE).until(() -> sandbox.faults().strikes(late) == 1);
        }

        Observers.Collecting<TaskRequest> pushed = subscribe(client);
        await().atMost(ScriptedClient.PATIENCE).until(() -> pushed.values.size() == 1);
        assertThat(pushed.values).extracting(TaskRequest::getCorrelationId).containsExactly(task);
    }

    private static Observers.Collecting<TaskRequest> subscribe(ScriptedClient client) {
        Observers.Collecting<TaskRequest> pushed = new Observers.Collecting<>();
        client.streams()
                .taskStream(
                        ClientAvailableMessage.newBuilder().setClientId("c-1").build(), pushed);
        return pushed;
    }

    @Test
    void answerIsLargerThanTheClientAccepts() {
        sandbox.faults().add(Fault.oversizedAnswer(5 << 20).withTimes(3));
        String task = sandbox.submit(TaskSpec.of("Custom_a", "c-1"));

        assertThat(failure(client::poll)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure(() -> client.announce("Connect"))).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(new RestClient(sandbox).post(ADD, "", ALPHA).text("filler")).hasSize(5 << 20);
        assertThat(ids(client.poll())).containsExactly(task);
    }

    @Test
    void downloadIsDamaged() {
        client.upload("m-1", sha256(RAW), RAW);
        sandbox.faults().add(Fault.of(FaultKind.WRONG_CHECKSUM).withTimes(1));
        sandbox.faults().add(Fault.of(FaultKind.MISSING_CHECKSUM).withTimes(1));
        sandbox.faults().add(Fault.truncatedDownload(12).withTimes(1));

        ScriptedClient.Downloaded wrong = client.download("m-1");
        assertThat(wrong.bytes()).isEqualTo(RAW);
        assertThat(wrong.checksum()).hasSize(64).isNotEqualTo(sha256(RAW));
        assertThat(client.download("m-1").checksum()).isNull();
        ScriptedClient.Downloaded truncated = client.download("m-1");
        assertThat(truncated.bytes()).hasSize(12);
        assertThat(truncated.checksum()).isEqualTo(sha256(RAW));
        assertThat(client.download("m-1").bytes()).isEqualTo(RAW);
    }

    @Test
    void uploadIsRefused() {
        sandbox.faults().add(Fault.of(FaultKind.REFUSED_UPLOAD).withTimes(1));

        ModelResponse answer = client.upload("m-1", sha256(RAW), RAW);
        assertThat(answer.getStatus()).isEqualTo(ModelStatus.FAILED);
        assertThat(sandbox.models()).isEmpty();
        assertThat(client.upload("m-1", sha256(RAW), RAW).getStatus()).isEqualTo(ModelStatus.OK);
    }

    @Test
    void downloadBeginsLate() {
        client.upload("m-1", sha256(RAW), RAW);
        sandbox.faults().add(Fault.lateAnswer(Duration.ofMillis(300)).withTimes(1));

        long begin = System.nanoTime();
        assertThat(client.download("m-1").bytes()).isEqualTo(RAW);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void acknowledgementsAreDoubledWrongLateOrLost() {
        sandbox.faults().add(Fault.of(FaultKind.DOUBLED_ACKNOWLEDGEMENT).withTimes(1));
        sandbox.faults().add(Fault.of(FaultKind.WRONG_ACKNOWLEDGEMENT).withTimes(1));
        sandbox.faults()
                .add(Fault.lateAnswer(Duration.ofMillis(50))
                        .withCall("StreamTelemetryRecord")
                        .withTimes(1));
        sandbox.faults()
                .add(Fault.of(FaultKind.LOST_ANSWER)
                        .withCall("StreamTelemetryRecord")
                        .withTimes(1));
        Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
        StreamObserver<TelemetryRecord> records = client.streams().streamTelemetryRecord(acks);
        for (int number = 0; number < 5; number++) {
            records.onNext(record(number));
        }
        records.onCompleted();

        List<List<String>> ids = Observers.get(acks.end).stream()
                .map(ack -> List.copyOf(ack.getRecordIdsList()))
                .toList();
        assertThat(ids).hasSize(5);
        assertThat(ids.get(0)).containsExactly("r-0");
        assertThat(ids.get(1)).containsExactly("r-0");
        assertThat(ids.get(2)).hasSize(1).doesNotContain("r-1");
        assertThat(ids.subList(3, 5)).containsExactly(List.of("r-2"), List.of("r-4"));
        assertThat(sandbox.recording().telemetry()).hasSize(5);
    }

    @Test
    void recordOfAnOpenStreamIsRefusedOrLost() {
        Observers.Collecting<RecordAck> acks = new Observers.Collecting<>();
        StreamObserver<TelemetryRecord> records = client.streams().streamTelemetryRecord(acks);
        records.onNext(record(0));
        await().atMost(ScriptedClient.PATIENCE).until(() -> acks.values.size() == 1);
        sandbox.faults()
                .add(Fault.of(FaultKind.NO_ANSWER)
                        .withCall("StreamTelemetryRecord")
                        .withTimes(1));
        sandbox.faults()
                .add(Fault.error("UNAVAILABLE")
                        .withCall("StreamTelemetryRecord")
                        .withSkip(1)
                        .withTimes(1));
        records.onNext(record(1));
        records.onNext(record(2));
        records.onNext(record(3));

        assertThatThrownBy(() -> Observers.get(acks.end))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        assertThat(sandbox.recording().telemetry())
                .extracting(telemetry -> telemetry.recordId())
                .containsExactly("r-0", "r-2");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 429, 500, 503})
    void apiAnswersWithAStatusAndTheServerDoesNothing(int status) {
        sandbox.faults().add(Fault.error(Integer.toString(status)).withTimes(1));
        RestClient rest = new RestClient(sandbox);

        assertThat(failure(client::poll)).isNull();
        assertThat(rest.post(ADD, "", ALPHA).status()).isEqualTo(status);
        assertThat(rest.post(ADD, "", ALPHA).status()).isEqualTo(200);
        assertThat(sandbox.recording().calls("POST " + ADD)).hasSize(1);
    }

    @Test
    void apiActsAndItsAnswerIsLostOrLate() {
        sandbox.faults().add(Fault.lostAnswer("502").withTimes(1));
        sandbox.faults().add(Fault.lateAnswer(Duration.ofMillis(200)).withTimes(1));
        RestClient rest = new RestClient(sandbox);

        assertThat(rest.post(ADD, "", ALPHA).status()).isEqualTo(502);
        assertThat(sandbox.recording().calls("POST " + ADD)).hasSize(1);
        long begin = System.nanoTime();
        assertThat(rest.post(ADD, "", ALPHA).status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void sameSeedGivesTheSameFaults() {
        assertThat(pattern(7, true))
                .isEqualTo(pattern(7, false))
                .contains(true)
                .contains(false)
                .isNotEqualTo(pattern(8, false));
        assertThat(randomStory(7, true)).isEqualTo(randomStory(7, false)).isNotEqualTo(randomStory(8, false));
    }

    private static List<Boolean> pattern(long seed, boolean withNoise) {
        FaultPlan plan =
                FaultPlan.of(Fault.error("INTERNAL").withProbability(0.5)).withSeed(seed);
        try (Sandbox planned = Sandbox.builder().faults(plan).start();
                ScriptedClient caller = new ScriptedClient(planned, "c-1");
                ScriptedClient noise = new ScriptedClient(planned, "c-2")) {
            List<Boolean> struck = new ArrayList<>();
            for (int call = 0; call < 30; call++) {
                if (withNoise) {
                    failure(noise::poll);
                }
                struck.add(failure(caller::poll) != null);
            }
            return struck;
        }
    }

    private static List<String> randomStory(long seed, boolean withNoise) {
        Faults faults = new Faults(
                FaultPlan.random(seed, 0.5), Clock.systemUTC(), event -> {}, new Abilities(true, false, true));
        List<String> struck = new ArrayList<>();
        for (int call = 0; call < 40; call++) {
            if (withNoise) {
                faults.strikeCall("SendModelUpdate", "c-2", EnumSet.allOf(FaultKind.class));
            }
            struck.add(faults.strikeCall("SendModelUpdate", "c-1", EnumSet.allOf(FaultKind.class))
                    .map(strike -> strike.fault().what())
                    .orElse(""));
            faults.strikeConnection(Fault.COMBINER, new HashSet<>(), new ArrayList<>())
                    .forEach(fault -> struck.add(fault.fault().what()));
        }
        faults.clear();
        assertThat(faults.strikeCall("SendModelUpdate", "c-1", EnumSet.allOf(FaultKind.class)))
                .isEmpty();
        return struck;
    }

    @Test
    void faultThatCannotStrikeIsRefused() {
        assertThatThrownBy(() -> Fault.error("NO_STATUS"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NO_STATUS");
        assertThatThrownBy(() -> Fault.error("503").withCall("SendModelUpdate"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.of(FaultKind.WRONG_CHECKSUM).withCall("Upload"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wrong-checksum");
        assertThatThrownBy(() -> Fault.error("INTERNAL").withCall("Poll"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PollAndReportAsync");
        assertThatThrownBy(() -> Fault.reset(0).withClient("c-1")).isInstanceOf(IllegalArgumentException.class);
        try (Sandbox plain = Sandbox.builder().start()) {
            assertThatThrownBy(() -> plain.faults().add(Fault.reset(0)))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("faults(FaultPlan.none())");
        }
    }

    @Test
    void faultsKnowAllCallsOfTheCombiner() {
        assertThat(com.scaleoutsystems.edge.proto.ScaleoutProto.getDescriptor().getServices().stream()
                        .flatMap(service -> service.getMethods().stream())
                        .map(method -> method.getName()))
                .hasSize(18)
                .allSatisfy(name -> assertThat(
                                Fault.of(FaultKind.NO_ANSWER).withCall(name).call())
                        .isEqualTo(name));
    }

    static Status.Code failure(Runnable call) {
        try {
            call.run();
            return null;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static List<String> ids(List<TaskRequest> tasks) {
        return tasks.stream().map(TaskRequest::getCorrelationId).toList();
    }

    private static ModelUpdate update() {
        return ModelUpdate.newBuilder()
                .setClientId("c-1")
                .setModelId("m-1")
                .setModelUpdateId("u-1")
                .setMeta("{}")
                .build();
    }

    private static TelemetryRecord record(int number) {
        return TelemetryRecord.newBuilder()
                .setTelemetryId("r-" + number)
                .setClientId("c-1")
                .setKey("seq")
                .setPayload("{\"seq\": " + number + "}")
                .build();
    }
}
