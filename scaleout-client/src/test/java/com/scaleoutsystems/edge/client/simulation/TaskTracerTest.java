package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tracer sees of the tasks, what is sent of its traces, and that nothing that it does changes a task. */
class TaskTracerTest {

    private static final String TRACED = "{traceparent=of-t}";

    private final List<String> events = new ArrayList<>();

    /** Where a tracer throws, or what else it does wrong. */
    enum Fault {
        BEGIN,
        NO_TRACE,
        HEADERS,
        NO_HEADERS,
        ENTER,
        NO_SCOPE,
        LEAVE,
        END
    }

    private final class Tracer implements TaskTracer {

        private final List<Fault> faults;
        private final Map<String, String> headers;

        Tracer(Map<String, String> headers, Fault... faults) {
            this.headers = headers;
            this.faults = List.of(faults);
        }

        private void fail(Fault here) {
            if (faults.contains(here)) {
                throw new LinkageError("the tracer is broken");
            }
        }

        @Override
        @SuppressWarnings("NullAway")
        public Trace begin(TaskRequest task) {
            String id = task.correlationId();
            events.add("begin " + id);
            fail(Fault.BEGIN);
            return faults.contains(Fault.NO_TRACE)
                    ? null
                    : new Trace() {
                        @Override
                        public Map<String, String> headers() {
                            fail(Fault.HEADERS);
                            return faults.contains(Fault.NO_HEADERS) ? null : headers;
                        }

                        @Override
                        public AutoCloseable enter() {
                            events.add("enter " + id);
                            fail(Fault.ENTER);
                            return faults.contains(Fault.NO_SCOPE)
                                    ? null
                                    : () -> {
                                        events.add("leave " + id);
                                        fail(Fault.LEAVE);
                                    };
                        }

                        @Override
                        public void end(TaskSummary summary) {
                            events.add("end " + id + " " + summary.status());
                            fail(Fault.END);
                        }
                    };
        }
    }

    private SimulatedClient client(TaskTracer tracer) {
        Callbacks callbacks = new Callbacks();
        callbacks.train((model, task) -> {
            events.add("callback " + task.request().correlationId());
            task.logMetric(Map.of("loss", 1));
            return TrainResult.of(model("update-" + task.request().correlationId(), 1), 1);
        });
        callbacks.tracer(tracer);
        SimulatedClient client = new SimulatedClient(callbacks, TaskSettings.defaults(), 5);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private static void run(SimulatedClient client, TaskRequest task) {
        client.combiner.deliver(task);
        client.runUntilDone(task.correlationId());
        client.runFor(Duration.ofSeconds(1));
    }

    private static String end(SimulatedClient client, String task) {
        return client.combiner.doneReports().get(task).get(0).status();
    }

    @Test
    void aTraceSpansItsTaskAndIsCurrentAroundTheCallback() {
        run(client(new Tracer(Map.of())), train("t", "m"));

        assertThat(events).containsExactly("begin t", "enter t", "callback t", "leave t", "end t COMPLETED");
    }

    @Test
    void theCallsForTheTaskAloneCarryTheHeadersAndNoOthersDo() {
        SimulatedClient client = client(new Tracer(Map.of("traceparent", "of-t")));

        run(client, train("t", "m"));

        assertThat(client.combiner.withHeaders())
                .containsExactly("download " + TRACED, "upload " + TRACED, "send " + TRACED);
    }

    @Test
    void eachAttemptCarriesTheHeaders() {
        SimulatedClient client = client(new Tracer(Map.of("traceparent", "of-t")));
        EdgeException away = new EdgeException(ErrorCode.UNAVAILABLE, "nobody there", null, true, 1);
        client.combiner.failNext("download m", away);
        client.combiner.failNext("upload", away);

        run(client, train("t", "m"));

        assertThat(client.combiner.withHeaders())
                .containsExactly(
                        "download " + TRACED,
                        "download " + TRACED,
                        "upload " + TRACED,
                        "upload " + TRACED,
                        "send " + TRACED);
    }

    @Test
    void tasksThatDoNotRunAreTracedToo() {
        SimulatedClient client = client(new Tracer(Map.of()));

        run(client, TaskRequest.of("refused", "Scaleout_Nonsense"));
        run(client, stop("stopped", "INTERRUPTED"));

        assertThat(events)
                .containsExactly("begin refused", "end refused FAILED", "begin stopped", "end stopped INTERRUPTED");
    }

    @Test
    void headersThatACallCannotCarryAreLeftOutWithOneWarningEach() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("traceparent", "of-t");
        headers.put("Upper", "case");
        headers.put("space in", "it");
        headers.put("of-bytes-bin", "AAAA");
        headers.put("grpc-timeout", "1S");
        headers.put("authorization", "Bearer stolen");
        headers.put("client-id", "another");
        headers.put("umlaut", "\u00e4");
        headers.put("lines", "a\nb");
        headers.put("nothing", null);
        headers.put("long", "x".repeat(2_048));
        try (LogLines log = new LogLines()) {
            SimulatedClient client = client(new Tracer(headers));

            run(client, train("t", "m"));
            run(client, train("u", "m"));

            assertThat(end(client, "t")).isEqualTo("COMPLETED");
            assertThat(client.combiner.withHeaders())
                    .hasSizeGreaterThanOrEqualTo(5)
                    .allMatch(call -> call.endsWith(TRACED));
            assertThat(log.with("the tracer's header")).hasSize(10).allMatch(line -> line.contains(" WARN "));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTracerThatFailsChangesNoTask(Fault fault) {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = client(new Tracer(Map.of("traceparent", "of-t"), fault));

            run(client, train("t", "m"));

            assertThat(end(client, "t")).isEqualTo("COMPLETED");
            assertThat(events).contains("callback t");
            assertThat(log.with(" WARN scaleout.client.task - the tracer failed to "))
                    .hasSize(1);
        }
    }

    @Test
    void aTracerThatAlwaysFailsHasFewLines() {
        try (LogLines log = new LogLines()) {
            SimulatedClient client = client(new Tracer(Map.of(), Fault.BEGIN));
            for (int i = 0; i < 500; i++) {
                client.combiner.deliver(TaskRequest.of("t" + i, "Scaleout_Nonsense"));
            }
            client.runUntilDone("t499");

            assertThat(log.with(" WARN scaleout.client.task - the tracer failed to "))
                    .hasSize(10);
        }
    }
}
