package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Where callbacks run, with real threads. */
@Timeout(120)
class CallbackThreadsTest {

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    /** Runs a callback that waits until it is interrupted, and aborts its task. */
    private void runAndAbort(CallbackThreads where) throws InterruptedException {
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "client-1")
                        .tasks(TaskSettings.defaults()
                                .withAbortGrace(Duration.ofMillis(50))
                                .withPollInterval(Duration.ofMillis(50)))
                        .callbackThreads(where)
                        .onCustom("waits", (parameters, task) -> {
                            threads.add(Thread.currentThread());
                            entered.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                                throw e;
                            }
                            return Map.of();
                        })
                        .build()) {
            client.start();
            String task = sandbox.submit(TaskSpec.of("Custom_waits", "client-1"));
            entered.await();
            sandbox.interrupt(task);
            interrupted.await();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(client.health().runningTasks()).isEmpty());
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void callbacksRunOnVirtualThreadsAndAreAborted() throws Exception {
        runAndAbort(CallbackThreads.virtual());

        Thread thread = threads.get(0);
        assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
        assertThat(thread.getName()).startsWith("scaleout-custom-client-1-");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void jvmWithoutVirtualThreadsIsRefusedAtOnce() {
        assertThatThrownBy(CallbackThreads::virtual)
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("21 or newer");
    }

    @Test
    void callbacksRunOnTheExecutorOfTheProgramAndAreAborted() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor(body -> new Thread(body, "host-pool"));
        try {
            runAndAbort(CallbackThreads.on(pool));

            assertThat(threads).extracting(Thread::getName).containsExactly("host-pool");
            assertThat(pool.submit(() -> Thread.currentThread().isInterrupted()).get())
                    .isFalse();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void threadsHaveNames() {
        assertThat(CallbackThreads.parse("platform")).isEqualTo(CallbackThreads.platform());
        assertThatThrownBy(() -> CallbackThreads.parse("green"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("green", "platform or virtual");
    }

    @Test
    void aCallbackThatAnExecutorNeverRunsHasNoTime() {
        AtomicReference<TaskSummary> summary = new AtomicReference<>();
        EdgeClientListener listener = new EdgeClientListener() {
            @Override
            public void taskFinished(TaskRequest task, TaskSummary ended) {
                summary.set(ended);
            }
        };
        try (Sandbox sandbox = Sandbox.builder().start();
                EdgeClient client = client(sandbox, "client-1")
                        .callbackThreads(CallbackThreads.on(job -> entered.countDown()))
                        .listener(listener)
                        .onCustom("waits", (parameters, task) -> Map.of())
                        .build()) {
            client.start();
            String task = sandbox.submit(TaskSpec.of("Custom_waits", "client-1"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(entered.getCount()).isZero());
            sandbox.interrupt(task);

            await().atMost(PATIENCE).until(() -> summary.get() != null);
        }
        assertThat(summary.get().status()).isEqualTo(TaskStatus.INTERRUPTED);
        assertThat(summary.get().callbackTime()).isEmpty();
    }
}
