package com.scaleoutsystems.edge.client.internal.local;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.lifecycle.Adapters;
import com.scaleoutsystems.edge.client.internal.lifecycle.ClientRuntime;
import com.scaleoutsystems.edge.client.internal.state.MemoryBlobStore;
import com.scaleoutsystems.edge.client.internal.state.MemoryStateStore;
import com.scaleoutsystems.edge.client.internal.state.RecentModels;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.TlsMode;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A whole client, stateless, with a combiner in the memory of this process in place of a server. The only way of
 * {@code scaleout-testing} into the client. From any thread.
 */
public final class LocalClient implements AutoCloseable {

    /**
     * How a task ended, as the combiner heard of it.
     *
     * @param response JSON text, or empty
     */
    public record End(TaskStatus status, String response) {}

    private static final Duration CLOSE_BUDGET = Duration.ofSeconds(2);

    private final LocalCombiner combiner;
    private final ClientRuntime runtime;

    /** A client without callbacks that has not started. */
    public LocalClient(String clientId, TaskSettings tasks) {
        SystemEnv env = new SystemEnv();
        combiner = new LocalCombiner(env);
        runtime = new ClientRuntime(
                LocalSettings.of(clientId, tasks),
                new Callbacks(),
                new Adapters(
                        env,
                        new MemoryStateStore(),
                        new MemoryBlobStore(),
                        new RecentModels(ModelSettings.defaults()),
                        Optional.empty(),
                        (url, strand, retry) -> {
                            throw new IllegalStateException("this client has no API to ask");
                        },
                        (options, identity, bearer) -> combiner));
    }

    /** Sets the train callback. */
    public void onTrain(TrainCallback callback) {
        runtime.callbacks().train(callback);
    }

    /** Sets the validate callback. */
    public void onValidate(ValidateCallback callback) {
        runtime.callbacks().validate(callback);
    }

    /** Sets the predict callback. */
    public void onPredict(PredictCallback callback) {
        runtime.callbacks().predict(callback);
    }

    /** Sets the inference callback. */
    public void onInference(InferenceCallback callback) {
        runtime.callbacks().inference(callback);
    }

    /** Sets the callback of all custom tasks. */
    public void onCustom(CustomCallback callback) {
        runtime.callbacks().otherCustom(callback);
    }

    /** Joins. */
    public void start() {
        Blocking.await(
                runtime.initGrpcHandler(GrpcConnectionOptions.of("in-memory", 1).withTls(TlsMode.PLAINTEXT)));
        Blocking.await(runtime.start());
    }

    /** Offers a model to the client. The caller keeps its handle. */
    public void add(ScaleoutModel model) {
        combiner.add(model);
    }

    /** Hands a task, or the wish that one stop, to the client. */
    public void give(TaskRequest task) {
        combiner.give(task);
    }

    /** From now on nothing of the client arrives and nothing is answered. */
    public void goAway() {
        combiner.goAway();
    }

    /** What the client has sent meanwhile arrives. */
    public void comeBack() {
        combiner.comeBack();
    }

    /** The end of the client's first task. */
    public CompletionStage<End> end() {
        return combiner.end().thenApply(report -> new End(TaskStatus.valueOf(report.status()), report.response()));
    }

    /** Waits until the outcome of all records is known, but not longer than this. */
    public FlushResult flush(Duration longest) {
        return Blocking.await(runtime.flush(longest));
    }

    /** What came from the client, in order. */
    public List<RecordBody> records() {
        return combiner.records();
    }

    /** A model that came from the client; the caller closes it. */
    public Optional<ScaleoutModel> model(String modelId) {
        return combiner.model(modelId);
    }

    /** Closes the client, and lets go of all models. */
    @Override
    public void close() {
        Blocking.await(runtime.close(CLOSE_BUDGET));
    }

    /** The JSON text of an object, as the combiner writes it. */
    public static String json(Map<String, ?> object) {
        return Json.write("the task's data", object);
    }

    /** What a JSON text from the client holds; an empty text holds nothing. */
    public static @Nullable Object parse(String json) {
        return json.isEmpty()
                ? null
                : Json.readObject("what the client sent", "{\"value\": " + json + "}")
                        .get("value");
    }
}
