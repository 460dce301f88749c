package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The context that the client gives to the callback, with someone who watches the calls. */
record ObservedContext(TaskContext task, Observation seen) implements TaskContext {

    @Override
    public TaskRequest request() {
        return task.request();
    }

    @Override
    public Map<String, Object> settings() {
        return task.settings();
    }

    @Override
    public boolean isAborted() {
        seen.check(task);
        return task.isAborted();
    }

    @Override
    public Optional<AbortReason> abortReason() {
        return task.abortReason();
    }

    @Override
    public void checkAbort() {
        seen.check(task);
        task.checkAbort();
    }

    @Override
    public void onAbort(Runnable action) {
        task.onAbort(action);
    }

    @Override
    public Optional<Instant> deadline() {
        return task.deadline();
    }

    @Override
    public Path scratchDirectory() {
        return task.scratchDirectory();
    }

    @Override
    public void progress(double fraction) {
        task.progress(fraction);
        seen.progressed(task, fraction);
    }

    @Override
    public <T extends @Nullable Object> Callable<T> bind(Callable<T> work) {
        return task.bind(work);
    }

    @Override
    public InferenceContext inferenceContext() {
        return task.inferenceContext();
    }

    @Override
    public LoggingContext loggingContext() {
        return task.loggingContext();
    }

    @Override
    public Delivery logMetric(Map<String, ? extends Number> metrics, LogOptions options) {
        return seen.logged(task.logMetric(metrics, options));
    }

    @Override
    public Delivery logTelemetry(String key, Map<String, ?> payload, LogOptions options) {
        return seen.logged(task.logTelemetry(key, payload, options));
    }

    @Override
    public Delivery logAttributes(Map<String, ?> attributes, LogOptions options) {
        return seen.logged(task.logAttributes(attributes, options));
    }

    @Override
    public Delivery logInferenceResult(String key, Map<String, ?> payload, LogOptions options) {
        return seen.logged(task.logInferenceResult(key, payload, options));
    }

    @Override
    public Delivery sendStatus(String message, LogLevel level, LogOptions options) {
        return seen.logged(task.sendStatus(message, level, options));
    }
}
