package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.adding;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ThreadsTest {

    private static final int FOR_THE_DISK = 5;

    private static List<String> threadsOfTheSdk() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("scaleout-") && !name.startsWith("scaleout-sandbox"))
                .toList();
    }

    @Test
    void clientsShareTheirThreads() {
        List<EdgeClient> clients = new ArrayList<>();
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start()) {
            for (int i = 0; i < 30; i++) {
                EdgeClient client = adding(sandbox, "client-" + i, 1).build();
                clients.add(client);
                client.start();
            }
            sandbox.awaitClients(30, PATIENCE);

            // Strands and the timer: as many as there are processors, however many clients there are.
            // Threads for the disk come and go as clients report, a few for all of them.
            int expected = Math.max(2, Runtime.getRuntime().availableProcessors()) + 1 + FOR_THE_DISK;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(threadsOfTheSdk()).hasSizeLessThanOrEqualTo(expected));
            // While the server is there: no client waits for it.
            clients.forEach(EdgeClient::close);
        } finally {
            clients.forEach(EdgeClient::close);
        }
    }

    @Test
    void nothingRunsOnAfterTheLastClientIsClosed() {
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = adding(sandbox, "client-1", 1).build()) {
            client.start();
            sandbox.runSession(SessionPlan.of(1, 1));
        }

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threadsOfTheSdk()).isEmpty());
    }

    @Test
    void onlyCallbacksThatIgnoreEverythingOutliveTheClient() {
        CountDownLatch entered = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        try (Sandbox sandbox = Sandbox.builder().start()) {
            EdgeClient client = client(sandbox, "client-1")
                    .onCustom("stubborn", (parameters, task) -> {
                        entered.countDown();
                        while (!over.get()) {
                            Thread.onSpinWait();
                        }
                        return null;
                    })
                    .build();
            client.start();
            String task = sandbox.submit(TaskSpec.of("Custom_stubborn", "client-1"));
            Awaitility.await().atMost(PATIENCE).until(() -> entered.getCount() == 0);

            client.close(Duration.ofSeconds(1));

            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(threadsOfTheSdk()).containsExactly("scaleout-custom-client-1-" + task));
        } finally {
            over.set(true);
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threadsOfTheSdk()).isEmpty());
    }
}
