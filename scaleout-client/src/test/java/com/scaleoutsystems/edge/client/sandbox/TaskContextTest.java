package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.RecordedCall;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callbacks do with their context, and what combiners hear beside tasks. */
@Timeout(120)
class TaskContextTest {

    @Test
    void actionsOnAbortRunOnceWhileTheCallbackStillRuns() {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(2);
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .onCustom("c", (parameters, task) -> {
                            task.onAbort(() -> {
                                ran.add("before");
                                stopped.countDown();
                            });
                            running.countDown();
                            while (!task.isAborted()) {
                                Thread.onSpinWait();
                            }
                            task.onAbort(() -> {
                                ran.add("after");
                                stopped.countDown();
                            });
                            return stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        })
                        .build()) {
            client.start();
            String id = sandbox.submit(TaskSpec.of("Custom_c", "c"));
            sandbox.awaitClients(1, PATIENCE);
            await(running);
            sandbox.interrupt(id);

            assertThat(sandbox.awaitOutcome(id, PATIENCE).status()).isEqualTo("INTERRUPTED");
            assertThat(ran).containsExactlyInAnyOrder("before", "after");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void progressReachesTheListenerInOrder() {
        List<Double> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch whole = new CountDownLatch(1);
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .onCustom("c", (parameters, task) -> {
                            task.progress(0.25);
                            task.progress(0.5);
                            task.progress(1);
                            return null;
                        })
                        .listener(new EdgeClientListener() {
                            @Override
                            public void taskProgress(TaskRequest task, double fraction) {
                                heard.add(fraction);
                            }

                            @Override
                            public void taskFinished(TaskRequest task, TaskSummary summary) {
                                whole.countDown();
                            }
                        })
                        .build()) {
            client.start();
            sandbox.submit(TaskSpec.of("Custom_c", "c"));
            await(whole);

            assertThat(heard).containsExactly(0.25, 0.5, 1.0);
        }
    }

    @Test
    void metricsOfAllThreadsShareTheStepsOfTheirTask() {
        int threads = 4;
        int each = 25;
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .onCustom("c", (parameters, task) -> {
                            List<Thread> loaders = new ArrayList<>();
                            for (int i = 0; i < threads; i++) {
                                loaders.add(new Thread(() -> {
                                    for (int step = 0; step < each; step++) {
                                        task.logMetric(Map.of("loss", 1));
                                    }
                                }));
                            }
                            loaders.forEach(Thread::start);
                            for (Thread loader : loaders) {
                                loader.join();
                            }
                            return null;
                        })
                        .build()) {
            client.start();
            sandbox.submit(TaskSpec.of("Custom_c", "c"));

            assertThat(sandbox.recording().await(Recorded.Metric.class, threads * each, PATIENCE))
                    .extracting(metric -> metric.step())
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.range(0, threads * each).boxed().toList());
        }
    }

    @Test
    void logsOfAnAbortedTaskThrowOnlyWhereTheyCheckForTheAbort() {
        CountDownLatch running = new CountDownLatch(1);
        LogOptions unchecked = LogOptions.defaults().withCheckTaskAbort(false);
        CompletableFuture<List<Integer>> thrown = new CompletableFuture<>();
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .onCustom("c", (parameters, task) -> {
                            running.countDown();
                            while (!task.isAborted()) {
                                Thread.onSpinWait();
                            }
                            List<Runnable> logs = List.of(
                                    () -> task.logMetric(Map.of("loss", 1)),
                                    () -> task.logTelemetry("t", Map.of("value", 1)),
                                    () -> task.logAttributes(Map.of("a", 1)),
                                    () -> task.logMetric(Map.of("loss", 1), unchecked),
                                    () -> task.logTelemetry("t", Map.of("value", 1), unchecked),
                                    () -> task.logAttributes(Map.of("a", 1), unchecked),
                                    () -> task.logInferenceResult("r", Map.of("value", 1)),
                                    () -> task.sendStatus("stopping"));
                            thrown.complete(IntStream.range(0, logs.size())
                                    .filter(i -> throwsAbort(logs.get(i)))
                                    .boxed()
                                    .toList());
                            return null;
                        })
                        .build()) {
            client.start();
            String id = sandbox.submit(TaskSpec.of("Custom_c", "c"));
            await(running);
            sandbox.interrupt(id);

            assertThat(thrown).succeedsWithin(PATIENCE).isEqualTo(List.of(0, 1, 2));
            assertThat(sandbox.recording().await(Recorded.Metric.class, 1, PATIENCE))
                    .hasSize(1);
        }
    }

    private static boolean throwsAbort(Runnable log) {
        try {
            log.run();
            return false;
        } catch (TaskAbortedException aborted) {
            return true;
        }
    }

    @Test
    void aLogOfATaskTakesAnotherContextFromItsOptions() {
        LogOptions elsewhere = LogOptions.defaults()
                .withContext(LoggingContext.startingAt(3, "m", "2", "other"))
                .withContext(new InferenceContext("i", "m"));
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "c")
                        .onCustom("c", (parameters, task) -> {
                            task.logMetric(Map.of("loss", 1), elsewhere);
                            task.logInferenceResult("r", Map.of("value", 1), elsewhere);
                            return null;
                        })
                        .build()) {
            client.start();
            sandbox.submit(TaskSpec.of("Custom_c", "c"));

            assertThat(sandbox.recording().await(Recorded.Metric.class, 1, PATIENCE))
                    .extracting(Recorded.Metric::sessionId, metric -> metric.step())
                    .containsExactly(tuple("other", 3L));
            assertThat(sandbox.recording().await(Recorded.InferenceResult.class, 1, PATIENCE))
                    .extracting(Recorded.InferenceResult::inferenceId)
                    .containsExactly("i");
        }
    }

    @ParameterizedTest
    @CsvSource({"V1_0, V1_0", "V1_1, V1_1"})
    void heartbeatsTellWhatTheirGenerationWants(SandboxGeneration spoken, Generation set) {
        try (Sandbox sandbox = Sandbox.builder().generation(spoken).start();
                EdgeClient client = client(sandbox, "c").generation(set).build()) {
            client.start();
            RecordedCall beat =
                    sandbox.recording().awaitCalls("SendHeartbeat", 1, PATIENCE).get(0);

            if (set == Generation.V1_0) {
                assertThat(beat.json()).contains("\"memory_utilisation\"").doesNotContain("heartbeat_interval_ms");
            } else {
                assertThat(beat.json()).contains("\"heartbeat_interval_ms\"").doesNotContain("memory_utilisation");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"V1_0, V1_0", "V1_1, V1_1"})
    void telemetryMessagesNameNoRecordAsInTheReference(SandboxGeneration spoken, Generation set) {
        try (Sandbox sandbox = Sandbox.builder().generation(spoken).start();
                EdgeClient client = client(sandbox, "c")
                        .generation(set)
                        .reporting(ReportingSettings.defaults().withLegacyTelemetry(true))
                        .build()) {
            client.start();
            client.logTelemetry("temperature", Map.of("value", 21.5));
            RecordedCall message = sandbox.recording()
                    .awaitCalls("SendTelemetryMessage", 1, PATIENCE)
                    .get(0);

            assertThat(message.json()).contains("21.5").doesNotContain("record_id");
        }
    }
}
