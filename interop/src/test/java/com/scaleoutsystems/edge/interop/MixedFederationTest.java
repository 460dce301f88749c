package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.Credential;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Recorded;
import com.scaleoutsystems.edge.sandbox.RoundResult;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.SessionPlan;
import com.scaleoutsystems.edge.sandbox.SessionResult;
import com.scaleoutsystems.edge.sandbox.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One client in Python and one in Java train one model. Python adds 1 to each parameter and claims 30 examples, Java adds
 * 5 and claims 10: each round adds (30 · 1 + 10 · 5) / 40 = 2. All numbers are exact in single precision.
 */
@Tag("interop")
class MixedFederationTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final String PYTHON = "python-client";
    private static final int PYTHON_EXAMPLES = 30;
    private static final float PYTHON_STEP = 1;

    private static final String JAVA = "java-client";
    private static final int JAVA_EXAMPLES = 10;
    private static final float JAVA_STEP = 5;

    private static final float ROUND_STEP = 2;

    private static final ModelParameters SEED = ModelParameters.of(
            Tensor.ofFloats(new float[] {0.5f, -1.25f, 2, 0, 8, -3.5f}, 2, 3),
            Tensor.ofFloats(new float[] {1, -0.75f}, 2));
    private static final double SEED_MEAN = 0.75;

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void bothTrainAndValidateOneRound() {
        try (Sandbox sandbox = sandbox()) {
            SandboxTokens tokens = sandbox.tokens();
            try (PythonPeer python = startPython(sandbox, tokens.refresh());
                    EdgeClient java = startJava(sandbox, tokens.enrollment())) {
                python.awaitConnected(sandbox);

                SessionResult session = sandbox.runSession(plan(1));

                RoundResult round = session.rounds().get(0);
                assertRound(sandbox, round, 0);
                assertMetrics(sandbox, session);
                assertEachReadsTheOther(sandbox, round);
                assertThat(python.stop()).as("status of the Python client").isZero();
            }
            assertThat(announcements(sandbox, PYTHON)).containsExactly("VersionCheck", "Connect", "Disconnect");
            assertThat(announcements(sandbox, JAVA)).containsExactly("VersionCheck", "Connect", "Disconnect");
        }
    }

    @Test
    void eachRoundStartsFromTheAverageOfTheLast() {
        try (Sandbox sandbox = sandbox()) {
            SandboxTokens tokens = sandbox.tokens();
            try (PythonPeer python = startPython(sandbox, tokens.enrollment());
                    EdgeClient java = startJava(sandbox, tokens.refresh())) {
                python.awaitConnected(sandbox);

                SessionResult session = sandbox.runSession(plan(3));

                assertThat(session.rounds()).hasSize(3);
                for (int i = 0; i < 3; i++) {
                    assertRound(sandbox, session.rounds().get(i), i);
                }
                assertMetrics(sandbox, session);
                java.close();
                assertThat(sandbox.connectedClients()).containsExactly(PYTHON);
                assertThat(python.stop()).as("status of the Python client").isZero();
                assertThat(sandbox.connectedClients()).isEmpty();
            }
        }
    }

    private static Sandbox sandbox() {
        try (ScaleoutModel seed = ScaleoutModel.fromModelParameters(SEED)) {
            return Sandbox.builder().authentication(true).seedModel(seed).start();
        }
    }

    private static SessionPlan plan(int rounds) {
        return SessionPlan.of(rounds, 2).withClientTimeout(TIMEOUT).withRoundTimeout(TIMEOUT);
    }

    private PythonPeer startPython(Sandbox sandbox, String token) {
        return peers.startClient(sandbox.restUri(), token, PYTHON, PYTHON_EXAMPLES);
    }

    private static EdgeClient startJava(Sandbox sandbox, String token) {
        EdgeClient client = EdgeClient.builder()
                .api(sandbox.restUri())
                .credential(Credential.token(token))
                .clientId(JAVA)
                .name(JAVA)
                .stateless()
                .pollInterval(Duration.ofMillis(200))
                .onTrain((model, task) -> {
                    ModelParameters trained = plus(model.modelParameters(), JAVA_STEP);
                    task.logMetric(Map.of("mean", mean(trained)));
                    return TrainResult.of(ScaleoutModel.fromModelParameters(trained), JAVA_EXAMPLES);
                })
                .onValidate((model, task) -> Map.of("mean", mean(model.modelParameters())))
                .build();
        try {
            client.start();
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Checks a round after so many others: models, weights, validations, reports. */
    private static void assertRound(Sandbox sandbox, RoundResult round, int roundsBefore) {
        ModelParameters before = plus(SEED, roundsBefore * ROUND_STEP);
        assertThat(round.failures()).isEmpty();

        assertThat(round.updates()).extracting(Recorded::clientId).containsExactly(JAVA, PYTHON);
        Recorded.ModelUpdate java = round.updates().get(0);
        Recorded.ModelUpdate python = round.updates().get(1);
        assertThat(parameters(sandbox, java.modelUpdateId())).isEqualTo(plus(before, JAVA_STEP));
        assertThat(parameters(sandbox, python.modelUpdateId())).isEqualTo(plus(before, PYTHON_STEP));
        assertThat(trainingMetadata(java)).isEqualTo(Map.of("num_examples", JAVA_EXAMPLES));
        assertThat(trainingMetadata(python)).isEqualTo(Map.of("num_examples", PYTHON_EXAMPLES));
        assertThat(java.meta().keySet()).containsExactlyInAnyOrderElementsOf(python.meta().keySet());
        assertThat(parameters(sandbox, round.modelId())).isEqualTo(plus(before, ROUND_STEP));

        double mean = SEED_MEAN + (roundsBefore + 1) * ROUND_STEP;
        assertThat(round.validations()).extracting(Recorded::clientId).containsExactly(JAVA, PYTHON);
        assertThat(round.validations()).allSatisfy(validation -> {
            assertThat(validation.modelId()).isEqualTo(round.modelId());
            assertThat(validation.metrics()).isEqualTo(Map.of("mean", mean));
        });
        assertThat(round.metrics()).isEqualTo(Map.of("mean", mean));

        Stream.concat(
                        round.updates().stream().map(Recorded.ModelUpdate::correlationId),
                        round.validations().stream().map(Recorded.Validation::correlationId))
                .forEach(task -> assertCompletedOnce(sandbox, task));
    }

    private static void assertCompletedOnce(Sandbox sandbox, String correlationId) {
        assertThat(sandbox.recording().reports(correlationId))
                .filteredOn(Recorded.Report::done)
                .extracting(Recorded.Report::status)
                .containsExactly("COMPLETED");
    }

    /** Metrics may arrive after the update of their task. */
    private static void assertMetrics(Sandbox sandbox, SessionResult session) {
        int rounds = session.rounds().size();
        List<Recorded.Metric> metrics = sandbox.recording().await(Recorded.Metric.class, 2 * rounds, TIMEOUT);
        assertThat(metrics).hasSize(2 * rounds);
        for (int i = 0; i < rounds; i++) {
            float before = (float) SEED_MEAN + i * ROUND_STEP;
            String trainedModel = session.rounds().get(i).updates().get(0).modelId();
            String roundId = Integer.toString(i + 1);
            assertThat(metrics).filteredOn(metric -> metric.roundId().equals(roundId)).allSatisfy(metric -> {
                assertThat(metric.sessionId()).isEqualTo(session.sessionId());
                assertThat(metric.modelId()).isEqualTo(trainedModel);
                assertThat(metric.step()).hasValue(0);
            });
            assertThat(metrics)
                    .filteredOn(metric -> metric.roundId().equals(roundId))
                    .extracting(metric -> Map.entry(metric.clientId(), metric.values()))
                    .containsExactlyInAnyOrder(
                            Map.entry(PYTHON, Map.of("mean", before + PYTHON_STEP)),
                            Map.entry(JAVA, Map.of("mean", before + JAVA_STEP)));
        }
    }

    /** In a round, both read averages only; here each validates the other's own container. */
    private static void assertEachReadsTheOther(Sandbox sandbox, RoundResult round) {
        String fromJava = round.updates().get(0).modelUpdateId();
        String fromPython = round.updates().get(1).modelUpdateId();
        assertThat(validate(sandbox, PYTHON, fromJava)).isEqualTo(Map.of("mean", SEED_MEAN + JAVA_STEP));
        assertThat(validate(sandbox, JAVA, fromPython)).isEqualTo(Map.of("mean", SEED_MEAN + PYTHON_STEP));
    }

    private static Map<String, Object> validate(Sandbox sandbox, String clientId, String modelId) {
        String task =
                sandbox.submit(TaskSpec.of("Scaleout_Validation", clientId).withModel(modelId));
        Recorded.Validation validation = sandbox.recording()
                .await("the validation by " + clientId, TIMEOUT, recording -> recording.validations().stream()
                        .filter(candidate -> candidate.correlationId().equals(task))
                        .findFirst());
        assertThat(sandbox.awaitOutcome(task, TIMEOUT).completed()).isTrue();
        return validation.metrics();
    }

    private static Object trainingMetadata(Recorded.ModelUpdate update) {
        return Optional.ofNullable(update.meta().get("training_metadata")).orElseThrow();
    }

    private static List<String> announcements(Sandbox sandbox, String clientId) {
        return sandbox.recording().announcements().stream()
                .filter(announcement -> announcement.clientId().equals(clientId))
                .map(Recorded.Announcement::type)
                .toList();
    }

    private static ModelParameters parameters(Sandbox sandbox, String modelId) {
        try (ScaleoutModel model = sandbox.model(modelId)) {
            return model.modelParameters();
        }
    }

    private static ModelParameters plus(ModelParameters parameters, float step) {
        return ModelParameters.of(parameters.stream()
                .map(tensor -> {
                    float[] values = tensor.toFloats();
                    for (int i = 0; i < values.length; i++) {
                        values[i] += step;
                    }
                    return Tensor.ofFloats(values, tensor.shape());
                })
                .toList());
    }

    private static double mean(ModelParameters parameters) {
        double sum = 0;
        long count = 0;
        for (Tensor tensor : parameters) {
            for (double value : tensor.toDoubles()) {
                sum += value;
            }
            count += tensor.elementCount();
        }
        return sum / count;
    }
}
