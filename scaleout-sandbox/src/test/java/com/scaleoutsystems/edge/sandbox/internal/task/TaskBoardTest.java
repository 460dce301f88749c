package com.scaleoutsystems.edge.sandbox.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.proto.ActivityReport;
import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.internal.core.HeapSize;
import com.scaleoutsystems.edge.sandbox.internal.core.Ids;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskBoardTest {
    private static final int MOST = 10_000;

    private final TaskBoard board = board(TaskBoard.NEVER);

    @Test
    void oldestOfTheEndedTasksIsForgottenAndNoOtherIs() {
        submit("waited-for");
        for (int i = 0; i < MOST; i++) {
            end("ended-" + i, "");
        }
        assertThat(board.outcome("ended-0")).isEmpty();
        assertThat(board.outcome("ended-1")).isPresent();
        end("waited-for", "answer");
        assertThat(board.outcome("waited-for")).isPresent();
    }

    @Test
    void largeAnswersAreForgottenSooner() {
        String large = "x".repeat(1 << 20);
        long most = HeapSize.partOfHeap(32) / large.length();
        for (int i = 0; i <= most; i++) {
            end("ended-" + i, large);
        }
        assertThat(board.outcome("ended-0")).isEmpty();
        assertThat(board.outcome("ended-" + most)).isPresent();
    }

    @Test
    void tasksThatNobodyEndsAreRefusedInTheEnd() {
        for (int i = 0; i < MOST; i++) {
            submit("t-" + i);
        }
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> submit("one-more"))
                .withMessageContaining("10000 tasks have not ended")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
        board.end("t-0", "TIMEOUT");
        submit("one-more");
        assertThat(board.poll("gone", List.of(), false))
                .extracting(TaskRequest::getCorrelationId)
                .as("a client never fetches what the board has forgotten")
                .doesNotContain("t-0")
                .contains("one-more");
    }

    @Test
    void messagesForAClientThatFetchesNoneAreRefusedInTheEnd() {
        submit("t");
        for (int i = 1; i < 3 * MOST; i++) {
            board.redeliver("t");
        }
        assertThatExceptionOfType(EdgeException.class)
                .isThrownBy(() -> board.redeliver("t"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
    }

    @Test
    void streamThatIsNotReadGetsItsTasksWhenItIs() {
        List<String> pushed = new ArrayList<>();
        boolean[] ready = {false};
        TaskBoard.Subscriber subscriber = new TaskBoard.Subscriber() {
            @Override
            public boolean isReady() {
                return ready[0];
            }

            @Override
            public void push(TaskRequest request) {
                pushed.add(request.getCorrelationId());
            }
        };
        board.subscribe("gone", subscriber);
        submit("t-1");
        submit("t-2");
        assertThat(pushed).isEmpty();
        ready[0] = true;
        board.pushTo("gone", subscriber);
        assertThat(pushed).containsExactly("t-1", "t-2");
    }

    @Test
    void taskThatAClientDoesNotReportIsDeliveredAgain() {
        TaskBoard lossy = board(Duration.ZERO);
        lossy.submit(TaskSpec.of("Custom_echo", "c").withCorrelationId("t"));
        assertThat(lossy.poll("c", List.of(), false)).hasSize(1);
        assertThat(lossy.poll("other", List.of(), false)).isEmpty();
        assertThat(lossy.poll("c", List.of(), false))
                .extracting(TaskRequest::getCorrelationId)
                .containsExactly("t");
        ActivityReport running = ActivityReport.newBuilder()
                .setNodeId("c")
                .setCorrelationId("t")
                .setStatus("RUNNING")
                .build();
        assertThat(lossy.poll("c", List.of(running), false)).isEmpty();
        assertThat(lossy.poll("c", List.of(), false)).isEmpty();
    }

    @Test
    void taskThatShallEndIsNotDeliveredAgain() {
        TaskBoard lossy = board(Duration.ZERO);
        lossy.submit(TaskSpec.of("Custom_echo", "c").withCorrelationId("t"));
        assertThat(lossy.poll("c", List.of(), false)).hasSize(1);
        lossy.end("t", "TIMEOUT");
        assertThat(lossy.poll("c", List.of(), false))
                .extracting(TaskRequest::getStatus)
                .containsExactly("TIMEOUT");
        assertThat(lossy.poll("c", List.of(), false)).isEmpty();
    }

    private static TaskBoard board(Duration unheardAfter) {
        return new TaskBoard(new Changes(), Clock.systemUTC(), new Ids(1), unheardAfter);
    }

    private void submit(String correlationId) {
        board.submit(TaskSpec.of("Custom_echo", "gone").withCorrelationId(correlationId));
    }

    private void end(String correlationId, String response) {
        ActivityReport report = ActivityReport.newBuilder()
                .setNodeId("gone")
                .setCorrelationId(correlationId)
                .setStatus("COMPLETED")
                .setDone(true)
                .setResponse(response)
                .build();
        board.poll("gone", List.of(report), true);
    }
}
