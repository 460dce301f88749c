package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.examples.digits.DigitsExample;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.record.Recording;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The digits example with three clients: the second is the example's own, the others are that, too, or are in Python. */
final class DigitsFederation implements AutoCloseable {
    static final int CLIENTS = 3;

    static final Path IMAGES = ModuleFiles.ofModule(
            "examples", "src/main/resources/com/scaleoutsystems/edge/examples/digits/digits.csv.gz");

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Sandbox sandbox;
    private final List<EdgeClient> java = new ArrayList<>();
    private final List<PythonPeer> python = new ArrayList<>();

    private DigitsFederation(SandboxGeneration generation) {
        try (ScaleoutModel seed = DigitsExample.seedModel()) {
            this.sandbox =
                    Sandbox.builder().generation(generation).seedModel(seed).start();
        }
    }

    static DigitsFederation allJava(SandboxGeneration generation) {
        return joined(generation, federation -> {
            for (int number = 1; number <= CLIENTS; number++) {
                federation.joinJava(number);
            }
        });
    }

    /** The peers are those of a release of that generation. */
    static DigitsFederation mixed(SandboxGeneration generation, PythonPeers peers) {
        return joined(generation, federation -> {
            for (int number : List.of(1, 3)) {
                federation.python.add(peers.startDigitsClient(
                        federation.sandbox.restUri(), Optional.empty(), clientId(number), number, CLIENTS));
            }
            federation.joinJava(2);
        });
    }

    /** Leaves nothing open if one of the clients can't join. */
    private static DigitsFederation joined(SandboxGeneration generation, Consumer<DigitsFederation> clients) {
        DigitsFederation federation = new DigitsFederation(generation);
        try {
            clients.accept(federation);
            return federation;
        } catch (RuntimeException | Error e) {
            federation.close();
            throw e;
        }
    }

    private void joinJava(int number) {
        EdgeClient client = DigitsExample.client(sandbox.restUri(), number, CLIENTS);
        java.add(client);
        // The assignment of the first generation does not say that the combiner speaks plainly.
        client.initGrpcHandler(
                GrpcConnectionOptions.of(sandbox.grpcHost(), sandbox.grpcPort()).withTls(TlsMode.PLAINTEXT));
        client.start();
    }

    /** The ids that the example's clients have. */
    static String clientId(int number) {
        return "client-%04d".formatted(number);
    }

    SessionResult runSession(int rounds) {
        return sandbox.runSession(
                SessionPlan.of(rounds, CLIENTS).withClientTimeout(TIMEOUT).withRoundTimeout(TIMEOUT));
    }

    /** The accuracy of the average of each round, on images that nobody has trained on. */
    List<Double> accuracies(SessionResult session) {
        return session.rounds().stream()
                .map(round -> {
                    try (ScaleoutModel model = sandbox.model(round.modelId())) {
                        return DigitsExample.accuracy(model);
                    }
                })
                .toList();
    }

    Recording recording() {
        return sandbox.recording();
    }

    @Override
    public void close() {
        try {
            java.forEach(EdgeClient::close);
            python.forEach(PythonPeer::close);
        } finally {
            sandbox.close();
        }
    }
}
