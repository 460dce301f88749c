package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may go wrong again and again is said once. */
class RepeatedLinesTest {

    @Test
    void aTaskWithoutANameIsWarnedOfOnceHoweverOftenItComes() {
        SimulatedClient client = new SimulatedClient(1, null, null);
        client.combiner.deliverAlways(SimulatedCombiner.train("", "m"));
        try (LogLines log = new LogLines()) {
            client.start();
            client.runFor(Duration.ofMinutes(1));

            assertThat(client.combiner.calls("poll")).isGreaterThan(10);
            assertThat(log.with("without a correlation id")).hasSize(1);
        }
    }

    @Test
    void aListenerThatKeepsFailingIsWarnedOfOnceAndOthersStillHear() {
        EdgeClientListener failing = new EdgeClientListener() {
            @Override
            public void error(EdgeException error) {
                throw new IllegalStateException("not today");
            }
        };
        int[] heard = {0};
        EdgeClientListener other = new EdgeClientListener() {
            @Override
            public void error(EdgeException error) {
                heard[0]++;
            }
        };
        ListenerCalls listeners = new ListenerCalls(List.of(failing, other), Runnable::run);
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < 100; i++) {
                listeners.error(new EdgeException(ErrorCode.UNAVAILABLE, "away"));
            }

            assertThat(log.with("a listener failed")).hasSize(1);
        }
        assertThat(heard[0]).isEqualTo(100);
    }
}
