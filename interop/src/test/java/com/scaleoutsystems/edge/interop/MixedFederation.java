package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.Credential;
import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Recorded;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.SessionPlan;
import com.scaleoutsystems.edge.sandbox.SessionResult;
import com.scaleoutsystems.edge.sandbox.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A sandbox that asks for credentials, with one client in Python and one in Java.
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
    private final Sandbox sandbox;
    private final SandboxTokens tokens;
    private PythonPeer python;
    private EdgeClient java;

    MixedFederation(PythonPeers peers) {
        this.peers = peers;
        try (ScaleoutModel seed = ScaleoutModel.fromModelParameters(SEED)) {
            this.sandbox =
                    Sandbox.builder().authentication(true).seedModel(seed).start();
        }
        this.tokens = sandbox.tokens();
    }

    Sandbox sandbox() {
        return sandbox;
    }

    SandboxTokens tokens() {
        return tokens;
    }

    /** Starts both clients, each with its credential, and waits until they are there. */
    void join(String pythonToken, String javaToken) {
        python = peers.startClient(sandbox.restUri(), pythonToken, PYTHON, PYTHON_EXAMPLES);
        java = javaClient(javaToken);
        java.start();
        python.awaitConnected(sandbox);
    }

    private EdgeClient javaClient(String token) {
        return EdgeClient.builder()
                .api(sandbox.restUri())
                .credential(Credential.token(token))
                .clientId(JAVA)
                .name(JAVA)
                .stateless()
                .pollInterval(Duration.ofMillis(200))
                .onTrain((model, task) -> {
                    ModelParameters trained = Parameters.plus(model.modelParameters(), JAVA_STEP);
                    task.logMetric(Map.of("mean", Parameters.mean(trained)));
                    return TrainResult.of(ScaleoutModel.fromModelParameters(trained), JAVA_EXAMPLES);
                })
                .onValidate((model, task) -> Map.of("mean", Parameters.mean(model.modelParameters())))
                .build();
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
        }
    }
}
