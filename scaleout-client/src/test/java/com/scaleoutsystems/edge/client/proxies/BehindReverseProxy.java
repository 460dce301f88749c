package com.scaleoutsystems.edge.client.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.delivery.Relay;
import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What works behind each reverse proxy of docs/proxies.md, with the configuration that the page shows. */
@Timeout(180)
abstract class BehindReverseProxy {

    private static final int ROUNDS = 3;
    private static final int FLOATS_OF_A_MEBIBYTE = (1 << 20) / Float.BYTES;

    /** More than the proxies take by default: 8 KiB for a header, or 16 KiB for all headers of a call. */
    private static final int LONG_TOKEN = 14_000;

    /** Four times what a client needs after the proxy is well again. */
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    /** Starts the proxy with the page's configuration. */
    abstract ReverseProxy start(ReverseProxy.Setup setup);

    final ReverseProxy start(Scene scene) {
        return start(scene, UnaryOperator.identity());
    }

    final ReverseProxy start(Scene scene, UnaryOperator<String> change) {
        return start(new ReverseProxy.Setup(scene.behind(), folder, change));
    }

    private static SessionPlan session() {
        return SessionPlan.of(ROUNDS, 1).withModel(Scene.SEED);
    }

    @Test
    void restAndGrpcPassOnePort() {
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene);
                EdgeClient asking = scene.client(proxy.port(), folder).build();
                EdgeClient client = scene.client(proxy.port(), folder).build()) {
            assertThat(asking.connectToApi()).isInstanceOf(ConnectToApiResult.Assigned.class);
            client.start();
            scene.log(client);

            scene.assertRounds(scene.sandbox().runSession(session()), ROUNDS);
            scene.assertAllDelivered();
            assertThat(client.doctor().ok()).as(client.doctor().toText()).isTrue();
            assertThat(scene.relay().connections()).isPositive();
        }
    }

    @Test
    @Tag("nightly")
    void longTokensReachTheApi() {
        String claims = "{\"token_type\":\"api_key\",\"filler\":\"" + "x".repeat(LONG_TOKEN) + "\"}";
        String token = "e30."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".e30";
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene);
                EdgeClient client = scene.client(proxy.port(), folder)
                        .credential(Credential.token(token))
                        .build()) {
            assertThat(client.connectToApi()).isInstanceOf(ConnectToApiResult.Unauthorized.class);
        }
    }

    @Test
    @Tag("nightly")
    void aCombinerThatIsAwayIsWaitedFor() {
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene);
                EdgeClient client = scene.client(proxy.port(), folder).build()) {
            client.start();
            scene.log(client);
            scene.relay().cut();
            CompletableFuture<SessionResult> session = scene.sandbox().startSession(session());
            scene.logFor(Duration.ofSeconds(2), client);
            scene.relay().mend();
            long back = System.nanoTime();

            assertThat(session).succeedsWithin(Scene.PATIENCE);
            Scene.print("three rounds ended after the combiner's return:", back);
            scene.assertRounds(session.join(), ROUNDS);
            scene.assertAllDelivered();
        }
    }

    @Test
    @Tag("nightly")
    void largeModelsPassWhileTheProxyReloadsAndRestarts() {
        assertModelsPass(100);
    }

    /** In each transfer the proxy reloads. In those of the second round it ends, and is started again. */
    final void assertModelsPass(int mebibytes) {
        int size = mebibytes * FLOATS_OF_A_MEBIBYTE;
        long half = (long) size * Float.BYTES / 2;
        AtomicInteger trained = new AtomicInteger();
        List<Long> passed = new CopyOnWriteArrayList<>();
        try (Scene scene = new Scene(size);
                ReverseProxy proxy = start(scene);
                EdgeClient client = scene.client(proxy.port(), folder)
                        .onTrain((model, task) -> {
                            trained.incrementAndGet();
                            scene.relay().holdAfter(half);
                            return TrainResult.of(Scene.plusOne(model), 1);
                        })
                        .build()) {
            client.start();
            passed.add(scene.relay().passed());
            scene.relay().holdAnswersAfter(half);
            CompletableFuture<SessionResult> session = scene.sandbox()
                    .startSession(session().withoutValidation().withListener(round -> {
                        passed.add(scene.relay().passed());
                        if (round.round() < ROUNDS) {
                            scene.relay().holdAnswersAfter(half);
                        }
                    }));
            for (int round = 1; round <= ROUNDS; round++) {
                int now = round;
                disturb(scene, client, proxy, round == 2, () -> trained.get() == now);
                disturb(scene, client, proxy, round == 2, () -> stored(scene) == now);
            }

            assertThat(session).succeedsWithin(Scene.PATIENCE);
            scene.assertRounds(session.join(), ROUNDS);
            scene.assertAllDelivered();
            // Nothing was sent twice in the rounds in which the proxy only reloaded.
            assertThat(passed.get(1) - passed.get(0)).isBetween(4 * half, 5 * half);
            assertThat(passed.get(3) - passed.get(2)).isBetween(4 * half, 5 * half);
        }
    }

    private static long stored(Scene scene) {
        return scene.sandbox().recording().all(Recorded.Upload.class).stream()
                .filter(Recorded.Upload::stored)
                .count();
    }

    private static void disturb(
            Scene scene, EdgeClient client, ReverseProxy proxy, boolean restart, BooleanSupplier transferred) {
        Scene.await(scene.relay()::isHolding);
        scene.log(client);
        if (restart) {
            proxy.stop();
            proxy.start();
        } else {
            proxy.reload();
        }
        scene.relay().flow();
        long back = System.nanoTime();
        Scene.await(transferred::getAsBoolean);
        Scene.print((restart ? "restart" : "reload") + ": the model has passed after", back);
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(RECOVERY);
    }

    /** The proxy leaves a stream idle for a second only. */
    final void assertCutStreamsLoseNothing(UnaryOperator<String> change, String logOfCutStreams)
            throws InterruptedException {
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene, change);
                EdgeClient client = scene.client(proxy.port(), folder).build()) {
            client.start();
            for (int i = 0; i < 3; i++) {
                scene.log(client);
                Thread.sleep(1_500);
            }

            scene.assertAllDelivered();
            Scene.await(() -> proxy.lines(logOfCutStreams, "StreamTelemetryRecord") >= 3);
        }
    }

    /** After a reload the old process of the proxy has a second for the streams that are open. */
    final void assertOldProcessesEndAndLoseNothing(UnaryOperator<String> change) {
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene, change);
                EdgeClient client = scene.client(proxy.port(), folder).build()) {
            client.start();
            scene.logFor(Duration.ofSeconds(1), client);
            long processes = proxy.workers();
            proxy.reload();
            scene.logFor(Duration.ofSeconds(2), client);

            Scene.await(() -> proxy.workers() == processes);
            scene.logFor(Duration.ofSeconds(1), client);
            scene.assertAllDelivered();
        }
    }

    /** The proxy ends a connection after some calls. */
    final void assertNewConnectionsLoseNothing(UnaryOperator<String> change) {
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene, change);
                Relay front = Relay.to(proxy.port());
                EdgeClient client = scene.client(front.port(), folder).build()) {
            client.start();
            CompletableFuture<SessionResult> session = scene.sandbox().startSession(session());
            scene.logFor(Duration.ofSeconds(2), client);

            assertThat(session).succeedsWithin(Scene.PATIENCE);
            scene.assertRounds(session.join(), ROUNDS);
            scene.assertAllDelivered();
            assertThat(front.connections()).isGreaterThan(5);
        }
    }

    /** The proxy limits the rate of calls, until it is told otherwise. */
    final void assertCallsOverTheLimitAreWaitedOut(UnaryOperator<String> change, String log) {
        try (Scene scene = new Scene(10);
                ReverseProxy proxy = start(scene);
                EdgeClient client = scene.client(proxy.port(), folder).build()) {
            client.start();
            String free = proxy.configuration();
            proxy.change(change.apply(free));
            CompletableFuture<SessionResult> session = scene.sandbox().startSession(session());
            scene.logFor(Duration.ofSeconds(4), client);
            Scene.await(() -> proxy.lines(log, " 429 ") > 3);
            proxy.change(free);
            long back = System.nanoTime();

            assertThat(session).succeedsWithin(Scene.PATIENCE);
            Scene.print("three rounds ended after the end of the limit:", back);
            scene.assertRounds(session.join(), ROUNDS);
            scene.assertAllDelivered();
        }
    }
}
