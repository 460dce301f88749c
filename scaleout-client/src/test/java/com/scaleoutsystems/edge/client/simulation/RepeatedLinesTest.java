package com.scaleoutsystems.edge.client.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may go wrong again and again is said once, and what may happen many times has few lines, none of which gets lost. */
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

    /**
     * A client with tasks whose callbacks take no time.
     *
     * @param failing the callback of this task throws
     * @param last the callbacks of later tasks never begin
     */
    private static SimulatedClient busy(int tasks, int failing, int last) {
        Callbacks callbacks = new Callbacks();
        callbacks.custom("c", (parameters, task) -> {
            if (task.request().correlationId().equals("t" + failing)) {
                throw new IllegalStateException("no data");
            }
            return "done";
        });
        int[] begun = {0};
        CallbackThreads threads = CallbackThreads.on(callback -> {
            if (begun[0]++ < last) {
                callback.run();
            }
        });
        SimulatedClient client = new SimulatedClient(
                callbacks, TaskSettings.defaults().withMaxWaitingTasks(tasks).withCallbackThreads(threads), 1);
        client.start();
        for (int i = 1; i <= tasks; i++) {
            client.combiner.deliver(TaskRequest.of("t" + i, "Custom_c").withData("{}"));
        }
        return client;
    }

    @Test
    void aTaskThatFailsAmongManyHasItsWarningAndItsStack() {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = busy(21, 12, 21);
            client.runUntilDone("t21");
            client.runFor(Duration.ofMinutes(1));

            assertThat(log.with(" ended as COMPLETED").stream().filter(line -> line.contains(" INFO ")))
                    .hasSize(11)
                    .last()
                    .asString()
                    .contains(" INFO ")
                    .contains("10 more like these in 30 s")
                    .contains("task t21 ");
            assertThat(log.with(" ended as FAILED"))
                    .singleElement()
                    .asString()
                    .contains(" WARN ")
                    .contains("task t12 ");
            assertThat(log.with("IllegalStateException: no data")).isNotEmpty();
            assertThat(log.with("at " + RepeatedLinesTest.class.getName())).isNotEmpty();
        }
    }

    /** The process may end right after the close: nothing is written later. */
    @Test
    void theEndsOfTasksThatAreAbortedAtTheCloseAreInTheLogOfABusyClient() {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = busy(21, 0, 12);
            client.runUntilDone("t12");

            client.close(Duration.ofSeconds(5));

            assertThat(client.combiner.doneReports().get("t21"))
                    .singleElement()
                    .satisfies(report -> assertThat(report.status()).isEqualTo("INTERRUPTED"));
            assertThat(log.with(" ended as INTERRUPTED"))
                    .filteredOn(line -> line.contains(" INFO "))
                    .singleElement()
                    .asString()
                    .contains("11 more like these in 30 s");
            assertThat(log.with("").get(log.with("").size() - 1)).contains("CLOSED");
        }
    }
}
