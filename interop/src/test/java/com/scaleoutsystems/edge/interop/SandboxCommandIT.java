package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.DigitsFederation.CLIENTS;
import static com.scaleoutsystems.edge.interop.DigitsFederation.clientId;
import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA;
import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA_EXAMPLES;
import static com.scaleoutsystems.edge.interop.MixedFederation.JAVA_STEP;
import static com.scaleoutsystems.edge.interop.MixedFederation.PYTHON;
import static com.scaleoutsystems.edge.interop.MixedFederation.PYTHON_EXAMPLES;
import static com.scaleoutsystems.edge.interop.MixedFederation.ROUND_STEP;
import static com.scaleoutsystems.edge.interop.MixedFederation.SEED;
import static com.scaleoutsystems.edge.interop.MixedFederation.TIMEOUT;
import static com.scaleoutsystems.edge.interop.Parameters.plus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.examples.digits.DigitsExample;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The command is packaged before these tests run, and not before the others. */
@Tag("interop")
class SandboxCommandIT {
    private static final int ROUNDS = 3;

    /** What the reference of generation 1.0 says when it would connect again. */
    private static final String LOST = "'GrpcHandler' object has no attribute 'token'";

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @RegisterExtension
    final PythonPeers peersOfGeneration10 = PythonPeers.ofRelease("1.0.1");

    @Test
    void pythonAndJavaTrainTogetherWithEachKindOfCredential() {
        try (SandboxProcess sandbox = new SandboxProcess(
                        peers.folder(),
                        "sandbox",
                        "--auth",
                        "--rounds=" + ROUNDS,
                        "--clients=" + CLIENTS,
                        "--seed-model=" + save(DigitsExample.seedModel()),
                        "--out=" + peers.folder(),
                        "--exit-when-done");
                EdgeClient java = DigitsExample.client(sandbox.restUri(), 2, CLIENTS)) {
            joinPython(sandbox, "refresh", 1);
            java.connectToApi(sandbox.restUri(), Credential.token(sandbox.token("api_key")));
            java.start();
            joinPython(sandbox, "enrollment", 3);

            assertThat(sandbox.awaitEnd()).isZero();
            assertThat(sandbox.awaitLines(ROUNDS + 2).get(ROUNDS + 1))
                    .isEqualTo(Fields.parse("{\"session\": \"finished\", \"rounds\": " + ROUNDS + "}"));
        }
        JsonNode rounds = Fields.parse(ModuleFiles.read(peers.folder().resolve("report.json")))
                .path("rounds");
        assertThat(rounds).hasSize(ROUNDS).allSatisfy(round -> {
            assertThat(round.path("clients"))
                    .extracting(JsonNode::textValue)
                    .containsExactly(clientId(1), clientId(2), clientId(3));
            assertThat(round.path("failures")).isEmpty();
            assertThat(round.path("validations").intValue()).isEqualTo(CLIENTS);
            assertThat(round.path("metrics").fieldNames()).toIterable().containsExactlyInAnyOrder("accuracy", "loss");
        });
        try (ScaleoutModel trained = ScaleoutModel.fromFile(peers.folder().resolve("model.scm"))) {
            assertThat(DigitsExample.accuracy(trained)).isCloseTo(accuracyOfAllJava(), within(0.02));
        }
    }

    @Test
    void pythonAndJavaComeBackToASandboxThatIsStartedAgain() {
        Path first = peers.folder().resolve("first");
        Path second = peers.folder().resolve("second");
        try (ReservedPort restPort = new ReservedPort();
                ReservedPort grpcPort = new ReservedPort();
                SandboxProcess sandbox = sandbox(
                        "sandbox", restPort, grpcPort, 1, save(ScaleoutModel.fromModelParameters(SEED)), first);
                JavaPeer java = new JavaPeer(sandbox.restUri(), Credential.none(), JAVA, JAVA_STEP, JAVA_EXAMPLES)) {
            PythonPeer python = peers.startClient(sandbox.restUri(), Optional.empty(), PYTHON, PYTHON_EXAMPLES);
            java.start();
            sandbox.awaitLines(3);
            assertThat(sandbox.stop()).isZero();

            try (SandboxProcess again = sandbox("again", restPort, grpcPort, 2, first.resolve("model.scm"), second)) {
                again.awaitLines(4);
                assertThat(python.stop()).isZero();
            }
        }
        try (ScaleoutModel trained = ScaleoutModel.fromFile(second.resolve("model.scm"))) {
            assertThat(trained.modelParameters()).isEqualTo(plus(SEED, 3 * ROUND_STEP));
        }
    }

    @Test
    void pythonAndJavaOfTheFirstGenerationTrainTogetherWithTheirCredentials() {
        try (SandboxProcess sandbox = new SandboxProcess(
                        peers.folder(),
                        "sandbox",
                        "--generation=1.0",
                        "--auth",
                        "--rounds=2",
                        "--clients=2",
                        "--seed-model=" + save(ScaleoutModel.fromModelParameters(SEED)),
                        "--out=" + peers.folder(),
                        "--exit-when-done");
                EdgeClient java =
                        Generation10Federation.javaClient(sandbox.restUri(), Optional.of(sandbox.token("api_key")))) {
            java.start();
            peersOfGeneration10.startGeneration10Client(
                    sandbox.restUri(), Optional.of(sandbox.token("refresh")), PYTHON, PYTHON_EXAMPLES);

            assertThat(sandbox.awaitEnd()).isZero();
        }
        JsonNode rounds = Fields.parse(ModuleFiles.read(peers.folder().resolve("report.json")))
                .path("rounds");
        assertThat(rounds).hasSize(2).allSatisfy(round -> {
            assertThat(round.path("clients")).extracting(JsonNode::textValue).containsExactlyInAnyOrder(JAVA, PYTHON);
            assertThat(round.path("failures")).isEmpty();
            assertThat(round.path("validations").intValue()).isEqualTo(2);
        });
        try (ScaleoutModel trained = ScaleoutModel.fromFile(peers.folder().resolve("model.scm"))) {
            assertThat(trained.isRaw()).isTrue();
            assertThat(trained.modelParameters()).isEqualTo(plus(SEED, 2 * ROUND_STEP));
        }
    }

    /** The reference of this generation fails at its first call to a combiner that is gone, and asks for no tasks after that. */
    @Test
    void javaComesBackToARestartedSandboxOfTheFirstGenerationAndPythonDoesNot() {
        Path first = peers.folder().resolve("first");
        Path second = peers.folder().resolve("second");
        String generation = "--generation=1.0";
        try (ReservedPort restPort = new ReservedPort();
                ReservedPort grpcPort = new ReservedPort();
                SandboxProcess sandbox = sandbox(
                        "sandbox",
                        restPort,
                        grpcPort,
                        1,
                        save(ScaleoutModel.fromModelParameters(SEED)),
                        first,
                        generation);
                EdgeClient java = Generation10Federation.javaClient(sandbox.restUri(), Optional.empty())) {
            PythonPeer python = startGeneration10Python(sandbox);
            java.start();
            sandbox.awaitLines(3);
            assertThat(sandbox.stop()).isZero();
            await().atMost(TIMEOUT).until(() -> python.output().contains(LOST));
            python.close();

            try (SandboxProcess again =
                    sandbox("again", restPort, grpcPort, 2, first.resolve("model.scm"), second, generation)) {
                PythonPeer anew = startGeneration10Python(again);
                again.awaitLines(4);
                assertThat(anew.stop()).isZero();
            }
        }
        try (ScaleoutModel trained = ScaleoutModel.fromFile(second.resolve("model.scm"))) {
            assertThat(trained.modelParameters()).isEqualTo(plus(SEED, 3 * ROUND_STEP));
        }
    }

    /** A sandbox for two clients, on ports on which another one may follow it. */
    private SandboxProcess sandbox(
            String name,
            ReservedPort restPort,
            ReservedPort grpcPort,
            int rounds,
            Path seed,
            Path out,
            String... more) {
        Stream<String> options = Stream.of(
                "--rest-port=" + restPort,
                "--grpc-port=" + grpcPort,
                "--rounds=" + rounds,
                "--clients=2",
                "--seed-model=" + seed,
                "--out=" + out);
        return new SandboxProcess(
                peers.folder(), name, Stream.concat(options, Stream.of(more)).toArray(String[]::new));
    }

    private PythonPeer startGeneration10Python(SandboxProcess sandbox) {
        return peersOfGeneration10.startGeneration10Client(
                sandbox.restUri(), Optional.empty(), PYTHON, PYTHON_EXAMPLES);
    }

    private void joinPython(SandboxProcess sandbox, String credential, int number) {
        peers.startDigitsClient(
                sandbox.restUri(), Optional.of(sandbox.token(credential)), clientId(number), number, CLIENTS);
    }

    private Path save(ScaleoutModel model) {
        Path file = peers.folder().resolve("seed.scm");
        try (model) {
            model.saveTo(file);
        }
        return file;
    }

    private static double accuracyOfAllJava() {
        try (DigitsFederation java = DigitsFederation.allJava(SandboxGeneration.V1_1)) {
            SessionResult session = java.runSession(ROUNDS);
            List<Double> accuracies = java.accuracies(session);
            return accuracies.get(ROUNDS - 1);
        }
    }
}
