package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.client.EdgeClientBuilder;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.TaskArrival;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The Java client on its way through the steps of combiner.py: wire_client.py in Java. What a callback does is told by the
 * name of its scenario, the part of the model's id before the dot.
 */
final class WireClient implements AutoCloseable {
    private final Generation generation;
    private final EdgeClient client;
    private final Map<String, Integer> runs = new ConcurrentHashMap<>();

    WireClient(Generation generation, WireMode mode, URI api, String clientId, String token) {
        this.generation = generation;
        EdgeClientBuilder builder = EdgeClient.builder()
                .api(api)
                .credential(Credential.token(token))
                .clientId(clientId)
                .name("edge-client-07")
                .generation(generation)
                .stateless()
                .reporting(ReportingSettings.defaults().withLegacyTelemetry(mode == WireMode.LEGACY_TELEMETRY))
                .tasks(TaskSettings.defaults()
                        .withArrival(mode == WireMode.PUSHED ? TaskArrival.PUSHED : TaskArrival.POLLED)
                        .withPollInterval(Duration.ofSeconds(1)));
        builder.onTrain(this::train).onValidate(this::validate);
        for (String name : List.of("count", "fail", "wait", "empty", "record", "forget", "start_own")) {
            builder.onCustom(name, this::custom);
        }
        if (isFirstGeneration()) {
            builder.onPredict(this::predict);
        } else {
            builder.onInference(this::infer)
                    .onStageModel((model, task) -> task.logAttributes(Map.of("stage.attribute", model.modelId())))
                    .onRestartRequested((abort, force) -> () -> {});
        }
        this.client = builder.build();
    }

    void start() {
        client.start();
    }

    private boolean isFirstGeneration() {
        return generation == Generation.V1_0;
    }

    private static String behave(TaskContext task) {
        String name = task.request().modelId().split("\\.", -1)[0];
        if (name.endsWith("-raises")) {
            throw new IllegalStateException("as asked");
        }
        if (name.endsWith("-interrupted") || name.endsWith("-timed-out")) {
            block(task);
        }
        return name;
    }

    private static void block(TaskContext task) {
        task.logMetric(Map.of("started", 1));
        while (true) {
            task.checkAbort();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private TrainResult train(ScaleoutModel model, TaskContext task) {
        String name = behave(task);
        if (name.endsWith("-none")) {
            return null;
        }
        Map<String, Double> first = new LinkedHashMap<>();
        first.put("loss", 0.5);
        first.put("accuracy", 0.1);
        task.logMetric(first);
        task.logMetric(Map.of("loss", 0.25));
        ScaleoutModel trained =
                ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(new float[] {1, 2, 3, 4}, 4)));
        return TrainResult.of(trained, name.endsWith("-zero") ? 0 : 10)
                .withTrainingMetadata("settings", task.settings());
    }

    private Map<String, Object> validate(ScaleoutModel model, TaskContext task) {
        String name = behave(task);
        if (name.endsWith("-none")) {
            return null;
        }
        Object nan = name.endsWith("-nan") ? Double.NaN : 0;
        return Map.of("accuracy", 0.75, "nested", Map.of("x", new int[] {1, 2}), "text", "größer", "nan", nan);
    }

    private Map<String, Object> predict(ScaleoutModel model, TaskContext task) {
        behave(task);
        return Map.of("prediction", Arrays.asList(0.25, 0.75));
    }

    private Object infer(ScaleoutModel model, TaskContext task) {
        if (model.modelId().startsWith("inference-raises")) {
            throw new IllegalStateException("as asked");
        }
        task.logInferenceResult("found", Map.of("value", 1, "parameters", task.settings()));
        return Map.of("dropped", true);
    }

    private Object custom(Map<String, Object> parameters, TaskContext task) {
        return switch (task.request().type()) {
            case "Custom_count" ->
                Map.of("got", parameters, "runs", runs.merge(task.request().correlationId(), 1, Integer::sum));
            case "Custom_fail" -> throw new IllegalStateException("as asked");
            case "Custom_empty" -> Map.of();
            case "Custom_record" -> record(task);
            case "Custom_start_own" -> startOwn();
            case "Custom_forget" -> forget();
            default -> {
                block(task);
                yield null;
            }
        };
    }

    private Object record(TaskContext task) {
        task.logMetric(Map.of("a", 1));
        task.logMetric(Map.of("a", 2), LogOptions.defaults().withStep(10));
        task.logMetric(Map.of("a", 3), LogOptions.defaults().withCommit(false));
        Map<String, Double> last = new LinkedHashMap<>();
        last.put("a", 4.0);
        last.put("b", 1e300);
        last.put("c", 0.1);
        task.logMetric(last);
        task.logAttributes(Map.of("records.text", "größer"));
        if (isFirstGeneration()) {
            task.logTelemetry("records.plain", Map.of("value", 21.5));
            return null;
        }
        task.logAttributes(Map.of("records.number", 1.5));
        task.logAttributes(Map.of("records.object", Map.of("a", Arrays.asList(1, null, true))));
        task.logTelemetry("records.plain", Map.of("value", 21.5, "unit", "C"));
        task.logTelemetry("records.number", Map.of("value", 1.5));
        task.logTelemetry("records.nan", Map.of("value", Double.NaN));
        task.logTelemetry(
                "records.alert", Map.of("value", 1), LogOptions.defaults().withPriorityClass("alert"));
        return null;
    }

    private Object startOwn() {
        client.startAutonomousTask("probe", Map.of("p", 1), (parameters, task) -> Map.of("r", 1));
        client.startAutonomousInference("own.model", Map.of("q", 2));
        return Map.of("started", 2);
    }

    private Object forget() {
        client.setTrainCallback(null);
        client.setValidateCallback(null);
        if (isFirstGeneration()) {
            client.setPredictCallback(null);
        } else {
            client.setInferenceCallback(null);
        }
        return Map.of("forgotten", true);
    }

    @Override
    public void close() {
        client.close();
    }
}
