package com.scaleoutsystems.edge.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.TaskPush;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaterTaskPushTest {

    private final CompletableFuture<@Nullable Void> before = new CompletableFuture<>();
    private final List<EdgeException> ends = new ArrayList<>();
    private final TaskPush.Receiver receiver = new TaskPush.Receiver() {
        @Override
        public void task(TaskRequest task) {
            throw new AssertionError("no task comes");
        }

        @Override
        public void ended(EdgeException reason) {
            ends.add(reason);
        }
    };

    private TaskPush stream() {
        return new LaterTaskPush(before, receiver, () -> {
            throw new OutOfMemoryError("Java heap space");
        });
    }

    private void assertEndedForLackOfMemory() {
        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
            assertThat(end).hasMessageContaining("opening the stream of tasks");
        });
    }

    @Test
    void aStreamThatCannotBeOpenedAtOnceHasEnded() {
        before.complete(null);
        stream().request();

        assertEndedForLackOfMemory();
    }

    @Test
    void aStreamThatCannotBeOpenedLaterHasEnded() {
        stream().request();
        assertThat(ends).isEmpty();

        before.complete(null);

        assertEndedForLackOfMemory();
    }
}
