package com.scaleoutsystems.edge.client.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.delivery.Relay;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** A server, the network between it and the proxy, and a client that knows only the proxy. */
final class Scene implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration BETWEEN_RECORDS = Duration.ofMillis(100);

    static final String SEED = "seed";

    private final Sandbox sandbox;
    private final Relay relay;
    private final List<Delivery> deliveries = new ArrayList<>();

    /** The seed model has so many numbers, all of them 0. */
    Scene(int size) {
        sandbox = Sandbox.builder().authentication(true).start();
        relay = Relay.to(sandbox.grpcPort());
        try (ScaleoutModel seed = model(new float[size]).withModelId(SEED)) {
            sandbox.addModel(seed);
        }
    }

    static ScaleoutModel model(float... values) {
        return ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(values, values.length)));
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Between the proxy and the combiner. */
    Relay relay() {
        return relay;
    }

    ReverseProxy.Behind behind() {
        return new ReverseProxy.Behind(sandbox.restUri().getPort(), relay.port());
    }

    /** Training adds 1 to the first number. */
    EdgeClientBuilder client(int proxy, Path folder) {
        return EdgeClient.builder()
                .api(URI.create("https://localhost:" + proxy))
                .combiner(GrpcConnectionOptions.of("localhost", proxy).withTls(TlsMode.TLS))
                .credential(Credential.token(sandbox.tokens().enrollment()))
                .network(NetworkProfile.defaults()
                        .withTls(TlsSettings.defaults()
                                .withTrustedCertificates(ReverseProxy.AUTHORITY.rootFile(folder))))
                .clientId("c")
                .name("c")
                .stateless()
                .pollInterval(Duration.ofMillis(200))
                .reporting(ReportingSettings.defaults()
                        .withHeartbeatInterval(Duration.ofMillis(500))
                        .withNodeTelemetry(false))
                .onTrain((model, task) -> TrainResult.of(plusOne(model), 1))
                .onValidate((model, task) -> Map.of("loss", 1));
    }

    static ScaleoutModel plusOne(ScaleoutModel model) {
        float[] values = model.modelParameters().get(0).toFloats();
        values[0]++;
        return model(values);
    }

    /** Logs one record of each kind. */
    void log(EdgeClient client) {
        Map<String, Object> payload = Map.of("value", deliveries.size());
        deliveries.add(client.logMetric(
                Map.of("loss", deliveries.size()),
                LogOptions.defaults().withContext(LoggingContext.of(SEED, "1", "s"))));
        deliveries.add(client.sendStatus("line " + deliveries.size()));
        deliveries.add(client.logTelemetry("t", payload));
        deliveries.add(client.logAttributes(Map.of("a", "value " + deliveries.size())));
        deliveries.add(client.logInferenceResult(
                "i", payload, LogOptions.defaults().withContext(new InferenceContext("i", SEED))));
    }

    void logFor(Duration time, EdgeClient client) {
        long begin = System.nanoTime();
        Awaitility.await().pollInterval(BETWEEN_RECORDS).until(() -> {
            log(client);
            return System.nanoTime() - begin >= time.toNanos();
        });
    }

    void assertAllDelivered() {
        for (Delivery delivery : deliveries) {
            assertThat(delivery.outcome().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(new Outcome.Delivered());
        }
    }

    /** Each round had one update, and each update counts. */
    void assertRounds(SessionResult session, int rounds) {
        assertThat(session.rounds()).hasSize(rounds).allSatisfy(round -> {
            assertThat(round.failures()).isEmpty();
            assertThat(round.updates()).hasSize(1);
        });
        assertThat(sandbox.recording().modelUpdates()).hasSize(rounds);
        try (ScaleoutModel last = sandbox.model(session.modelId())) {
            assertThat(last.modelParameters().get(0).toFloats()[0]).isEqualTo(rounds);
        }
    }

    static void print(String what, long since) {
        System.out.printf("%s %d ms%n", what, (System.nanoTime() - since) / 1_000_000);
    }

    static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    @Override
    public void close() {
        relay.close();
        sandbox.close();
    }
}
