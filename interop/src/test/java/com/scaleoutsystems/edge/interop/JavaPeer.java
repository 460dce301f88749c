package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The Java client of a federation, with the callbacks that {@code reference_client.py} has. */
final class JavaPeer implements AutoCloseable {
    private final EdgeClient client;
    private final float step;
    private final int examples;

    /** Training adds the step to every parameter and claims so many examples. */
    JavaPeer(URI api, Credential credential, String clientId, float step, int examples) {
        this.step = step;
        this.examples = examples;
        this.client = EdgeClient.builder()
                .api(api)
                .credential(credential)
                .clientId(clientId)
                .name(clientId)
                .stateless()
                .pollInterval(Duration.ofMillis(200))
                .onTrain(this::train)
                .onValidate(JavaPeer::validate)
                .onInference(JavaPeer::infer)
                .onStageModel(JavaPeer::staged)
                .onCustom("echo", (parameters, task) -> Map.of("echo", parameters))
                .onCustom("fail", JavaPeer::fail)
                .onCustom("wait", (parameters, task) -> untilStopped(task))
                .onCustom("log", JavaPeer::log)
                .onCustom("probe", this::probe)
                .onCustom("infer_alone", this::inferAlone)
                .build();
    }

    void start() {
        client.start();
    }

    @Override
    public void close() {
        client.close();
    }

    private TrainResult train(ScaleoutModel model, TaskContext task) throws InterruptedException {
        if (task.settings().containsKey("wait")) {
            untilStopped(task);
        }
        ModelParameters trained = Parameters.plus(model.modelParameters(), step);
        task.logMetric(Map.of("mean", Parameters.mean(trained)));
        return TrainResult.of(ScaleoutModel.fromModelParameters(trained), examples);
    }

    private static Map<String, Object> validate(ScaleoutModel model, TaskContext task) throws InterruptedException {
        if (model.metadata().containsKey("wait")) {
            untilStopped(task);
        }
        return Map.of("mean", Parameters.mean(model.modelParameters()));
    }

    private static Object infer(ScaleoutModel model, TaskContext task) {
        int factor = (int) task.settings().getOrDefault("factor", 1);
        double result = Parameters.mean(model.modelParameters()) * factor;
        task.logInferenceResult("mean", Map.of("value", result, "unit", "m"));
        return Map.of("mean", result);
    }

    private static void staged(ScaleoutModel model, TaskContext task) {
        task.logAttributes(Map.of("staged", model.modelId()));
    }

    private static Object fail(Map<String, Object> parameters, TaskContext task) {
        throw new IllegalArgumentException("no such luck");
    }

    private static Object log(Map<String, Object> parameters, TaskContext task) {
        task.logTelemetry("temperature", Map.of("value", 21.5, "unit", "°C"));
        task.logAttributes(Map.of("cores", 2, "place", Map.of("site", "north", "rack", 7)));
        task.logMetric(Map.of("loss", 0.5));
        return Map.of("logged", true);
    }

    private Object probe(Map<String, Object> parameters, TaskContext task) {
        return Map.of(
                "task",
                client.startAutonomousTask("probe", parameters, JavaPeer::probed)
                        .correlationId());
    }

    private static Object probed(Map<String, Object> parameters, TaskContext task) throws InterruptedException {
        if (parameters.containsKey("wait")) {
            untilStopped(task);
        }
        return Map.of("probed", parameters);
    }

    private Object inferAlone(Map<String, Object> parameters, TaskContext task) {
        String model = (String) parameters.get("model");
        return Map.of(
                "task",
                client.startAutonomousInference(model, Map.of("factor", 2)).correlationId());
    }

    private static Object untilStopped(TaskContext task) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        task.onAbort(stopped::countDown);
        stopped.await();
        task.checkAbort();
        throw new AssertionError("a task was stopped without a reason");
    }
}
