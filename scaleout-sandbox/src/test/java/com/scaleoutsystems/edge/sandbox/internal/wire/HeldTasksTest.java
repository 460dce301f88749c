package com.scaleoutsystems.edge.sandbox.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.proto.TaskRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldTasksTest {
    private final HeldTasks held = new HeldTasks();

    private static TaskRequest task(int number) {
        return TaskRequest.newBuilder().setCorrelationId("task-" + number).build();
    }

    @Test
    void tasksComeOutInTheirOrderAndOnce() {
        held.hold("c", List.of(task(1), task(2)));
        held.hold("c", List.of(task(3)));

        assertThat(held.release("c")).containsExactly(task(1), task(2), task(3));
        assertThat(held.release("c")).isEmpty();
    }

    @Test
    void clientGetsTheFirstOfTooManyTasks() {
        for (int i = 0; i < 2 * HeldTasks.MOST_OF_A_CLIENT; i++) {
            held.hold("c", List.of(task(i)));
        }

        assertThat(held.release("c")).hasSize(HeldTasks.MOST_OF_A_CLIENT).startsWith(task(0));
    }

    @Test
    void tasksOfClientsThatNeverCameBackAreForgotten() {
        for (int i = 0; i <= HeldTasks.MOST_CLIENTS; i++) {
            held.hold("c-" + i, List.of(task(i)));
        }

        assertThat(held.release("c-0")).isEmpty();
        assertThat(held.release("c-1")).containsExactly(task(1));
    }
}
