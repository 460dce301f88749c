package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sandbox with one client in Python and one in Java.
 *
 * <p>Python adds 1 to each parameter and claims 30 examples, Java adds 5 and claims 10, so each round adds
 * (30 · 1 + 10 · 5) / 40 = 2. All numbers are exact in single precision.
 */
final class MixedFederation implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    static final String PYTHON = "python-client";
    static final int PYTHON_EXAMPLES = 30;
    static final float PYTHON_STEP = 1;

    static final String JAVA = "java-client";
    static final int JAVA_EXAMPLES = 10;
    static final float JAVA_STEP = 5;

    static final float ROUND_STEP = 2;

    static final ModelParameters SEED = ModelParameters.of(
            Tensor.ofFloats(new float[] {0.5f, -1.25f, 2, 0, 8, -3.5f}, 2, 3),
            Tensor.ofFloats(new float[] {1, -0.75f}, 2));
    static final float SEED_MEAN = 0.75f;

    private final PythonPeers peers;
    private final SandboxBuilder settings;
    private final ReservedPort restPort = new ReservedPort();
    private final ReservedPort grpcPort = new ReservedPort();
    private Sandbox sandbox;
    private PythonPeer python;
    private JavaPeer java;

    /** A federation whose sandbox asks for credentials. */
    MixedFederation(PythonPeers peers) {
        this(peers, Sandbox.builder().authentication(true));
    }

    MixedFederation(PythonPeers peers, SandboxBuilder settings) {
        this.peers = peers;
        this.settings = settings.restPort(restPort.number()).grpcPort(grpcPort.number());
        try (ScaleoutModel seed = ScaleoutModel.fromModelParameters(SEED)) {
            this.sandbox = settings.seedModel(seed).start();
        }
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Starts both clients, each with its credential, and waits until they are there. */
    void join(String pythonToken, String javaToken) {
        join(Optional.of(pythonToken), Credential.token(javaToken));
    }

    /** The same, at a sandbox that asks for no credentials. */
    void join() {
        join(Optional.empty(), Credential.none());
    }

    private void join(Optional<String> pythonToken, Credential javaCredential) {
        python = peers.startClient(sandbox.restUri(), pythonToken, PYTHON, PYTHON_EXAMPLES);
        java = new JavaPeer(sandbox.restUri(), javaCredential, JAVA, JAVA_STEP, JAVA_EXAMPLES);
        java.start();
        python.awaitConnected(sandbox);
    }

    /** Ends the sandbox and starts another one on the same ports, which knows nothing but a model of the former one. */
    void restartSandbox(String modelId) {
        try (ScaleoutModel model = sandbox.model(modelId)) {
            sandbox.close();
            sandbox = settings.seedModel(model).start();
        }
    }

    SessionResult runSession(int rounds) {
        return sandbox.runSession(
                SessionPlan.of(rounds, 2).withClientTimeout(TIMEOUT).withRoundTimeout(TIMEOUT));
    }

    /** Has one client validate a model outside of sessions and gives the metrics. */
    Map<String, Object> validate(String clientId, String modelId) {
        String task =
                sandbox.submit(TaskSpec.of("Scaleout_Validation", clientId).withModel(modelId));
        return sandbox.recording()
                .await(
                        "the validation by " + clientId,
                        TIMEOUT,
                        recording -> recording.validations().stream()
                                .filter(validation -> validation.correlationId().equals(task))
                                .findFirst())
                .metrics();
    }

    ModelParameters parameters(String modelId) {
        try (ScaleoutModel model = sandbox.model(modelId)) {
            return model.modelParameters();
        }
    }

    List<String> announcements(String clientId) {
        return sandbox.recording().announcements().stream()
                .filter(announcement -> announcement.clientId().equals(clientId))
                .map(Recorded.Announcement::type)
                .toList();
    }

    void leaveJava() {
        java.close();
    }

    /** Asks the Python client to end and gives its status. */
    int leavePython() {
        return python.stop();
    }

    @Override
    public void close() {
        try {
            if (java != null) {
                java.close();
            }
            if (python != null) {
                python.close();
            }
        } finally {
            sandbox.close();
            restPort.close();
            grpcPort.close();
        }
    }
}
