package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.adding;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a combiner sees of a trace. */
@Timeout(120)
class TraceHeadersTest {

    /** A tracer whose header is the id of the task. */
    private static TaskTracer ids() {
        return task -> new TaskTracer.Trace() {
            @Override
            public Map<String, String> headers() {
                return Map.of("traceparent", task.correlationId());
            }

            @Override
            public void end(TaskSummary summary) {
                // Nothing is kept.
            }
        };
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<String> traced(Sandbox sandbox) {
        return sandbox.recording().calls().stream()
                .filter(call -> call.metadata().containsKey("traceparent"))
                .map(RecordedCall::rpc)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource
    void theCombinerSeesTheHeadersInEachCallForATaskAlone(SandboxGeneration generation) {
        try (Sandbox sandbox = Sandbox.builder()
                        .generation(generation)
                        .seedModel(model(0))
                        .start();
                EdgeClient client = adding(sandbox, "c", 1)
                        .generation(Generation.valueOf(generation.name()))
                        .tracer(ids())
                        .build()) {
            client.start();

            sandbox.runSession(SessionPlan.of(2, 1));

            assertThat(traced(sandbox))
                    .contains("Download", "Upload", "SendModelUpdate", "SendModelValidation")
                    .doesNotContain("PollAndReport", "PollAndReportAsync", "SendHeartbeat");
            assertThat(sandbox.recording().calls("SendModelUpdate"))
                    .allSatisfy(call ->
                            assertThat(call.json()).contains(call.metadata().get("traceparent")));
        }
    }

    @Test
    void aTracerThatBlocksHoldsUpNoTaskForLong() {
        CountDownLatch ended = new CountDownLatch(1);
        TaskTracer blocked = (TaskRequest task) -> {
            waitFor(ended);
            return ids().begin(task);
        };
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .tracer(blocked)
                        .onCustom("c", (parameters, task) -> Map.of())
                        .build()) {
            client.start();
            String first = sandbox.submit(TaskSpec.of("Custom_c", "c"));
            String second = sandbox.submit(TaskSpec.of("Custom_c", "c"));

            assertThat(sandbox.awaitOutcome(first, PATIENCE).status()).isEqualTo("COMPLETED");
            assertThat(sandbox.awaitOutcome(second, PATIENCE).status()).isEqualTo("COMPLETED");
        } finally {
            ended.countDown();
        }
    }

    /** Each of the tasks would keep the receipts for longer than the one before. */
    @Test
    void tracesThatNeverBeginHoldUpNoReceipt() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        TaskTracer blocked = task -> {
            begun.incrementAndGet();
            waitFor(ended);
            return summary -> {};
        };
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .tracer(blocked)
                        .onCustom("c", (parameters, task) -> Map.of())
                        .build()) {
            client.start();
            for (int i = 0; i < 12; i++) {
                sandbox.submit(TaskSpec.of("Custom_c", "c"));
            }
            await().atMost(PATIENCE).until(() -> begun.get() > 1);

            client.logTelemetry("t", Map.of("value", 1))
                    .outcome()
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            ended.countDown();
        }
    }

    @Test
    void aTracerThatNeverLeavesHoldsUpNoTask() {
        CountDownLatch ended = new CountDownLatch(1);
        TaskTracer blocked = task -> new TaskTracer.Trace() {
            @Override
            public AutoCloseable enter() {
                return ended::await;
            }

            @Override
            public void end(TaskSummary summary) {
                // Nothing is kept.
            }
        };
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .tracer(blocked)
                        .onCustom("c", (parameters, task) -> Map.of())
                        .build()) {
            client.start();
            String id = sandbox.submit(TaskSpec.of("Custom_c", "c"));

            assertThat(sandbox.awaitOutcome(id, PATIENCE).status()).isEqualTo("COMPLETED");
        } finally {
            ended.countDown();
        }
    }

    /** Names that HTTP/2 forbids, and more headers than a server takes though they have few characters. */
    @Test
    void headersForWhichAServerRefusesCallsAreLeftOut() {
        Map<String, String> headers = new LinkedHashMap<>();
        List.of("http2-settings", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade")
                .forEach(name -> headers.put(name, "x"));
        headers.put("traceparent", "x");
        for (int i = 0; i < 500; i++) {
            headers.put("a" + i, "");
        }
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(0)).start();
                EdgeClient client = adding(sandbox, "c", 1)
                        .tracer(task -> new TaskTracer.Trace() {
                            @Override
                            public Map<String, String> headers() {
                                return headers;
                            }

                            @Override
                            public void end(TaskSummary summary) {
                                // Nothing is kept.
                            }
                        })
                        .build()) {
            client.start();

            sandbox.runSession(SessionPlan.of(1, 1));

            assertThat(traced(sandbox)).contains("Download", "Upload");
        }
    }
}
