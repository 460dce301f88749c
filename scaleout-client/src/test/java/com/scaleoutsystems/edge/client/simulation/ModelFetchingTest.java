package com.scaleoutsystems.edge.client.simulation;

import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.model;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.stop;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.train;
import static com.scaleoutsystems.edge.client.simulation.SimulatedCombiner.validate;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelSignature;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How tasks get their models, in virtual time. */
class ModelFetchingTest {

    private final List<String> callbacks = new ArrayList<>();

    private SimulatedClient client(TrustPolicy trust, SignatureSource signatures) {
        SimulatedClient client = new SimulatedClient(
                1,
                (model, task) -> {
                    callbacks.add(task.request().correlationId());
                    return TrainResult.of(model("update-" + task.request().correlationId(), 1), 10);
                },
                (model, task) -> {
                    callbacks.add(task.request().correlationId());
                    return Map.of("mean", 1);
                },
                trust,
                signatures);
        client.combiner.addModel("m", 0);
        client.start();
        return client;
    }

    private SimulatedClient client() {
        return client(TrustPolicy.defaults(), id -> Optional.empty());
    }

    private static TaskReport report(SimulatedClient client, String task) {
        return client.combiner.doneReports().get(task).get(0);
    }

    @Test
    void trainingAndValidationOfOneModelShareOneDownload() {
        SimulatedClient client = client();
        client.combiner.deliver(train("t", "m"));
        client.combiner.deliver(validate("v", "m"));

        client.runUntilDone("v");

        assertThat(callbacks).containsExactly("t", "v");
        assertThat(client.combiner.calls("download m")).isEqualTo(1);
    }

    @Test
    void anAbortWhileTheModelComesBreaksTheDownloadOff() {
        SimulatedClient client = client();
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.calls("download m") == 1);
        client.combiner.silence("download m");
        client.combiner.deliver(stop("t", "INTERRUPTED"));

        client.runUntilDone("t");

        assertThat(report(client, "t").status()).isEqualTo("INTERRUPTED");
        assertThat(client.combiner.log()).anyMatch(line -> line.endsWith("cancel download m"));
        assertThat(callbacks).isEmpty();
    }

    @Test
    void anAbortBetweenTwoAttemptsEndsTheAttempts() {
        SimulatedClient client = client();
        for (int i = 0; i < 3; i++) {
            client.combiner.failNext("download m", new EdgeException(ErrorCode.DATA_LOSS, "damaged", null, true, 1));
        }
        client.combiner.deliver(train("t", "m"));
        client.runUntil(() -> client.combiner.log().stream().anyMatch(line -> line.contains("✗ download m")));
        client.combiner.deliver(stop("t", "TIMEOUT"));

        client.runUntilDone("t");
        long calls = client.combiner.calls("download m");
        client.runFor(Duration.ofMinutes(10));

        assertThat(client.combiner.calls("download m")).isEqualTo(calls);
    }

    static List<EdgeException> faultsOfTheNetwork() {
        return List.of(
                new ProxyAnswerException("a page (HTTP 403)", 403, null),
                new ProxyAnswerException("a page (HTTP 404)", 404, null),
                new ProxyAnswerException("a page (HTTP 413)", 413, null),
                new ProxyAnswerException("a page (HTTP 429)", 429, null),
                LimitException.rate("request rate limited", null),
                new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1),
                new EdgeException(ErrorCode.UNAUTHENTICATED, "no token now", null, true, 1),
                new EdgeException(ErrorCode.DEADLINE_EXCEEDED, "nothing moved", null, true, 1));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheNetwork")
    void aFaultOfTheNetworkIsWaitedOut(EdgeException fault) {
        SimulatedClient client = client();
        client.combiner.failAlways("download m", fault);
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofMinutes(9));
        // After five of them, 30 s apart at the most, 15 s at the least.
        assertThat(client.combiner.calls("→ download m")).isBetween(20L, 45L);
        client.combiner.workAgain();

        client.runUntilDone("t");

        assertThat(report(client, "t").status()).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheNetwork")
    void aFaultOfTheNetworkThatLastsFailsTheTaskAndIsSaidBefore(EdgeException fault) {
        SimulatedClient client = client();
        client.combiner.failAlways("download m", fault);
        client.combiner.deliver(train("t", "m"));
        try (LogLines log = new LogLines()) {
            client.runFor(Duration.ofMinutes(1));
            assertThat(log.with("WARN"))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains("model m cannot be downloaded yet", fault.getMessage(), "10 min"));
        }
        client.runFor(Duration.ofMinutes(8).plusSeconds(30));
        assertThat(client.doneReports("t")).isZero();
        client.runFor(Duration.ofMinutes(1).plusSeconds(30));

        assertThat(report(client, "t").status()).isEqualTo("FAILED");
        assertThat(report(client, "t").response()).contains(fault.getMessage());
    }

    @Test
    void anAbortWhileAFaultIsWaitedOutEndsTheTask() {
        SimulatedClient client = client();
        client.combiner.failAlways("download m", new ProxyAnswerException("a page (HTTP 404)", 404, null));
        client.combiner.deliver(train("t", "m"));
        client.runFor(Duration.ofMinutes(2));
        client.combiner.deliver(stop("t", "INTERRUPTED"));
        client.runFor(Duration.ofSeconds(20));

        assertThat(report(client, "t").status()).isEqualTo("INTERRUPTED");
        long calls = client.combiner.calls("→ download m");
        client.runFor(Duration.ofMinutes(10));
        assertThat(client.combiner.calls("→ download m")).isEqualTo(calls);
    }

    /** However many faults of the network come in between. */
    @Test
    void aDamagedModelIsFetchedAsOftenAsThePolicySays() {
        SimulatedClient client = client();
        for (int i = 0; i < 5; i++) {
            client.combiner.failNext("download m", new EdgeException(ErrorCode.UNAVAILABLE, "away", null, true, 1));
            client.combiner.failNext("download m", new EdgeException(ErrorCode.DATA_LOSS, "damaged", null, true, 1));
        }
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(report(client, "t").status()).isEqualTo("FAILED");
        assertThat(report(client, "t").response()).contains("damaged");
        assertThat(client.combiner.calls("→ download m")).isEqualTo(10);
    }

    @Test
    void anUnsignedModelNeverReachesACallback() {
        SimulatedClient client =
                client(TrustPolicy.defaults().withSigner("owner", keys().getPublic()), id -> Optional.empty());
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(report(client, "t").status()).isEqualTo("FAILED");
        assertThat(report(client, "t").response()).contains("not signed");
        assertThat(callbacks).isEmpty();
    }

    @Test
    void aModelWithAGoodSignatureIsUsed() {
        KeyPair keys = keys();
        SimulatedClient client = client(
                TrustPolicy.defaults().withSigner("owner", keys.getPublic()), id -> Optional.of(signature(keys, id)));
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(report(client, "t").status()).isEqualTo("COMPLETED");
    }

    @Test
    void asLongAsTheSignatureCannotBeFoundOutTheModelIsNotUsed() {
        SimulatedClient client = client(TrustPolicy.defaults().withSigner("owner", keys().getPublic()), id -> {
            throw new IOException("the registry is away");
        });
        client.combiner.deliver(train("t", "m"));

        client.runUntilDone("t");

        assertThat(report(client, "t").status()).isEqualTo("FAILED");
        assertThat(report(client, "t").response()).contains("the registry is away");
        assertThat(callbacks).isEmpty();
    }

    @Test
    void aSourceOfSignaturesThatReturnsNullIsNamed() {
        KeyPair keys = keys();
        SimulatedClient client = client(TrustPolicy.defaults().withSigner("owner", keys.getPublic()), id -> null);
        client.combiner.deliver(train("t", "m"));
        client.runUntilDone("t");

        assertThat(report(client, "t").response())
                .contains("the source of signatures returned null; expected an Optional");
        assertThat(client.combiner.calls("download")).isEqualTo(1);
    }

    private static ModelSignature signature(KeyPair keys, String modelId) {
        try (var model = model(modelId, 0)) {
            return model.sign(keys.getPrivate(), "owner");
        }
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
