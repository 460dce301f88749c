package com.scaleoutsystems.edge.interop;

import static com.scaleoutsystems.edge.interop.Generation10Federation.PYTHON;
import static com.scaleoutsystems.edge.interop.Generation10Federation.PYTHON_EXAMPLES;
import static com.scaleoutsystems.edge.interop.Generation10Federation.ROUND_STEP;
import static com.scaleoutsystems.edge.interop.Generation10Federation.SEED;
import static com.scaleoutsystems.edge.interop.Generation10Federation.TIMEOUT;
import static com.scaleoutsystems.edge.interop.Parameters.plus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sandbox of the first generation that is started again, with the reference client of that generation and one in Java. */
@Tag("interop")
class Generation10RestartIT {

    /** What the reference says when it would connect again. */
    private static final String LOST = "'GrpcHandler' object has no attribute 'token'";

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.0.1");

    /** The reference of this generation fails at its first call to a combiner that is gone, and asks for no tasks after that. */
    @Test
    void javaComesBackToASandboxThatIsStartedAgainAndPythonHasToBeStartedAnew() {
        Path first = peers.folder().resolve("first");
        Path second = peers.folder().resolve("second");
        try (ReservedPort restPort = new ReservedPort();
                ReservedPort grpcPort = new ReservedPort();
                SandboxProcess sandbox = new SandboxProcess(
                        peers.folder(),
                        "sandbox",
                        "--generation=1.0",
                        "--rest-port=" + restPort,
                        "--grpc-port=" + grpcPort,
                        "--rounds=1",
                        "--clients=2",
                        "--seed-model=" + seedModel(),
                        "--out=" + first);
                EdgeClient java = Generation10Federation.javaClient(sandbox.restUri(), Optional.empty())) {
            PythonPeer python =
                    peers.startGeneration10Client(sandbox.restUri(), Optional.empty(), PYTHON, PYTHON_EXAMPLES);
            java.start();
            sandbox.awaitLines(3);
            assertThat(sandbox.stop()).isZero();
            await().atMost(TIMEOUT).until(() -> python.output().contains(LOST));
            python.close();

            try (SandboxProcess again = new SandboxProcess(
                    peers.folder(),
                    "again",
                    "--generation=1.0",
                    "--rest-port=" + restPort,
                    "--grpc-port=" + grpcPort,
                    "--rounds=2",
                    "--clients=2",
                    "--seed-model=" + first.resolve("model.scm"),
                    "--out=" + second)) {
                peers.startGeneration10Client(again.restUri(), Optional.empty(), PYTHON, PYTHON_EXAMPLES);
                again.awaitLines(4);
            }
        }
        assertThat(parameters(second)).isEqualTo(plus(SEED, 3 * ROUND_STEP));
    }

    private Path seedModel() {
        Path file = peers.folder().resolve("seed.scm");
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(SEED)) {
            model.saveTo(file);
        }
        return file;
    }

    private static ModelParameters parameters(Path out) {
        try (ScaleoutModel trained = ScaleoutModel.fromFile(out.resolve("model.scm"))) {
            return trained.modelParameters();
        }
    }
}
