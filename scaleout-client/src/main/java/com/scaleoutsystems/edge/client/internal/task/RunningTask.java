package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.AbortReason;
import com.scaleoutsystems.edge.client.TaskAbortedException;
import com.scaleoutsystems.edge.client.TaskRequest;
import com.scaleoutsystems.edge.client.TaskStatus;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One task on its way from the lane to its result. Lives on the client's strand, but for the callback itself. */
final class RunningTask {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TASK);

    /** Where a task stands. */
    enum Phase {
        /** In line for its lane. */
        WAITING,
        /** Its model is being fetched. */
        FETCHING,
        /** Its callback runs. */
        RUNNING,
        /** Its result is written down and sent; an abort changes nothing any more. */
        SENDING,
        /** Its end is known. */
        DONE
    }

    private final TaskRequest request;
    private final TaskHandler handler;
    private final Map<String, Object> settings;
    private final Lane lane;
    private final TaskService service;
    private final Env env;
    private final AbortControl abort;
    private Phase phase = Phase.WAITING;
    private @Nullable Instant startedAt;
    private ModelFetcher.@Nullable Fetch fetch;
    private Env.@Nullable CallbackThread thread;
    private @Nullable Cancellable interrupt;

    RunningTask(
            TaskRequest request,
            TaskHandler handler,
            Map<String, Object> settings,
            Lane lane,
            TaskService service,
            Env env) {
        this.request = request;
        this.handler = handler;
        this.settings = settings;
        this.lane = lane;
        this.service = service;
        this.env = env;
        this.abort = new AbortControl(env.io());
    }

    TaskRequest request() {
        return request;
    }

    TaskHandler handler() {
        return handler;
    }

    Phase phase() {
        return phase;
    }

    Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    /** The lane is free for this task: fetch its model. */
    void start() {
        phase = Phase.FETCHING;
        startedAt = env.wall();
        handler.statusBeforeFetch(request).ifPresent(text -> service.status(this, text));
        long fetchStart = env.nanos();
        ModelFetcher.Fetch fetching = service.fetch(request.modelId());
        fetch = fetching;
        service.strand().when(fetching.model(), (model, error) -> {
            if (phase != Phase.FETCHING) {
                // Aborted meanwhile; the task has left its lane.
                if (model != null) {
                    model.close();
                }
            } else if (model == null) {
                end(TaskStatus.FAILED, message(error), error);
            } else {
                enterCallback(model, Duration.ofNanos(env.nanos() - fetchStart));
            }
        });
    }

    private void enterCallback(ScaleoutModel model, Duration fetchTime) {
        phase = Phase.RUNNING;
        handler.statusBeforeCallback(request).ifPresent(text -> service.status(this, text));
        service.callbackEntered(this);
        CallbackContext context = new CallbackContext(request, settings, abort, service.log());
        String name = "scaleout-" + lane.name() + "-" + service.clientId() + "-" + request.correlationId();
        try {
            thread = env.callback(name, () -> runCallback(model, context, fetchTime));
        } catch (RuntimeException | Error noThread) {
            model.close();
            end(TaskStatus.FAILED, "no thread for the callback: " + noThread.getMessage(), noThread);
        }
    }

    /** On the callback's thread: the only place that catches everything, because the host's code may throw anything. */
    private void runCallback(ScaleoutModel model, CallbackContext context, Duration fetchTime) {
        MDC.put(Loggers.MDC_CLIENT, service.clientId());
        MDC.put(Loggers.MDC_TASK, request.correlationId());
        service.current().enter(context);
        TaskHandler.Result result = null;
        Throwable failure = null;
        try (model) {
            result = handler.call(model, context, fetchTime);
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            abort.end();
            service.current().leave();
            MDC.remove(Loggers.MDC_CLIENT);
            MDC.remove(Loggers.MDC_TASK);
        }
        TaskHandler.Result done = failure == null ? result : null;
        Throwable why = failure;
        service.strand().execute(() -> callbackEnded(done, why));
    }

    private void callbackEnded(TaskHandler.@Nullable Result result, @Nullable Throwable failure) {
        if (interrupt != null) {
            interrupt.cancel();
        }
        Optional<AbortReason> reason = abort.reason();
        if (reason.isPresent()) {
            discard(result);
            end(TaskStatus.INTERRUPTED, reason.get().message(), null);
        } else if (failure instanceof TaskAbortedException stopped) {
            end(TaskStatus.INTERRUPTED, message(stopped), null);
        } else if (result == null) {
            end(TaskStatus.FAILED, message(failure), failure);
        } else {
            phase = Phase.SENDING;
            lane.leave(this);
            service.resultReady(this, result);
        }
    }

    private void discard(TaskHandler.@Nullable Result result) {
        if (result != null) {
            result.model().ifPresent(ScaleoutModel::close);
        }
    }

    /** Whether it waits for its lane. */
    boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    /** Asks the task to stop; nothing changes once its result is written down. */
    void abort(AbortReason reason, Duration grace) {
        switch (phase) {
            case WAITING, FETCHING -> {
                abort.abort(reason);
                if (fetch != null) {
                    fetch.giveUp();
                }
                end(TaskStatus.INTERRUPTED, reason.message(), null);
            }
            case RUNNING -> {
                if (!abort.isAborted()) {
                    abort.abort(reason);
                    interrupt = service.strand().after(grace, this::interruptCallback);
                }
            }
            case SENDING, DONE ->
                LOG.debug("task {} is past the point where it could be stopped", request.correlationId());
        }
    }

    private void interruptCallback() {
        if (phase == Phase.RUNNING && thread != null) {
            LOG.warn(
                    "the callback of task {} has not noticed the abort; its thread is interrupted",
                    request.correlationId());
            thread.interrupt();
        }
    }

    /** The task ended without a result, or its result is settled. */
    void end(TaskStatus status, String reason, @Nullable Throwable failure) {
        if (phase == Phase.DONE) {
            return;
        }
        phase = Phase.DONE;
        if (status == TaskStatus.FAILED) {
            LOG.warn("task {} ({}) failed: {}", request.correlationId(), request.type(), reason, failure);
        }
        try {
            service.ended(request, status, reason, startedAt);
        } finally {
            lane.leave(this);
        }
    }

    /** What the combiner is told of a failure: its message, or its name where it has none. */
    static String message(@Nullable Throwable error) {
        if (error == null) {
            return "unknown reason";
        }
        String text = error.getMessage();
        if (text == null || text.isBlank()) {
            return error.getClass().getSimpleName();
        }
        return text;
    }
}
