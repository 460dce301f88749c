package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.CustomCallback;
import com.scaleoutsystems.edge.client.task.InferenceCallback;
import com.scaleoutsystems.edge.client.task.PredictCallback;
import com.scaleoutsystems.edge.client.task.RestartCallback;
import com.scaleoutsystems.edge.client.task.StageModelCallback;
import com.scaleoutsystems.edge.client.task.TaskTracer;
import com.scaleoutsystems.edge.client.task.TrainCallback;
import com.scaleoutsystems.edge.client.task.ValidateCallback;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The host's code. Set from any thread; a task uses what is set when the client receives it. */
public final class Callbacks {

    private final Map<String, CustomCallback> custom = new ConcurrentHashMap<>();
    private volatile @Nullable CustomCallback otherCustom;
    private volatile @Nullable TrainCallback train;
    private volatile @Nullable ValidateCallback validate;
    private volatile @Nullable PredictCallback predict;
    private volatile @Nullable InferenceCallback inference;
    private volatile @Nullable StageModelCallback stage;
    private volatile @Nullable RestartCallback restart;
    private volatile @Nullable TaskTracer tracer;

    /** The same callbacks, to be changed apart from these. */
    public Callbacks copy() {
        Callbacks copy = new Callbacks();
        copy.custom.putAll(custom);
        copy.otherCustom = otherCustom;
        copy.train = train;
        copy.validate = validate;
        copy.predict = predict;
        copy.inference = inference;
        copy.stage = stage;
        copy.restart = restart;
        copy.tracer = tracer;
        return copy;
    }

    /** Sets or removes the train callback. */
    public void train(@Nullable TrainCallback callback) {
        train = callback;
    }

    /** Sets or removes the validate callback. */
    public void validate(@Nullable ValidateCallback callback) {
        validate = callback;
    }

    /** Sets or removes the predict callback. */
    public void predict(@Nullable PredictCallback callback) {
        predict = callback;
    }

    /** Sets or removes the inference callback. */
    public void inference(@Nullable InferenceCallback callback) {
        inference = callback;
    }

    /** Sets or removes the stage callback. */
    public void stage(@Nullable StageModelCallback callback) {
        stage = callback;
    }

    /** Sets or removes the restart callback. */
    public void restart(@Nullable RestartCallback callback) {
        restart = callback;
    }

    /** Sets what traces the tasks; a client takes it when it meets its combiner. */
    public void tracer(@Nullable TaskTracer value) {
        tracer = value;
    }

    /** Sets the callback of a custom task, in place of a former one. */
    public void custom(String name, CustomCallback callback) {
        custom.put(TaskTypes.customType(name), callback);
    }

    /** Sets the callback of custom tasks whose name has none. */
    public void otherCustom(CustomCallback callback) {
        otherCustom = callback;
    }

    /** Removes the callback of a custom task; false if there is none. */
    public boolean removeCustom(String name) {
        return custom.remove(TaskTypes.customType(name)) != null;
    }

    Optional<TrainCallback> train() {
        return Optional.ofNullable(train);
    }

    Optional<ValidateCallback> validate() {
        return Optional.ofNullable(validate);
    }

    Optional<PredictCallback> predict() {
        return Optional.ofNullable(predict);
    }

    Optional<InferenceCallback> inference() {
        return Optional.ofNullable(inference);
    }

    Optional<StageModelCallback> stage() {
        return Optional.ofNullable(stage);
    }

    Optional<RestartCallback> restart() {
        return Optional.ofNullable(restart);
    }

    Optional<TaskTracer> tracer() {
        return Optional.ofNullable(tracer);
    }

    Optional<CustomCallback> customOf(String type) {
        return Optional.ofNullable(custom.getOrDefault(type, otherCustom));
    }
}
