package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.ScratchDirectory;
import com.scaleoutsystems.edge.client.internal.report.HostLog;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The task context that a callback gets. What it logs belongs to the task, from whatever thread. */
final class CallbackContext extends HostLog implements TaskContext {

    /** Where the records of one task belong. */
    private record Belonging(AbortControl abort, LoggingContext loggingContext, InferenceContext inferenceContext)
            implements HostLog.Scope {

        static Belonging to(TaskRequest request, AbortControl abort) {
            return new Belonging(
                    abort,
                    LoggingContext.of(request.modelId(), request.roundId(), request.sessionId()),
                    new InferenceContext(request.correlationId(), request.modelId()));
        }

        @Override
        public void checkAbort() {
            abort.check();
        }

        @Override
        public Optional<LoggingContext> logging() {
            return Optional.of(loggingContext);
        }

        @Override
        public Optional<InferenceContext> inference() {
            return Optional.of(inferenceContext);
        }
    }

    private final TaskRequest request;
    private final Map<String, Object> settings;
    private final AbortControl abort;
    private final Optional<Instant> deadline;
    private final CallbackServices services;
    private final TaskProgress progress;
    private final ScratchDirectory scratch = new ScratchDirectory();
    private final Belonging belonging;
    private final CurrentTasks.Scope scope;

    CallbackContext(
            TaskRequest request,
            Map<String, Object> settings,
            AbortControl abort,
            Optional<Instant> deadline,
            CallbackServices services) {
        this(request, settings, deadline, services, Belonging.to(request, abort));
    }

    private CallbackContext(
            TaskRequest request,
            Map<String, Object> settings,
            Optional<Instant> deadline,
            CallbackServices services,
            Belonging belonging) {
        super(services.log(), belonging);
        this.request = request;
        this.settings = settings;
        this.abort = belonging.abort();
        this.deadline = deadline;
        this.services = services;
        this.progress = new TaskProgress(request, services);
        this.belonging = belonging;
        this.scope = new CurrentTasks.Scope(this, belonging.loggingContext(), belonging.inferenceContext());
    }

    /** The calling thread works for this task until the result is run. */
    Runnable enter() {
        Runnable leave = services.current().enter(scope);
        Runnable leaveTrace = services.traces().enter(request.correlationId());
        return () -> {
            leaveTrace.run();
            leave.run();
        };
    }

    /** The callback has returned. Called on its thread. */
    void end() {
        abort.end();
        scratch.close();
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
        abort.onAbort(Objects.requireNonNull(action, "action is null"));
    }

    @Override
    public Optional<Instant> deadline() {
        return deadline;
    }

    @Override
    public Path scratchDirectory() {
        return scratch.path();
    }

    @Override
    public void progress(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction is " + fraction + "; expected 0 to 1");
        }
        progress.at(fraction);
    }

    @Override
    public <T extends @Nullable Object> Callable<T> bind(Callable<T> work) {
        Objects.requireNonNull(work, "work is null");
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
        return belonging.inferenceContext();
    }

    @Override
    public LoggingContext loggingContext() {
        return belonging.loggingContext();
    }
}
