package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Release;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.record.LogLevel;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskAbortedException;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One task on its way from its lane to its result. Lives on the client's strand. Each step of a task runs in {@link #step} or
 * {@link #when}: a step that throws ends the task, so that no task and no place in a lane is lost.
 */
final class RunningTask implements Lane.Guest {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    /** The end of a task one of whose steps threw. The text is fixed: what was thrown may have no text to give. */
    static final TaskEnd FAULT = TaskEnd.failed("a step of the client failed; the client's log says more");

    /** Whoever keeps a task and takes what comes of it. Called on the client's strand. */
    interface Host {

        /** The callback has returned a result. It is stored and sent; then the task is {@link #delivered()} or has failed. */
        void resultReady(RunningTask task, TaskHandler.Sent result);

        /** The task has ended. Never throws. */
        void ended(RunningTask task, TaskEnd end);

        /** The callback ignores its abort: another task gets its place in the lane. */
        void stuck(RunningTask task);

        /** The stuck callback has returned. */
        void unstuck(RunningTask task);
    }

    /** Where a task stands. */
    private enum Phase {
        /** It waits for its lane. */
        WAITING,
        /** Its model is being fetched. */
        FETCHING,
        /** Its callback runs. */
        RUNNING,
        /** Its result is stored and sent; an abort changes nothing from here on. */
        SENDING,
        /** Its end is known. */
        DONE
    }

    private final PreparedTask task;
    private final TaskResources resources;
    private final Host host;
    private final Env env;
    private final Strand strand;
    private final AbortControl abort;
    private final TaskTimes times;
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

    /** The size of the callback's model; zero if it has none. */
    private long modelBytes;

    /** The callback's model, which the callback's thread closes. */
    private @Nullable ScaleoutModel fetched;

    /** Whether the callback has returned. */
    private boolean returned;

    /** A task that waits for its lane. */
    RunningTask(PreparedTask task, TaskResources resources, Host host) {
        this.task = task;
        this.resources = resources;
        this.host = host;
        this.env = resources.env();
        this.strand = resources.strand();
        this.times = new TaskTimes(env);
        this.abort = new AbortControl(env.io(), resources.lines());
    }

    TaskRequest request() {
        return task.request();
    }

    String correlationId() {
        return task.request().correlationId();
    }

    Lane lane() {
        return task.lane();
    }

    /** Whether the task waits for its lane. */
    boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    /** Whether the task's callback runs. */
    boolean isInCallback() {
        return phase == Phase.RUNNING;
    }

    Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    /** What the host hears of this end of the task. */
    TaskSummary summary(TaskEnd end) {
        return times.summary(end);
    }

    /** What the callback returned, or how the task ended otherwise. */
    CompletionStage<@Nullable Object> value() {
        return value;
    }

    /** Runs a step for this task. If the step throws, the task ends as FAILED. Never throws. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            broken(fault);
        }
    }

    /** Runs a step for this task on the strand, when work done elsewhere has ended. If the step throws, the task ends as FAILED. */
    <T extends @Nullable Object> void when(
            CompletionStage<T> stage, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
        strand.when(stage, step, this::broken);
    }

    /** A step for this task threw: the task ends. Never throws. */
    void broken(Throwable fault) {
        if (phase == Phase.DONE) {
            resources.lines().error("a step of task {} failed after its end", correlationId(), fault);
        }
        try {
            if (thread != null && !returned && !tookBack()) {
                // The callback goes on, and nothing waits for it.
                stuck = true;
                host.stuck(this);
            }
        } finally {
            end(FAULT, fault);
        }
    }

    /** The lane has a place for the task: fetches its model if it needs one, and calls the callback. */
    @Override
    public void start() {
        step(this::fetchOrCall);
    }

    private void fetchOrCall() {
        phase = Phase.FETCHING;
        startedAt = env.wall();
        if (!task.handler().needsModel()) {
            enterCallback(Optional.empty(), Duration.ZERO);
            return;
        }
        task.handler().statusBeforeFetch(request()).ifPresent(text -> status(text, LogLevel.INFO));
        long fetchStart = env.nanos();
        ModelFetcher.Fetch fetching =
                resources.models().fetch(request().modelId(), resources.traces().headers(correlationId()));
        fetch = fetching;
        when(fetching.model(), (model, error) -> {
            if (phase != Phase.FETCHING) {
                // The task was aborted meanwhile and has left its lane.
                if (model != null) {
                    Release.later(env, model::close);
                }
            } else if (model == null) {
                fail(Failures.describe(error), error);
            } else {
                enterCallback(Optional.of(model), Duration.ofNanos(env.nanos() - fetchStart));
            }
        });
    }

    private void enterCallback(Optional<ScaleoutModel> model, Duration fetchTime) {
        phase = Phase.RUNNING;
        modelBytes = model.map(ScaleoutModel::size).orElse(0L);
        fetched = model.orElse(null);
        try {
            task.handler().statusBeforeCallback(request()).ifPresent(text -> status(text, LogLevel.INFO));
            thread = resources.callbacks().start(task, abort, model, fetchTime, times::called, this::callbackEnded);
        } catch (Throwable noThread) {
            model.ifPresent(unused -> Release.later(env, unused::close));
            fail("no thread for the callback: " + Failures.describe(noThread), noThread);
            return;
        }
        task.timeLimit().ifPresent(limit -> overtime = strand.after(limit, () -> abort(AbortReason.TIME_LIMIT)));
    }

    private void callbackEnded(TaskHandler.@Nullable Result result, CallbackRunner.@Nullable Failure failure) {
        returned = true;
        times.returned();
        if (stuck) {
            step(() -> callbackEndedLate(result));
        } else {
            step(() -> callbackEndedInTime(result, failure));
        }
    }

    private void callbackEndedLate(TaskHandler.@Nullable Result result) {
        host.unstuck(this);
        resources.lines().warn("the stuck callback of task {} has returned", correlationId());
        discard(result);
    }

    private void callbackEndedInTime(TaskHandler.@Nullable Result result, CallbackRunner.@Nullable Failure failure) {
        overtime.cancel();
        interrupt.cancel();
        Optional<AbortReason> reason = abort.reason();
        if (reason.isPresent()) {
            interrupted(reason.get());
            discard(result);
        } else if (failure != null && failure.isAbort()) {
            end(TaskEnd.interrupted(failure.text()), failure.logged(), failure.thrown());
        } else if (failure != null) {
            end(TaskEnd.failed(failure.text() + memory(failure)), failure.logged(), failure.thrown());
        } else if (result == null) {
            // There was no memory to describe the failure.
            fail(Failures.describe(null), null);
        } else if (result instanceof TaskHandler.Sent sent) {
            phase = Phase.SENDING;
            lane().leave(this);
            host.resultReady(this, sent);
        } else if (result instanceof TaskHandler.Answered answered) {
            env.continuations().execute(() -> value.complete(answered.value()));
            end(TaskEnd.answered(answered), null);
        }
    }

    private void discard(TaskHandler.@Nullable Result result) {
        if (result != null) {
            Release.later(env, result::discard);
        }
    }

    /** What a callback had to hold, and how much room there was for it, if it ran out of memory. */
    private String memory(CallbackRunner.Failure failure) {
        if (failure.cure().isEmpty()) {
            return "";
        }
        String model = modelBytes == 0 ? "" : "the model has " + Memory.size(modelBytes) + ", and ";
        return "; " + model + failure.cure();
    }

    /** Asks the task to stop; nothing changes once its result is stored. */
    void abort(AbortReason reason) {
        abort(reason, resources.abortGrace());
    }

    /**
     * Asks the task to stop.
     *
     * @param grace how long the callback may take to notice before it is interrupted
     */
    void abort(AbortReason reason, Duration grace) {
        step(() -> stop(reason, grace));
    }

    private void stop(AbortReason reason, Duration grace) {
        switch (phase) {
            case WAITING, FETCHING -> {
                abort.abort(reason);
                if (fetch != null) {
                    fetch.giveUp();
                }
                interrupted(reason);
            }
            case RUNNING -> {
                abort.abort(reason);
                if (tookBack()) {
                    interrupted(abort.reason().orElse(reason));
                    return;
                }
                stopWithin(abort.reason().orElse(reason), grace);
            }
            case SENDING, DONE -> LOG.debug("task {} cannot be stopped any longer", correlationId());
        }
    }

    /** Whether the callback waited for a thread of the host's executor, and will never run. */
    private boolean tookBack() {
        if (thread == null || !thread.takeBack()) {
            return false;
        }
        thread = null;
        overtime.cancel();
        ScaleoutModel unused = fetched;
        if (unused != null) {
            Release.later(env, unused::close);
        }
        return true;
    }

    /** Takes the next step against the callback after the grace, unless an earlier abort takes it sooner. */
    private void stopWithin(AbortReason reason, Duration grace) {
        long due = env.nanos() + grace.toNanos();
        if (nextStep != null && nextStep - due <= 0) {
            return;
        }
        nextStep = due;
        interrupt.cancel();
        Runnable next = interrupted ? () -> giveUp(reason) : () -> interruptCallback(reason, grace);
        interrupt = strand.after(grace, () -> step(next));
    }

    private void interruptCallback(AbortReason reason, Duration grace) {
        if (phase == Phase.RUNNING && thread != null) {
            resources
                    .lines()
                    .warn(
                            "the callback of task {} has not reacted to the abort; the client interrupts its thread",
                            correlationId());
            interrupted = true;
            nextStep = null;
            thread.interrupt();
            stopWithin(reason, grace);
        }
    }

    /** The callback ignores abort and interrupt: the task ends without it. */
    private void giveUp(AbortReason reason) {
        if (phase == Phase.RUNNING) {
            resources
                    .lines()
                    .warn(
                            "the callback of task {} ignores the interrupt; the client continues without it",
                            correlationId());
            stuck = true;
            host.stuck(this);
            interrupted(reason);
        }
    }

    private void interrupted(AbortReason reason) {
        end(TaskEnd.interrupted(reason.message()), new TaskAbortedException(reason));
    }

    /** The combiner has the task's result. */
    void delivered() {
        step(() -> {
            try {
                task.handler().statusAfterDelivery().ifPresent(text -> status(text, LogLevel.AUDIT));
            } finally {
                end(TaskEnd.completed(), null);
                env.continuations().execute(() -> value.complete(null));
            }
        });
    }

    /** The lane has no place for the task. The log needs no stack: there may be many such tasks. */
    void refuse() {
        EdgeException busy = new EdgeException(
                ErrorCode.RESOURCE_EXHAUSTED, "busy: too many tasks of this kind wait or run; start it again later");
        step(() -> end(TaskEnd.failed("busy"), null, busy));
    }

    /** The task ended without a result, or the combiner did not take its result. */
    void fail(String reason, @Nullable Throwable failure) {
        step(() -> end(TaskEnd.failed(reason), failure));
    }

    private void end(TaskEnd end, @Nullable Throwable failure) {
        end(end, failure, failure);
    }

    /**
     * Ends the task.
     *
     * @param logged what the log shows
     * @param thrown what whoever waits for the task's value gets, if the task was not completed
     */
    private void end(TaskEnd end, @Nullable Throwable logged, @Nullable Throwable thrown) {
        if (phase == Phase.DONE) {
            return;
        }
        phase = Phase.DONE;
        host.ended(this, end.status() == TaskStatus.FAILED ? end.causedBy(logged) : end);
        lane().leave(this);
        if (end.status() != TaskStatus.COMPLETED) {
            Throwable why = thrown == null ? new EdgeException(ErrorCode.UNKNOWN, end.reason()) : thrown;
            env.continuations().execute(() -> value.completeExceptionally(why));
        }
    }

    private void status(String text, LogLevel level) {
        resources.statusLines().write(task.handler(), text, level);
    }
}
