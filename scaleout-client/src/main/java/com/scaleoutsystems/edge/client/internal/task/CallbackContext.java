package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.MetricOptions;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The task context that a callback gets. */
final class CallbackContext implements TaskContext {

    /** What the context does its work with. */
    record Means(HostLog log, Events events, CurrentTasks current, ScratchDirectory scratch) {}

    private final TaskRequest request;
    private final Map<String, Object> settings;
    private final AbortControl abort;
    private final Optional<Instant> deadline;
    private final Means means;
    private final CurrentTasks.Scope scope;
    private final LoggingContext logging;
    private final InferenceContext inference;

    CallbackContext(
            TaskRequest request,
            Map<String, Object> settings,
            AbortControl abort,
            Optional<Instant> deadline,
            Means means) {
        this.request = request;
        this.settings = settings;
        this.abort = abort;
        this.deadline = deadline;
        this.means = means;
        this.logging = LoggingContext.of(request.modelId(), request.roundId(), request.sessionId());
        this.inference = new InferenceContext(request.correlationId(), request.modelId());
        this.scope = new CurrentTasks.Scope(this, logging, inference);
    }

    /** The calling thread works for this task until the result is run. */
    Runnable enter() {
        return means.current().enter(scope);
    }

    /** The callback has returned. Called on its thread. */
    void end() {
        abort.end();
        means.scratch().close();
    }

    @Override
    public TaskRequest request() {
        return request;
    }

    @Override
    public Map<String, Object> settings() {
        return settings;
    }

    @Override
    public boolean isAborted() {
        return abort.isAborted();
    }

    @Override
    public Optional<AbortReason> abortReason() {
        return abort.reason();
    }

    @Override
    public void checkAbort() {
        abort.check();
    }

    @Override
    public void onAbort(Runnable action) {
        abort.onAbort(action);
    }

    @Override
    public Optional<Instant> deadline() {
        return deadline;
    }

    @Override
    public Path scratchDirectory() {
        return means.scratch().path();
    }

    @Override
    public void progress(double fraction) {
        means.events().taskProgress(request, fraction);
    }

    @Override
    public <T extends @Nullable Object> Callable<T> bind(Callable<T> work) {
        return () -> {
            Runnable leave = enter();
            try {
                return work.call();
            } finally {
                leave.run();
            }
        };
    }

    @Override
    public InferenceContext inferenceContext() {
        return inference;
    }

    @Override
    public Delivery logInferenceResult(String key, Map<String, ?> payload) {
        return means.log().inferenceResult(key, payload, inference);
    }

    @Override
    public LoggingContext loggingContext() {
        return logging;
    }

    @Override
    public Delivery logMetric(Map<String, ? extends Number> metrics) {
        return logMetric(metrics, MetricOptions.defaults());
    }

    @Override
    public Delivery logMetric(Map<String, ? extends Number> metrics, MetricOptions options) {
        if (options.checkTaskAbort()) {
            abort.check();
        }
        return means.log().metric(metrics, logging, options);
    }
}
