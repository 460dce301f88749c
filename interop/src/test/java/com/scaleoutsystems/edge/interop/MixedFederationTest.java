package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA;
import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA_EXAMPLES;
import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA_STEP;
import static com.scaleoutsystems.edge.interop.MixedFederation.PYTHON;
import static com.scaleoutsystems.edge.interop.MixedFederation.PYTHON_EXAMPLES;
import static com.scaleoutsystems.edge.interop.MixedFederation.PYTHON_STEP;
import static com.scaleoutsystems.edge.interop.MixedFederation.ROUND_STEP;
import static com.scaleoutsystems.edge.interop.MixedFederation.SEED;
import static com.scaleoutsystems.edge.interop.MixedFederation.SEED_MEAN;
import static com.scaleoutsystems.edge.interop.MixedFederation.TIMEOUT;
import static com.scaleoutsystems.edge.interop.Parameters.plus;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.RoundResult;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("interop")
class MixedFederationTest {
    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void pythonAndJavaTrainAndValidateOneRound() {
        try (MixedFederation federation = new MixedFederation(peers)) {
            SandboxTokens tokens = federation.sandbox().tokens();
            federation.join(tokens.refresh(), tokens.enrollment());

            SessionResult session = federation.runSession(1);

            assertModels(federation, session);
            assertValidations(session);
            assertCompleted(federation, session);
            assertMetrics(federation, session);
        }
    }

    @Test
    void eachRoundStartsFromTheAverageOfTheLast() {
        try (MixedFederation federation = new MixedFederation(peers)) {
            SandboxTokens tokens = federation.sandbox().tokens();
            federation.join(tokens.enrollment(), tokens.refresh());

            SessionResult session = federation.runSession(3);

            assertThat(session.rounds()).hasSize(3);
            assertModels(federation, session);
            assertValidations(session);
            assertCompleted(federation, session);
            assertMetrics(federation, session);
        }
    }

    @Test
    void eachReadsTheContainersOfTheOther() {
        try (MixedFederation federation = new MixedFederation(peers)) {
            SandboxTokens tokens = federation.sandbox().tokens();
            federation.join(tokens.refresh(), tokens.enrollment());
            RoundResult round = federation.runSession(1).rounds().get(0);

            assertThat(federation.validate(PYTHON, updateOf(JAVA, round).modelUpdateId()))
                    .isEqualTo(Map.of("mean", (double) SEED_MEAN + JAVA_STEP));
            assertThat(federation.validate(JAVA, updateOf(PYTHON, round).modelUpdateId()))
                    .isEqualTo(Map.of("mean", (double) SEED_MEAN + PYTHON_STEP));
        }
    }

    @Test
    void bothComeAndGoAsTheServerExpects() {
        try (MixedFederation federation = new MixedFederation(peers)) {
            SandboxTokens tokens = federation.sandbox().tokens();
            federation.join(tokens.refresh(), tokens.enrollment());
            assertThat(federation.sandbox().connectedClients()).containsExactly(JAVA, PYTHON);

            federation.leaveJava();
            assertThat(federation.sandbox().connectedClients()).containsExactly(PYTHON);
            assertThat(federation.leavePython()).isZero();
            assertThat(federation.sandbox().connectedClients()).isEmpty();

            assertThat(federation.announcements(JAVA)).containsExactly("VersionCheck", "Connect", "Disconnect");
            assertThat(federation.announcements(PYTHON)).containsExactly("VersionCheck", "Connect", "Disconnect");
        }
    }

    @Test
    void bothRenewTheirTokens() {
        SandboxBuilder settings = Sandbox.builder().authentication(true).accessTokenLifetime(Duration.ofSeconds(4));
        try (MixedFederation federation = new MixedFederation(peers, settings)) {
            SandboxTokens tokens = federation.sandbox().tokens();
            federation.join(tokens.enrollment(), tokens.refresh());

            for (String client : List.of(JAVA, PYTHON)) {
                Set<String> shown = federation
                        .sandbox()
                        .recording()
                        .await(
                                "polls of " + client + " with different tokens",
                                TIMEOUT,
                                recording -> Optional.of(authorizations(recording, client))
                                        .filter(all -> all.size() >= 2));
                assertThat(shown)
                        .allSatisfy(authorization -> assertThat(authorization).startsWith("Bearer "));
            }
            Recording recording = federation.sandbox().recording();
            for (String endpoint : List.of("POST /api/v1/clients/token", "POST /api/auth/refresh")) {
                assertThat(recording.calls(endpoint))
                        .hasSizeGreaterThanOrEqualTo(2)
                        .allSatisfy(call -> {
                            assertThat(call.status()).isEqualTo("200");
                            assertThat(call.json()).contains("\"role\"").contains("\"client\"");
                        });
            }
            assertThat(recording.calls("POST /api/v1/clients/enroll")).hasSize(1);
            Fields.assertSame(recording, "POST /api/v1/clients/add", PYTHON, JAVA);
        }
    }

    @Test
    void bothTrainOnAfterTheServerWasStartedAgain() {
        try (MixedFederation federation = new MixedFederation(peers, Sandbox.builder())) {
            federation.join();
            String model = federation.runSession(1).modelId();

            federation.restartSandbox(model);
            SessionResult session = federation.runSession(2);

            assertThat(federation.parameters(session.modelId())).isEqualTo(plus(SEED, 3 * ROUND_STEP));
            assertCompleted(federation, session);
            Recording recording = federation.sandbox().recording();
            for (String client : List.of(JAVA, PYTHON)) {
                recording.await(
                        "telemetry of " + client,
                        TIMEOUT,
                        all -> all.telemetry().stream()
                                .filter(record -> record.clientId().equals(client))
                                .findFirst());
            }
            assertThat(federation.leavePython()).isZero();
        }
    }

    private static Set<String> authorizations(Recording recording, String client) {
        return recording.calls("PollAndReportAsync").stream()
                .filter(call -> call.clientId().equals(client) && call.status().equals("OK"))
                .map(call -> call.metadata().get("authorization"))
                .collect(Collectors.toSet());
    }

    private static void assertModels(MixedFederation federation, SessionResult session) {
        ModelParameters before = SEED;
        for (RoundResult round : session.rounds()) {
            assertThat(round.failures()).isEmpty();
            assertThat(round.updates()).hasSize(2);
            Recorded.ModelUpdate java = updateOf(JAVA, round);
            Recorded.ModelUpdate python = updateOf(PYTHON, round);
            assertThat(federation.parameters(java.modelUpdateId())).isEqualTo(plus(before, JAVA_STEP));
            assertThat(federation.parameters(python.modelUpdateId())).isEqualTo(plus(before, PYTHON_STEP));
            assertThat(java.meta()).containsEntry("training_metadata", Map.of("num_examples", JAVA_EXAMPLES));
            assertThat(python.meta()).containsEntry("training_metadata", Map.of("num_examples", PYTHON_EXAMPLES));
            assertThat(java.meta()).containsOnlyKeys(python.meta().keySet());

            ModelParameters average = plus(before, ROUND_STEP);
            assertThat(federation.parameters(round.modelId())).isEqualTo(average);
            before = average;
        }
    }

    private static void assertValidations(SessionResult session) {
        double mean = SEED_MEAN;
        for (RoundResult round : session.rounds()) {
            mean += ROUND_STEP;
            Map<String, Object> metrics = Map.of("mean", mean);
            assertThat(round.validations()).extracting(Recorded::clientId).containsExactly(JAVA, PYTHON);
            assertThat(round.validations()).allSatisfy(validation -> {
                assertThat(validation.modelId()).isEqualTo(round.modelId());
                assertThat(validation.metrics()).isEqualTo(metrics);
            });
            assertThat(round.metrics()).isEqualTo(metrics);
        }
    }

    private static void assertCompleted(MixedFederation federation, SessionResult session) {
        Stream<String> tasks = session.rounds().stream()
                .flatMap(round -> Stream.concat(
                        round.updates().stream().map(Recorded.ModelUpdate::correlationId),
                        round.validations().stream().map(Recorded.Validation::correlationId)));
        assertThat(tasks)
                .hasSize(session.rounds().size() * 4)
                .allSatisfy(task -> assertThat(federation.sandbox().recording().reports(task))
                        .filteredOn(Recorded.Report::done)
                        .extracting(Recorded.Report::status)
                        .containsExactly("COMPLETED"));
    }

    /** Metrics may arrive after the update of their task. */
    private static void assertMetrics(MixedFederation federation, SessionResult session) {
        int count = session.rounds().size() * 2;
        List<Recorded.Metric> all = federation.sandbox().recording().await(Recorded.Metric.class, count, TIMEOUT);
        assertThat(all).hasSize(count);
        float before = SEED_MEAN;
        for (RoundResult round : session.rounds()) {
            List<Recorded.Metric> metrics = all.stream()
                    .filter(metric -> metric.roundId().equals(Integer.toString(round.round())))
                    .toList();
            assertThat(metrics).allSatisfy(metric -> {
                assertThat(metric.sessionId()).isEqualTo(session.sessionId());
                assertThat(metric.modelId()).isEqualTo(updateOf(JAVA, round).modelId());
                assertThat(metric.step()).isZero();
            });
            assertThat(metrics)
                    .extracting(metric -> Map.entry(metric.clientId(), metric.values()))
                    .containsExactlyInAnyOrder(
                            Map.entry(PYTHON, Map.of("mean", before + PYTHON_STEP)),
                            Map.entry(JAVA, Map.of("mean", before + JAVA_STEP)));
            before += ROUND_STEP;
        }
    }

    private static Recorded.ModelUpdate updateOf(String clientId, RoundResult round) {
        return round.updates().stream()
                .filter(update -> update.clientId().equals(clientId))
                .findFirst()
                .orElseThrow();
    }
}
