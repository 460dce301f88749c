package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private final Optional<Duration> timeLimit;
    private final TaskService service;
    private final Env env;
    private final AbortControl abort;
    private final CompletableFuture<@Nullable Object> value = new CompletableFuture<>();
    private Phase phase = Phase.WAITING;
    private @Nullable Instant startedAt;
    private ModelFetcher.@Nullable Fetch fetch;
    private Env.@Nullable CallbackThread thread;
    private Cancellable overtime = () -> {};
    private Cancellable interrupt = () -> {};
    private @Nullable Long nextStep;
    private boolean interrupted;
    private boolean stuck;

    RunningTask(
            TaskRequest request,
            TaskHandler handler,
            Map<String, Object> settings,
            Lane lane,
            Optional<Duration> timeLimit,
            TaskService service,
            Env env) {
        this.request = request;
        this.handler = handler;
        this.settings = settings;
        this.lane = lane;
        this.timeLimit = timeLimit;
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

    Lane lane() {
        return lane;
    }

    Phase phase() {
        return phase;
    }

    /** Whether it waits for its lane. */
    boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    /** What the callback returned, or how it ended otherwise. */
    CompletionStage<@Nullable Object> value() {
        return value;
    }

    /** There is a place for this task: fetch its model if it needs one, and call the callback. */
    void start() {
        phase = Phase.FETCHING;
        startedAt = env.wall();
        if (!handler.needsModel()) {
            enterCallback(Optional.empty(), Duration.ZERO);
            return;
        }
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
                end(TaskStatus.FAILED, Failures.describe(error), error);
            } else {
                enterCallback(Optional.of(model), Duration.ofNanos(env.nanos() - fetchStart));
            }
        });
    }

    private void enterCallback(Optional<ScaleoutModel> model, Duration fetchTime) {
        phase = Phase.RUNNING;
        handler.statusBeforeCallback(request).ifPresent(text -> service.status(this, text));
        service.callbackEntered(this);
        Optional<Instant> deadline = timeLimit.map(limit -> env.wall().plus(limit));
        CallbackContext context = new CallbackContext(request, settings, abort, deadline, service.meansOfContext());
        TaskHandler.Job job = new TaskHandler.Job(model, context, fetchTime);
        String name = "scaleout-" + lane.name() + "-" + service.clientId() + "-" + request.correlationId();
        try {
            thread = env.callback(name, () -> runCallback(job, context));
        } catch (RuntimeException | Error noThread) {
            model.ifPresent(ScaleoutModel::close);
            end(TaskStatus.FAILED, "no thread for the callback: " + Failures.describe(noThread), noThread);
            return;
        }
        timeLimit.ifPresent(limit ->
                overtime = service.strand().after(limit, () -> abort(AbortReason.TIME_LIMIT, service.abortGrace())));
    }

    /** On the callback's thread: the only place that catches everything, because the host's code may throw anything. */
    private void runCallback(TaskHandler.Job job, CallbackContext context) {
        TaskHandler.Result result = null;
        Throwable failure = null;
        try {
            MDC.put(Loggers.MDC_CLIENT, service.clientId());
            MDC.put(Loggers.MDC_TASK, request.correlationId());
            result = inContext(job, context);
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            TaskHandler.Result done = result;
            Throwable why = failure;
            service.strand().execute(() -> callbackEnded(done, why));
            MDC.remove(Loggers.MDC_CLIENT);
            MDC.remove(Loggers.MDC_TASK);
        }
    }

    private TaskHandler.Result inContext(TaskHandler.Job job, CallbackContext context) throws Exception {
        Runnable leave = context.enter();
        try {
            return locked(job);
        } finally {
            context.end();
            leave.run();
            job.input().ifPresent(ScaleoutModel::close);
        }
    }

    private TaskHandler.Result locked(TaskHandler.Job job) throws Exception {
        if (lane.lockFile().isEmpty()) {
            return handler.call(job);
        }
        ComputeLock lock = ComputeLock.acquire(lane.lockFile().get());
        try {
            job.task().checkAbort();
            return handler.call(job);
        } finally {
            lock.close();
        }
    }

    private void callbackEnded(TaskHandler.@Nullable Result result, @Nullable Throwable failure) {
        overtime.cancel();
        interrupt.cancel();
        Optional<AbortReason> reason = abort.reason();
        if (stuck) {
            LOG.warn("the stuck callback of task {} has returned", request.correlationId());
            discard(result);
            service.unstuck(this);
        } else if (reason.isPresent()) {
            discard(result);
            end(TaskStatus.INTERRUPTED, reason.get().message(), new TaskAbortedException(reason.get()));
        } else if (failure instanceof TaskAbortedException stopped) {
            end(TaskStatus.INTERRUPTED, reason(stopped), stopped);
        } else if (result == null) {
            end(TaskStatus.FAILED, Failures.describe(failure), failure);
        } else if (result instanceof TaskHandler.Sent sent) {
            phase = Phase.SENDING;
            lane.leave(this);
            service.resultReady(this, sent);
        } else if (result instanceof TaskHandler.Answered answered) {
            service.tellValue(value, answered.value());
            service.afterTold(request, answered.afterwards());
            end(TaskStatus.COMPLETED, "", null, answered.response());
        }
    }

    private static void discard(TaskHandler.@Nullable Result result) {
        if (result != null) {
            result.discard();
        }
    }

    /** Asks the task to stop; nothing changes once its result is written down. */
    void abort(AbortReason reason, Duration grace) {
        switch (phase) {
            case WAITING, FETCHING -> {
                abort.abort(reason);
                if (fetch != null) {
                    fetch.giveUp();
                }
                end(TaskStatus.INTERRUPTED, reason.message(), new TaskAbortedException(reason));
            }
            case RUNNING -> {
                abort.abort(reason);
                stopWithin(abort.reason().orElse(reason), grace);
            }
            case SENDING, DONE -> LOG.debug("task {} cannot be stopped any longer", request.correlationId());
        }
    }

    /** Takes the next step against the callback after the grace, unless an earlier abort has it sooner. */
    private void stopWithin(AbortReason reason, Duration grace) {
        long due = env.nanos() + grace.toNanos();
        if (nextStep != null && nextStep - due <= 0) {
            return;
        }
        nextStep = due;
        interrupt.cancel();
        interrupt = service.strand()
                .after(grace, interrupted ? () -> giveUp(reason) : () -> interruptCallback(reason, grace));
    }

    private void interruptCallback(AbortReason reason, Duration grace) {
        if (phase == Phase.RUNNING && thread != null) {
            LOG.warn(
                    "the callback of task {} has not reacted to the abort; the client interrupts its thread",
                    request.correlationId());
            interrupted = true;
            nextStep = null;
            thread.interrupt();
            stopWithin(reason, grace);
        }
    }

    /** The callback ignores abort and interrupt: the combiner is told, and others get the place in the lane. */
    private void giveUp(AbortReason reason) {
        if (phase == Phase.RUNNING) {
            LOG.warn(
                    "the callback of task {} ignores the interrupt; the client continues without it",
                    request.correlationId());
            stuck = true;
            service.stuck(this);
            end(TaskStatus.INTERRUPTED, reason.message(), new TaskAbortedException(reason));
        }
    }

    /** The combiner has the task's result. */
    void delivered() {
        handler.statusAfterDelivery().ifPresent(text -> service.status(this, text, LogLevel.AUDIT));
        end(TaskStatus.COMPLETED, "", null);
    }

    /** The task ended without a result, or its result is settled. */
    void end(TaskStatus status, String reason, @Nullable Throwable failure) {
        end(status, reason, failure, TaskEnds.response(status, reason));
    }

    private void end(TaskStatus status, String reason, @Nullable Throwable failure, String response) {
        if (phase == Phase.DONE) {
            return;
        }
        phase = Phase.DONE;
        Throwable shown = failure == null ? null : Failures.printable(failure);
        if (status == TaskStatus.FAILED) {
            LOG.warn("task {} ({}) failed: {}", request.correlationId(), request.type(), reason, shown);
        }
        if (shown != null) {
            service.tellFailure(value, shown);
        }
        try {
            service.ended(request, status, reason, response, startedAt);
        } finally {
            lane.leave(this);
        }
    }

    private static String reason(TaskAbortedException stopped) {
        String given = stopped.getMessage();
        return given == null || given.isBlank() ? Failures.describe(stopped) : given;
    }
}
