package com.scaleoutsystems.edge.client.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.simulation.LogLines;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TracerCallsTest {

    @Test
    void whileTooMuchWaitsNoTraceBeginsAndTheLogHasTwoLines() {
        Queue<Runnable> waiting = new ArrayDeque<>();
        TracerCalls calls = new TracerCalls(waiting::add);
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < TracerCalls.MOST_CALLS; i++) {
                assertThat(calls.begin(begun::incrementAndGet)).isTrue();
            }
            assertThat(calls.begin(begun::incrementAndGet)).isFalse();
            assertThat(calls.begin(begun::incrementAndGet)).isFalse();
            calls.end(ended::incrementAndGet);
            while (!waiting.isEmpty()) {
                waiting.remove().run();
            }

            assertThat(begun).hasValue(TracerCalls.MOST_CALLS);
            assertThat(ended).hasValue(1);
            assertThat(log.with("the tracer is too slow")).hasSize(1);
            assertThat(log.with("the tracer has caught up; 2 tasks have no trace"))
                    .hasSize(1);
        }
        assertThat(calls.begin(begun::incrementAndGet)).isTrue();
    }
}
