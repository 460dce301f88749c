package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.DigitsFederation.CLIENTS;
import static com.scaleoutsystems.edge.interop.DigitsFederation.clientId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.scaleoutsystems.edge.examples.digits.DigitsExample;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two clients in Python and one in Java learn to read digits, each from other digits, and then three in Java do. */
@Tag("interop")
class DigitsFederationTest {
    @RegisterExtension
    static final PythonPeers PEERS = PythonPeers.ofRelease("1.1.0");

    /** By then the average reads more than four out of five. */
    private static final int ROUNDS = 8;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String PYTHON = clientId(1);
    private static final String JAVA = clientId(2);

    private static DigitsFederation federation;
    private static SessionResult mixed;
    private static List<Double> mixedAccuracies;
    private static SessionResult allJava;
    private static List<Double> allJavaAccuracies;

    @BeforeAll
    static void train() {
        federation = DigitsFederation.mixed(SandboxGeneration.V1_1, PEERS);
        mixed = federation.runSession(ROUNDS);
        mixedAccuracies = federation.accuracies(mixed);
        try (DigitsFederation java = DigitsFederation.allJava(SandboxGeneration.V1_1)) {
            allJava = java.runSession(ROUNDS);
            allJavaAccuracies = java.accuracies(allJava);
        }
    }

    @AfterAll
    static void leave() {
        if (federation != null) {
            federation.close();
        }
    }

    @Test
    void mixedFederationReachesTheAccuracyOfTheAllJavaOneInEveryRound() {
        assertThat(allJavaAccuracies.get(ROUNDS - 1)).isGreaterThan(0.8);
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(mixedAccuracies.get(round))
                    .as("accuracy after round %d", round + 1)
                    .isCloseTo(allJavaAccuracies.get(round), within(0.02));
        }
    }

    @Test
    void eachClientTellsOfItsTrainingAndValidationWhatTheJavaOneInItsPlaceTells() {
        for (int round = 0; round < ROUNDS; round++) {
            RoundResult result = mixed.rounds().get(round);
            RoundResult expected = allJava.rounds().get(round);
            assertThat(result.failures()).isEmpty();
            for (int client = 0; client < CLIENTS; client++) {
                assertSameTraining(
                        result.updates().get(client), expected.updates().get(client));
                assertThat(trainingMetadata(result.updates().get(client)))
                        .containsEntry("num_examples", DigitsExample.examples(client + 1, CLIENTS));
                assertSameFigures(
                        result.validations().get(client).metrics(),
                        expected.validations().get(client).metrics(),
                        Set.of("accuracy", "loss"));
            }
        }
    }

    @Test
    void metricsOfEveryTrainingCome() {
        List<Recorded.Metric> metrics = federation.recording().await(Recorded.Metric.class, ROUNDS * CLIENTS, TIMEOUT);

        assertThat(metrics).hasSize(ROUNDS * CLIENTS).allSatisfy(metric -> {
            Recorded.ModelUpdate update = mixed.rounds().get(Integer.parseInt(metric.roundId()) - 1).updates().stream()
                    .filter(candidate -> candidate.clientId().equals(metric.clientId()))
                    .findFirst()
                    .orElseThrow();
            assertThat(metric.sessionId()).isEqualTo(mixed.sessionId());
            assertThat(metric.modelId()).isEqualTo(update.modelId());
            assertThat(metric.step()).isZero();
            assertThat(metric.timestamp()).isNotNull();
            Number loss = (Number) trainingMetadata(update).get("loss");
            assertThat(metric.values()).isEqualTo(Map.of("training_loss", loss.floatValue()));
        });
    }

    @Test
    void pythonAndJavaFillTheSameFields() {
        for (String rpc : List.of(
                "SendModelUpdate",
                "SendModelValidation",
                "SendModelMetric",
                "SendStatus",
                "SendHeartbeat",
                "StreamTelemetryRecord",
                "Announce",
                "PollAndReportAsync")) {
            Fields.assertSame(federation.recording(), rpc, PYTHON, JAVA);
        }
        assertThat(mixed.rounds().get(0).updates().get(1).meta())
                .containsOnlyKeys(mixed.rounds().get(0).updates().get(0).meta().keySet());
    }

    @Test
    void nodesTellTheirLoadAndThatTheyLive() {
        for (String client : List.of(PYTHON, JAVA)) {
            for (String key : List.of("memory_usage", "cpu_usage")) {
                Recorded.Telemetry telemetry = federation
                        .recording()
                        .await(
                                key + " of " + client,
                                TIMEOUT,
                                recording -> recording.telemetry().stream()
                                        .filter(record -> record.clientId().equals(client)
                                                && record.key().equals(key))
                                        .findFirst());
                assertThat(telemetry.payload()).containsOnlyKeys("value");
                assertThat(((Number) telemetry.payload().get("value")).doubleValue())
                        .isBetween(0.0, 100.0);
            }
            assertThat(federation.recording().heartbeats())
                    .filteredOn(heartbeat -> heartbeat.clientId().equals(client))
                    .isNotEmpty()
                    .allSatisfy(heartbeat -> assertThat(heartbeat.interval()).isEqualTo(Duration.ofSeconds(2)));
        }
    }

    /** The same arithmetic in another order of summation. */
    private static void assertSameTraining(Recorded.ModelUpdate update, Recorded.ModelUpdate expected) {
        assertThat(update.clientId()).isEqualTo(expected.clientId());
        assertSameFigures(trainingMetadata(update), trainingMetadata(expected), Set.of("num_examples", "loss"));
    }

    private static void assertSameFigures(
            Map<String, Object> figures, Map<String, Object> expected, Set<String> names) {
        assertThat(figures).containsOnlyKeys(names);
        for (String name : names) {
            assertThat(((Number) figures.get(name)).doubleValue())
                    .as(name)
                    .isCloseTo(((Number) expected.get(name)).doubleValue(), within(0.01));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> trainingMetadata(Recorded.ModelUpdate update) {
        return (Map<String, Object>) update.meta().get("training_metadata");
    }
}
