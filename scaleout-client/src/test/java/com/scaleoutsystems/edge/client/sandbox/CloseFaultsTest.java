package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client is closed while a call, a transfer or a callback is under way; over real sockets. */
@Timeout(60)
class CloseFaultsTest {

    private static final Duration BUDGET = Duration.ofSeconds(1);

    /** As long as closing may take on a busy machine. */
    private static final Duration LONGEST = BUDGET.multipliedBy(4);

    private enum Moment {
        CONNECT("POST /api/v1/clients/add"),
        GREETING("Announce"),
        POLL("PollAndReportAsync"),
        DOWNLOAD("Download"),
        UPLOAD("Upload"),
        RECORD("SendModelUpdate");

        private final String call;

        Moment(String call) {
            this.call = call;
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("scaleout-") && !name.startsWith("scaleout-sandbox"))
                .toList();
    }

    /** Threads without work end after two seconds. */
    @AfterAll
    static void noThreadIsLeft() {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private static Sandbox sandbox() {
        return Sandbox.builder().seedModel(model(1)).faults(FaultPlan.none()).start();
    }

    private static String train(Sandbox sandbox) {
        return sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "client-1")
                .withModel(sandbox.models().get(0))
                .withData(Map.of()));
    }

    private static void closesInTime(EdgeClient client) {
        long before = System.nanoTime();
        client.close(BUDGET);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONGEST);
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }

    /** The server never answers this call, and the client waits for it when it is closed. */
    @ParameterizedTest
    @EnumSource
    void closingWaitsForNoCall(Moment moment) {
        try (Sandbox sandbox = sandbox()) {
            EdgeClient client = client(sandbox, "client-1")
                    .onTrain((model, task) -> TrainResult.of(model(2), 1))
                    .build();
            int fault = sandbox.faults().add(Fault.of(FaultKind.NO_ANSWER).withCall(moment.call));
            var started = client.startInBackground();
            if (moment.ordinal() > Moment.POLL.ordinal()) {
                Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
                train(sandbox);
            }
            Awaitility.await().atMost(PATIENCE).until(() -> sandbox.faults().strikes(fault) > 0);

            closesInTime(client);

            // What the host does with the stage runs apart from the client's end.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> started.toCompletableFuture().isDone());
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        try (Sandbox sandbox = sandbox()) {
            EdgeClient client = client(sandbox, "client-1").build();
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> client.close(BUDGET));
            closesInTime(client);
            assertThat(other).succeedsWithin(PATIENCE);

            closesInTime(client);
        }
    }

    @Test
    void aCallbackThatClosesItsClientIsAbortedAndToldSo() {
        try (Sandbox sandbox = sandbox()) {
            CompletableFuture<Boolean> returned = new CompletableFuture<>();
            CompletableFuture<EdgeClient> self = new CompletableFuture<>();
            EdgeClient client = client(sandbox, "client-1")
                    .onTrain((model, task) -> {
                        self.join().close(Duration.ofSeconds(20));
                        returned.complete(true);
                        while (!task.isAborted()) {
                            Thread.onSpinWait();
                        }
                        task.checkAbort();
                        return TrainResult.of(model(2), 1);
                    })
                    .build();
            self.complete(client);
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            String task = train(sandbox);

            assertThat(returned).succeedsWithin(PATIENCE);
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CLOSED);
            assertThat(sandbox.awaitOutcome(task, PATIENCE).response()).isEqualTo("{\"msg\": \"Aborted by client\"}");
        }
    }

    /** The caller is told, and keeps its interrupt; the client closes without it. */
    @Test
    void anInterruptEndsTheWaitAndNotTheClosing() {
        try (Sandbox sandbox = sandbox()) {
            EdgeClient client = client(sandbox, "client-1").build();
            client.start();
            sandbox.awaitClients(1, PATIENCE);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> client.close(BUDGET))
                    .isInstanceOfSatisfying(
                            EdgeException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CLOSED);
        }
    }
}
