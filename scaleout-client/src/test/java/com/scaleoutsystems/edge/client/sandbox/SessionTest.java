package com.scaleoutsystems.edge.client.sandbox;

import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.PATIENCE;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.adding;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.client;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.model;
import static com.scaleoutsystems.edge.client.sandbox.SandboxClients.plusOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.model.TrustPolicy;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client's main job over real sockets. */
@Timeout(120)
class SessionTest {

    @Test
    void twoClientsTrainAModelTogether() {
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(0, 10)).start();
                EdgeClient one = adding(sandbox, "client-1", 10).build();
                EdgeClient two = client(sandbox, "client-2")
                        .onTrain((model, task) -> TrainResult.of(plusOne(plusOne(model)), 30))
                        .onValidate((model, task) -> Map.of("first", 5))
                        .build()) {
            one.start();
            two.start();

            SessionResult session = sandbox.runSession(SessionPlan.of(3, 2));

            // Each round adds (10·1 + 30·2) / 40.
            try (ScaleoutModel last = sandbox.model(session.modelId())) {
                assertThat(last.modelParameters().get(0).toFloats()).containsExactly(5.25f, 15.25f);
            }
            assertThat(session.rounds()).hasSize(3).allSatisfy(round -> {
                assertThat(round.failures()).isEmpty();
                assertThat(round.updates()).hasSize(2);
                assertThat(round.validations()).hasSize(2);
            });
            assertThat(sandbox.recording().statuses())
                    .extracting(Recorded.Status::text)
                    .contains("Model update completed.", "Model validation completed.");
        }
    }

    @Test
    void aModelFromAnEarlierRunMustProveWhatIsAskedForNow(@TempDir Path state) throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        try (Sandbox sandbox =
                Sandbox.builder().seedModel(model(1).withModelId("seed")).start()) {
            try (EdgeClient trusting =
                    adding(sandbox, "client-1", 1).stateDirectory(state).build()) {
                trusting.start();
                trusting.getModelFromCombiner("seed").close();
                Awaitility.await().atMost(PATIENCE).until(() -> {
                    try (Stream<Path> files = Files.list(state.resolve("models"))) {
                        return files.anyMatch(file -> file.toString().endsWith(".model"));
                    }
                });
            }
            try (EdgeClient strict = adding(sandbox, "client-1", 1)
                    .stateDirectory(state)
                    .trust(TrustPolicy.defaults().withSigner("owner", keys.getPublic()))
                    .build()) {
                strict.start();

                assertThatThrownBy(() -> strict.getModelFromCombiner("seed")).hasMessageContaining("not signed");
            }
        }
    }

    @Test
    void aLargeModelTravelsBothWaysUnchanged() {
        float[] values = new float[3_000_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.25f;
        }
        List<String> transfers = Collections.synchronizedList(new ArrayList<>());
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(values)).start();
                EdgeClient client = client(sandbox, "client-1")
                        .onTrain((model, task) -> TrainResult.of(
                                ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(
                                        model.modelParameters().get(0).toFloats(), values.length))),
                                1))
                        .listener(new EdgeClientListener() {
                            @Override
                            public void modelTransferred(
                                    TransferDirection direction, String modelId, long bytes, Duration duration) {
                                transfers.add(direction + " " + (bytes > 12_000_000));
                            }
                        })
                        .build()) {
            client.start();

            SessionResult session = sandbox.runSession(SessionPlan.of(1, 1).withoutValidation());

            try (ScaleoutModel last = sandbox.model(session.modelId())) {
                assertThat(last.modelParameters().get(0).toFloats()).isEqualTo(values);
            }
            Awaitility.await().atMost(PATIENCE).until(() -> transfers.size() == 2);
            assertThat(transfers).containsExactly("DOWNLOAD true", "UPLOAD true");
        }
    }

    @Test
    void metricsStatusesTelemetryAndAttributesReachTheServer() {
        AtomicReference<Delivery> inside = new AtomicReference<>();
        AtomicReference<EdgeClient> self = new AtomicReference<>();
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = client(sandbox, "client-1")
                        .onTrain((model, task) -> {
                            inside.set(self.get().logMetric(Map.of("loss", 0.5)));
                            task.logMetric(
                                    Map.of("loss", 0.25), LogOptions.defaults().withCommit(false));
                            task.logMetric(Map.of("accuracy", 0.75));
                            return TrainResult.of(plusOne(model), 1);
                        })
                        .build()) {
            self.set(client);
            client.start();
            sandbox.runSession(SessionPlan.of(1, 1).withoutValidation());
            Delivery status = client.sendStatus(
                    "all is well", LogLevel.WARNING, LogOptions.defaults().withStatusType("HEALTH"));
            Delivery telemetry = client.logTelemetry("temperature", Map.of("value", 21.5));
            Delivery attributes = client.logAttributes(Map.of("site", "a"));
            Delivery nowhere = client.logMetric(Map.of("loss", 1));

            assertThat(outcome(inside.get())).isEqualTo("Delivered[]");
            assertThat(outcome(status)).isEqualTo("Delivered[]");
            assertThat(outcome(telemetry)).isEqualTo("Delivered[]");
            assertThat(outcome(attributes)).isEqualTo("Delivered[]");
            assertThat(outcome(nowhere)).contains("Rejected").contains("metrics need a context");
            assertThat(status.stored().toCompletableFuture()).isCompletedWithValue(Delivery.Stored.NOT_DURABLE);

            List<Recorded.Metric> metrics = sandbox.recording().await(Recorded.Metric.class, 3, PATIENCE);
            assertThat(metrics).extracting(metric -> metric.step()).containsExactly(0L, 1L, 1L);
            assertThat(metrics.get(0).values()).containsExactly(Map.entry("loss", 0.5f));
            assertThat(sandbox.recording().telemetry()).singleElement().satisfies(record -> {
                assertThat(record.recordId()).isEqualTo(telemetry.id());
                assertThat(record.payloadText()).isEqualTo("{\"value\": 21.5}");
            });
            assertThat(sandbox.recording().attributes())
                    .singleElement()
                    .satisfies(record -> assertThat(record.payloadText()).isEqualTo("{\"value\": \"a\"}"));
            assertThat(sandbox.recording().statuses())
                    .anySatisfy(line -> assertThat(line.text()).isEqualTo("all is well"));
        }
    }

    private static String outcome(Delivery delivery) {
        return delivery.outcome()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join()
                .toString();
    }

    @Test
    void anInterruptReachesACallbackThatPollsTheFlag() {
        CountDownLatch entered = new CountDownLatch(1);
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = client(sandbox, "client-1")
                        .onTrain((model, task) -> {
                            entered.countDown();
                            while (true) {
                                task.checkAbort();
                                Thread.onSpinWait();
                            }
                        })
                        .build()) {
            client.start();
            String task = submitTrain(sandbox);
            awaitLatch(entered);
            sandbox.interrupt(task);

            TaskOutcome outcome = sandbox.awaitOutcome(task, PATIENCE);

            assertThat(outcome.status()).isEqualTo("INTERRUPTED");
            assertThat(outcome.response()).isEqualTo("{\"msg\": \"Aborted by server\"}");
        }
    }

    @Test
    void aCallbackThatOnlyWaitsIsInterruptedAfterTheGrace() {
        CountDownLatch entered = new CountDownLatch(1);
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = client(sandbox, "client-1")
                        .tasks(TaskSettings.defaults()
                                .withPollInterval(Duration.ofMillis(50))
                                .withAbortGrace(Duration.ofMillis(50)))
                        .onTrain((model, task) -> {
                            entered.countDown();
                            new CountDownLatch(1).await();
                            throw new AssertionError("nobody counts this latch down");
                        })
                        .build()) {
            client.start();
            String task = submitTrain(sandbox);
            awaitLatch(entered);
            sandbox.timeOut(task);

            assertThat(sandbox.awaitOutcome(task, PATIENCE).response()).isEqualTo("{\"msg\": \"Timed out by server\"}");
        }
    }

    @Test
    void aTaskDeliveredAgainIsAnsweredAndNotTrainedAgain() {
        List<String> trained = Collections.synchronizedList(new ArrayList<>());
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = client(sandbox, "client-1")
                        .onTrain((model, task) -> {
                            trained.add(task.request().correlationId());
                            return TrainResult.of(plusOne(model), 1);
                        })
                        .build()) {
            client.start();
            String task = submitTrain(sandbox);
            sandbox.awaitOutcome(task, PATIENCE);
            sandbox.redeliver(task);

            sandbox.recording()
                    .await(
                            "a second last report",
                            PATIENCE,
                            recording -> recording.reports(task).stream()
                                    .filter(Recorded.Report::done)
                                    .skip(1)
                                    .findFirst());

            assertThat(trained).containsExactly(task);
            assertThat(sandbox.recording().modelUpdates()).hasSize(1);
        }
    }

    @Test
    void theListenerHearsOfATaskFromItsBeginningToItsEnd() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start();
                EdgeClient client = adding(sandbox, "client-1", 1)
                        .listener(new EdgeClientListener() {
                            @Override
                            public void stateChanged(ClientState from, ClientState to, String reason) {
                                heard.add(to.name());
                            }

                            @Override
                            public void taskReceived(TaskRequest task) {
                                heard.add("received");
                            }

                            @Override
                            public void taskStarted(TaskRequest task) {
                                heard.add("started");
                            }

                            @Override
                            public void taskFinished(TaskRequest task, TaskSummary summary) {
                                heard.add(summary.status().name());
                            }
                        })
                        .build()) {
            client.start();
            Awaitility.await().atMost(PATIENCE).until(() -> client.state() == ClientState.CONNECTED);
            sandbox.awaitOutcome(submitTrain(sandbox), PATIENCE);
            client.close(PATIENCE);

            Awaitility.await().atMost(PATIENCE).until(() -> heard.contains("CLOSED"));
            assertThat(heard)
                    .containsExactly("JOINING", "CONNECTED", "received", "started", "COMPLETED", "DRAINING", "CLOSED");
        }
    }

    @Test
    void closeEndsARunningTaskAndLeaves() {
        CountDownLatch entered = new CountDownLatch(1);
        try (Sandbox sandbox = Sandbox.builder().seedModel(model(1)).start()) {
            String task;
            try (EdgeClient client = client(sandbox, "client-1")
                    .onTrain((model, context) -> {
                        entered.countDown();
                        while (true) {
                            context.checkAbort();
                            Thread.onSpinWait();
                        }
                    })
                    .build()) {
                client.start();
                task = submitTrain(sandbox);
                awaitLatch(entered);
            }

            assertThat(sandbox.awaitOutcome(task, PATIENCE).response()).isEqualTo("{\"msg\": \"Aborted by client\"}");
            assertThat(sandbox.recording().announcements())
                    .extracting(Recorded.Announcement::type)
                    .containsExactly("VersionCheck", "Connect", "Disconnect");
        }
    }

    private static String submitTrain(Sandbox sandbox) {
        sandbox.awaitClients(1, PATIENCE);
        return sandbox.submit(TaskSpec.of("Scaleout_ModelUpdate", "client-1")
                .withModel(sandbox.models().get(0))
                .withSession("session", "1")
                .withData(Map.of("client_settings", Map.of())));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
