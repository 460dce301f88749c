package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.AbortReason;
import com.scaleoutsystems.edge.client.Delivery;
import com.scaleoutsystems.edge.client.LoggingContext;
import com.scaleoutsystems.edge.client.MetricOptions;
import com.scaleoutsystems.edge.client.TaskContext;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import java.util.Map;
import java.util.Optional;

/** The task context that a callback gets. */
final class CallbackContext implements TaskContext {

    private final TaskRequest request;
    private final Map<String, Object> settings;
    private final AbortControl abort;
    private final HostLog log;
    private final LoggingContext logging;

    CallbackContext(TaskRequest request, Map<String, Object> settings, AbortControl abort, HostLog log) {
        this.request = request;
        this.settings = settings;
        this.abort = abort;
        this.log = log;
        this.logging = LoggingContext.of(request.modelId(), request.roundId(), request.sessionId());
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
        return log.metric(metrics, logging, options);
    }
}
