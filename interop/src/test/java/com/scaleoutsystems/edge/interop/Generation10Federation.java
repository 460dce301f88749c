package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.SandboxBuilder;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import com.scaleoutsystems.edge.sandbox.session.SessionResult;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A sandbox of generation 1.0 that asks for credentials, with the reference client of that generation and one in Java that
 * does the same. Both join with refresh tokens, the only credential of the generation.
 *
 * <p>Python adds 1 to each parameter and claims 30 examples, Java adds 5 and claims 10, so each round adds
 * (30 · 1 + 10 · 5) / 40 = 2. All numbers are exact in single precision.
 */
final class Generation10Federation implements AutoCloseable {
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
    static final String SEED_ID = "seed";
    static final float SEED_MEAN = 0.75f;

    private final PythonPeers peers;
    private final Sandbox sandbox;
    private PythonPeer python;
    private EdgeClient java;

    Generation10Federation(PythonPeers peers, SandboxBuilder settings) {
        this.peers = peers;
        try (ScaleoutModel seed = ScaleoutModel.fromModelParameters(SEED)) {
            this.sandbox = settings.generation(SandboxGeneration.V1_0)
                    .authentication(true)
                    .seedModel(seed.withModelId(SEED_ID))
                    .start();
        }
    }

    /** A federation that both clients have joined. */
    static Generation10Federation joined(PythonPeers peers) {
        Generation10Federation federation = new Generation10Federation(peers, Sandbox.builder());
        try {
            federation.join();
            return federation;
        } catch (Throwable e) {
            federation.close();
            throw e;
        }
    }

    /** Starts both clients and waits until they are there. */
    void join() {
        python = peers.startGeneration10Client(sandbox.restUri(), token(), PYTHON, PYTHON_EXAMPLES);
        java = javaClient(sandbox.restUri(), token());
        java.start();
        python.awaitConnected(sandbox);
    }

    private Optional<String> token() {
        return Optional.of(sandbox.tokens().refresh());
    }

    /** Assignments of this generation do not say whether the combiner wants TLS, so the client has to know where it is. */
    static EdgeClient javaClient(URI api, Optional<String> token) {
        return EdgeClient.builder()
                .api(api)
                .credential(token.map(Credential::token).orElseGet(Credential::none))
                .generation(Generation.V1_0)
                .clientId(JAVA)
                .name(JAVA)
                .stateless()
                .pollInterval(Duration.ofMillis(200))
                .onTrain(Generation10Federation::train)
                .onValidate((model, task) -> mean(model))
                .onPredict((model, task) -> mean(model))
                .onCustom("echo", (parameters, task) -> Map.of("echo", parameters))
                .onCustom("log", Generation10Federation::log)
                .onCustom("wait", (parameters, task) -> waitForAbort(task))
                .onCustom("fail", (parameters, task) -> {
                    throw new IllegalStateException("as asked");
                })
                .build();
    }

    private static TrainResult train(ScaleoutModel model, TaskContext task) {
        if (Boolean.TRUE.equals(task.settings().get("wait"))) {
            waitForAbort(task);
        }
        ModelParameters trained = Parameters.plus(model.modelParameters(), JAVA_STEP);
        task.logMetric(Map.of("mean", Parameters.mean(trained)));
        return TrainResult.of(ScaleoutModel.fromModelParameters(trained), JAVA_EXAMPLES);
    }

    private static Map<String, Object> mean(ScaleoutModel model) {
        return Map.of("mean", Parameters.mean(model.modelParameters()));
    }

    private static Object waitForAbort(TaskContext task) {
        while (true) {
            task.checkAbort();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static Object log(Map<String, Object> parameters, TaskContext task) {
        task.logAttributes(named(parameters.get("attributes")));
        named(parameters.get("telemetry")).forEach((key, value) -> task.logTelemetry(key, Map.of("value", value)));
        return Map.of("logged", true);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> named(Object values) {
        return (Map<String, Object>) values;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    SessionResult runSession(int rounds) {
        return sandbox.runSession(
                SessionPlan.of(rounds, 2).withClientTimeout(TIMEOUT).withRoundTimeout(TIMEOUT));
    }

    /** Has a task done. */
    TaskOutcome run(TaskSpec task) {
        return sandbox.awaitOutcome(sandbox.submit(task), TIMEOUT);
    }

    /** Gives a task and waits until the client says that it is at it. */
    String startTask(TaskSpec task) {
        String id = sandbox.submit(task);
        sandbox.recording()
                .await(
                        "a report that task " + id + " runs",
                        TIMEOUT,
                        recording -> recording.reports(id).stream()
                                .filter(report -> report.status().equals("RUNNING"))
                                .findFirst());
        return id;
    }

    ModelParameters parameters(String modelId) {
        try (ScaleoutModel model = sandbox.model(modelId)) {
            return model.modelParameters();
        }
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
