package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TestCombiner;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A device in the network swallows what comes over the client's connection. With the default limit for a call, 30 s, the client has
 * 45 s to go on over another connection; here both are short.
 */
@Tag("once")
@Timeout(120)
class SilentDeathTest {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    /** Four times what a busy machine should need. */
    private static final Duration PATIENCE = CALL_TIMEOUT.multipliedBy(45 * 4).dividedBy(30);

    private static final int FLOATS = 1 << 20;

    private static EdgeClientBuilder client(Relay relay) {
        return EdgeClient.builder()
                .combiner(GrpcConnectionOptions.of("127.0.0.1", relay.port()).withTls(TlsMode.PLAINTEXT))
                .clientId("c")
                .stateless()
                .network(NetworkProfile.defaults().withCallTimeout(CALL_TIMEOUT))
                // An attempt that ends with its connection is none: one has to be enough.
                .transfers(TransferSettings.defaults()
                        .withRetry(RetryPolicy.defaults().withMaxAttempts(1)))
                .reporting(ReportingSettings.defaults()
                        .withHeartbeatInterval(Duration.ofMillis(100))
                        .withNodeTelemetry(false));
    }

    private static ScaleoutModel model() {
        SplittableRandom random = new SplittableRandom(7);
        float[] values = new float[FLOATS];
        for (int i = 0; i < FLOATS; i++) {
            values[i] = (float) random.nextDouble();
        }
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(values, FLOATS)))
                .withModelId("m");
    }

    private static void arrives(Delivery record) throws Exception {
        assertThat(record.outcome().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .isEqualTo(new Outcome.Delivered());
    }

    private static void done(CompletableFuture<?> work) {
        assertThat(work).succeedsWithin(PATIENCE);
    }

    private static void tell(String scene, long start) {
        System.out.println(
                scene + ": " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms, calls may take "
                        + CALL_TIMEOUT.toMillis() + " ms");
    }

    /** Waits for the swallowing, so that no later byte can be the first. */
    private static void awaitSwallowing(Relay relay) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!relay.isSwallowing()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void idleClientGoesOnOverAnotherConnectionAndAStrictServerDoesNotMind() throws Exception {
        List<String> errors = new CopyOnWriteArrayList<>();
        try (TestCombiner combiner = TestCombiner.plain();
                Relay relay = Relay.to(combiner.port());
                EdgeClient client = client(relay)
                        .listener(new EdgeClientListener() {
                            @Override
                            public void error(EdgeException error) {
                                errors.add(error.getMessage());
                            }
                        })
                        .build()) {
            client.start();
            arrives(client.sendStatus("before"));
            relay.swallowAfter(0);
            long start = System.nanoTime();
            awaitSwallowing(relay);
            arrives(client.sendStatus("after"));
            tell("idle", start);

            assertThat(relay.connections()).isEqualTo(2);
            assertThat(errors).noneMatch(error -> error.contains("ping"));
        }
    }

    @Test
    void uploadGoesAgainOverAnotherConnection() throws Exception {
        try (TestCombiner combiner = TestCombiner.plain();
                Relay relay = Relay.to(combiner.port());
                ScaleoutModel model = model();
                EdgeClient client = client(relay).build()) {
            client.start();
            relay.swallowAfter(1 << 20);
            long start = System.nanoTime();
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> client.sendModelToCombiner(model));
            awaitSwallowing(relay);
            arrives(client.sendStatus("in the upload"));
            done(upload);
            tell("upload", start);

            assertThat(relay.connections()).isEqualTo(2);
            assertThat(combiner.calls().stream()
                            .filter(call -> call.method().equals("Upload"))
                            .count())
                    .isEqualTo(2);
        }
    }

    @Test
    void downloadGoesAgainOverAnotherConnection() throws Exception {
        try (ScaleoutModel model = model();
                Sandbox sandbox = Sandbox.builder().seedModel(model).start();
                Relay relay = Relay.to(sandbox.grpcPort());
                EdgeClient client = client(relay).build()) {
            client.start();
            relay.swallowAfter(1 << 20);
            long start = System.nanoTime();
            CompletableFuture<Void> download = CompletableFuture.runAsync(() -> {
                try (ScaleoutModel got = client.getModelFromCombiner("m")) {
                    assertThat(got.checksum()).isEqualTo(model.checksum());
                }
            });
            awaitSwallowing(relay);
            done(download);
            tell("download", start);
        }
    }

    @Test
    void recordStreamsAreOpenedAgain() throws Exception {
        try (Sandbox sandbox = Sandbox.builder().start();
                Relay relay = Relay.to(sandbox.grpcPort());
                EdgeClient client = client(relay).build()) {
            client.start();
            arrives(client.logTelemetry("before", Map.of("value", 1)));
            relay.swallowAfter(0);
            long start = System.nanoTime();
            awaitSwallowing(relay);
            arrives(client.logTelemetry("after", Map.of("value", 2)));
            tell("record stream", start);

            assertThat(sandbox.recording().telemetry())
                    .extracting(Recorded.Telemetry::key)
                    .containsExactly("before", "after");
        }
    }

    @Test
    void pushedTasksComeOverAnotherConnection() throws Exception {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        try (Sandbox sandbox = Sandbox.builder().start();
                Relay relay = Relay.to(sandbox.grpcPort());
                EdgeClient client = client(relay)
                        .tasks(TaskSettings.defaults().withArrival(TaskArrival.PUSHED))
                        .onCustom("first", (given, task) -> first.complete(null))
                        .onCustom("second", (given, task) -> second.complete(null))
                        .build()) {
            client.start();
            sandbox.submit(TaskSpec.of("Custom_first", "c"));
            done(first);
            relay.swallowAfter(0);
            long start = System.nanoTime();
            awaitSwallowing(relay);
            arrives(client.sendStatus("after"));
            sandbox.submit(TaskSpec.of("Custom_second", "c"));
            done(second);
            tell("pushed tasks", start);
        }
    }
}
