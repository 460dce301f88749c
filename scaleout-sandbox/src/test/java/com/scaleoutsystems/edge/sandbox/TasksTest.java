package com.scaleoutsystems.edge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.ClientAvailableMessage;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TasksTest {
    private static final Duration PATIENCE = ScriptedClient.PATIENCE;

    private final Sandbox sandbox = Sandbox.builder()
            .clock(Clock.fixed(Instant.parse("2026-11-24T14:19:21.5Z"), ZoneOffset.UTC))
            .start();
    private final ScriptedClient client = new ScriptedClient(sandbox, "c-1");

    @AfterEach
    void close() {
        client.close();
        sandbox.close();
    }

    @Test
    void allWaitingTasksComeInOneAnswerAndOnce() {
        String first = sandbox.submit(TaskSpec.of("Custom_echo", "c-1").withData(Map.of("parameters", Map.of("a", 1))));
        sandbox.submit(TaskSpec.of("Custom_echo", "somebody else"));
        sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "c-1")
                .withModel("m-1")
                .withSession("s-1", "4")
                .withDataText("{not json")
                .withCorrelationId("fixed"));

        assertThat(client.poll())
                .containsExactly(
                        TaskRequest.newBuilder()
                                .setClientId("c-1")
                                .setType("Custom_echo")
                                .setCorrelationId(first)
                                .setData("{\"parameters\": {\"a\": 1}}")
                                .setTimestamp("2026-11-24 14:19:21.500000")
                                .build(),
                        TaskRequest.newBuilder()
                                .setClientId("c-1")
                                .setType("Scaleout_ModelUpdate")
                                .setCorrelationId("fixed")
                                .setModelId("m-1")
                                .setSessionId("s-1")
                                .setRoundId("4")
                                .setData("{not json")
                                .setTimestamp("2026-11-24 14:19:21.500000")
                                .build());
        assertThat(client.poll()).isEmpty();
    }

    @Test
    void correlationIdCanBeUsedOnce() {
        TaskSpec task = TaskSpec.of("Custom_echo", "c-1").withCorrelationId("fixed");
        sandbox.submit(task);
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.submit(task))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    }

    @Test
    void outcomeIsTheFirstReportThatTheTaskIsDone() {
        String id = sandbox.submit(TaskSpec.of("Custom_echo", "c-1"));
        client.poll();
        client.poll(client.report(id, "RUNNING", false, ""));
        client.poll(client.report(id, "FAILED", true, "{\"error\": \"no\"}"));
        client.poll(client.report(id, "COMPLETED", true, ""));

        assertThat(sandbox.awaitOutcome(id, PATIENCE))
                .isEqualTo(new TaskOutcome(
                        id,
                        "c-1",
                        "FAILED",
                        "{\"error\": \"no\"}",
                        Instant.ofEpochSecond(100),
                        Instant.ofEpochSecond(200)));
        assertThat(sandbox.recording().reports(id))
                .extracting(Recorded.Report::status, Recorded.Report::done)
                .containsExactly(tuple("RUNNING", false), tuple("FAILED", true), tuple("COMPLETED", true));
    }

    @Test
    void reportOfAnotherClientEndsNoTask() {
        String id = sandbox.submit(TaskSpec.of("Custom_echo", "somebody else"));
        client.poll(client.report(id, "COMPLETED", true, ""));

        assertThat(sandbox.recording().reports(id)).hasSize(1);
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.awaitOutcome(id, Duration.ZERO))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    @Test
    void clientWithoutRoomGetsNoTaskButLearnsOfInterrupts() {
        String running = sandbox.submit(TaskSpec.of("Custom_long", "c-1"));
        client.poll();
        String waiting = sandbox.submit(TaskSpec.of("Custom_next", "c-1"));
        sandbox.interrupt(running);
        sandbox.interrupt(waiting);

        assertThat(client.poll(true))
                .extracting(TaskRequest::getCorrelationId, TaskRequest::getStatus)
                .containsExactly(tuple(running, "INTERRUPTED"));
        assertThat(client.poll(true)).isEmpty();
        assertThat(client.poll())
                .extracting(TaskRequest::getCorrelationId, TaskRequest::getStatus)
                .containsExactly(tuple(waiting, ""), tuple(waiting, "INTERRUPTED"));
    }

    @Test
    void interruptAndTimeoutSendTheTaskAgainWithTheStatus() {
        String id = sandbox.submit(
                TaskSpec.of("Custom_long", "c-1").withModel("m-1").withDataText("{\"block\": true}"));
        TaskRequest task = client.poll().get(0);

        sandbox.interrupt(id);
        assertThat(client.poll())
                .containsExactly(task.toBuilder().setStatus("INTERRUPTED").build());
        sandbox.timeOut(id);
        assertThat(client.poll())
                .containsExactly(task.toBuilder().setStatus("TIMEOUT").build());
    }

    @Test
    void interruptOfATaskThatTheClientNeverHadCanBeSent() {
        sandbox.submit(TaskSpec.of("", "c-1").withStatus("INTERRUPTED").withCorrelationId("never"));
        assertThat(client.poll())
                .extracting(TaskRequest::getCorrelationId, TaskRequest::getStatus)
                .containsExactly(tuple("never", "INTERRUPTED"));
    }

    @Test
    void taskIsRedeliveredInOneAnswerOrAfterItsEnd() {
        String id = sandbox.submit(TaskSpec.of("Custom_echo", "c-1"));
        sandbox.redeliver(id);
        List<TaskRequest> both = client.poll();
        assertThat(both).hasSize(2);
        assertThat(both.get(0)).isEqualTo(both.get(1));

        client.poll(client.report(id, "COMPLETED", true, ""));
        sandbox.redeliver(id);
        assertThat(client.poll()).containsExactly(both.get(0));
    }

    @Test
    void unknownTaskCanNotBeControlled() {
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.interrupt("nothing"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThatExceptionOfType(EdgeException.class).isThrownBy(() -> sandbox.timeOut("nothing"));
        assertThatExceptionOfType(EdgeException.class).isThrownBy(() -> sandbox.redeliver("nothing"));
        assertThatExceptionOfType(EdgeException.class).isThrownBy(() -> sandbox.awaitOutcome("nothing", Duration.ZERO));
    }

    @Test
    void autonomousTaskIsAcknowledged() {
        ActivityReport report = client.report("own", "RUNNING", false, "").toBuilder()
                .setCommandType("Autonomous_probe")
                .setParameters("{\"why\": \"test\"}")
                .build();
        TaskRequest acknowledgement = TaskRequest.newBuilder()
                .setClientId("c-1")
                .setData("{\"why\": \"test\"}")
                .setCorrelationId("own")
                .setTimestamp("2026-11-24 14:19:21.500000")
                .setType("Autonomous_probe")
                .setStatus("RUNNING")
                .build();
        assertThat(client.poll(true, report)).containsExactly(acknowledgement);
        assertThat(client.poll(report)).as("the answer was lost").containsExactly(acknowledgement);

        assertThat(client.poll(client.report("own", "COMPLETED", true, "{\"auto\": 1}")))
                .isEmpty();
        assertThat(sandbox.awaitOutcome("own", PATIENCE).response()).isEqualTo("{\"auto\": 1}");
        assertThat(sandbox.recording().reports("own").get(0).commandType()).isEqualTo("Autonomous_probe");
    }

    @Test
    void waitingForAnOutcomeInVainSaysHowFarTheTaskIs() {
        String id = sandbox.submit(TaskSpec.of("Custom_echo", "c-1"));
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.awaitOutcome(id, Duration.ofMillis(1)))
                .withMessageContaining("the client has not fetched it")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        client.poll();
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> sandbox.awaitOutcome(id, Duration.ZERO))
                .withMessageContaining("it was delivered");
    }

    @Test
    void tasksArePushedToAStreamAndDoneWithTheirResult() {
        String before = sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "c-1"));
        Observers.Collecting<TaskRequest> tasks = new Observers.Collecting<>();
        client.streams()
                .taskStream(
                        ClientAvailableMessage.newBuilder().setClientId("c-1").build(), tasks);
        sandbox.awaitClients(1, PATIENCE);
        String after = sandbox.submit(TaskSpec.of("Scaleout_Validation", "c-1"));

        await().atMost(PATIENCE).until(() -> tasks.values.size() == 2);
        assertThat(tasks.values).extracting(TaskRequest::getCorrelationId).containsExactly(before, after);

        client.announceUpdate(tasks.values.get(0), "u-1", "{}");
        assertThat(sandbox.awaitOutcome(before, PATIENCE).completed()).isTrue();
    }
}
