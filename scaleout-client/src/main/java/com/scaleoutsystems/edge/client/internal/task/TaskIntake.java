package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The way of a task from its request to its lane. A request that the client has seen is answered from the ledger. Any other is prepared,
 * written into the ledger, and enters its lane. Lives on the client's strand.
 */
final class TaskIntake implements RestartHandler.OtherTasks {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private static final int TASKS_IN_ONE_STEP = 64;

    private final SaidOnce unwritable;
    private final FewLines lines;
    private final Env env;
    private final Strand strand;
    private final ListenerCalls listeners;
    private final KnownTasks known;
    private final Handlers handlers;
    private final Lanes lanes;
    private final TaskSettings settings;
    private final Function<PreparedTask, RunningTask> runningTasks;
    private boolean recovered;
    private boolean closed;
    private boolean warnedOfIds;

    /**
     * An intake that takes tasks.
     *
     * @param runningTasks makes a running task of a prepared one
     */
    TaskIntake(
            TaskDependencies client,
            TaskSettings settings,
            KnownTasks known,
            Handlers handlers,
            Function<PreparedTask, RunningTask> runningTasks) {
        this.env = client.env();
        this.unwritable = new SaidOnce(env::nanos);
        this.lines = new FewLines(env, LOG);
        this.strand = client.strand();
        this.listeners = client.listeners();
        this.settings = settings;
        this.known = known;
        this.handlers = handlers;
        this.lanes = new Lanes(settings);
        this.runningTasks = runningTasks;
    }

    /** Takes no more tasks. */
    void close() {
        closed = true;
    }

    /** Whether a task could run now or wait for its turn, and the client knows of the tasks of earlier processes. */
    boolean hasRoom() {
        return recovered && !closed && lanes.haveRoom();
    }

    /** Whether tasks of earlier processes are still unknown, or a lane takes no more tasks because too many callbacks are stuck in it. */
    boolean isBlocked() {
        return !recovered || lanes.areBlocked();
    }

    @Override
    public boolean anyActive() {
        return !known.active().isEmpty();
    }

    @Override
    public void abortOthers() {
        strand.execute(() -> {
            close();
            known.active().abortAllButRestarts(AbortReason.HOST_REQUEST);
        });
    }

    /**
     * Deals with the tasks of earlier processes. What ended and was not reported is reported, results that were stored are sent, and what
     * was running fails or begins again.
     *
     * @param unsent the tasks whose results wait in the outbox
     * @param takeOver takes the task of such a result
     */
    void recover(Set<String> unsent, Consumer<LedgerEntry> takeOver) {
        recovered = true;
        for (LedgerEntry entry : known.ledger().untold()) {
            try {
                recover(entry, unsent, takeOver);
            } catch (Throwable fault) {
                // The other tasks must not suffer.
                broken(entry.request().orElseGet(() -> TaskRequest.of(entry.correlationId(), "")), fault);
            }
        }
    }

    private void recover(LedgerEntry entry, Set<String> unsent, Consumer<LedgerEntry> takeOver) {
        switch (entry.step()) {
            case RECEIVED -> {
                if (settings.runsAgainAfterRestart() && entry.request().isPresent()) {
                    begin(entry.request().get());
                } else {
                    known.ends().endedEarlierTask(entry, TaskEnd.failed("client restarted"));
                }
            }
            case RESULT_STORED -> {
                if (unsent.contains(entry.correlationId())) {
                    takeOver.accept(entry);
                } else {
                    known.ends()
                            .endedEarlierTask(entry, TaskEnd.failed("the result was given up before it could be sent"));
                }
            }
            case DONE -> known.ends().tell(entry);
            case TOLD -> {}
        }
    }

    /**
     * Takes the tasks that the combiner sent. Many tasks take many steps of the strand, so that other work gets its turn between them.
     *
     * @return completes on the strand when all tasks are taken
     */
    CompletionStage<@Nullable Void> receive(List<TaskRequest> tasks) {
        List<TaskRequest> restartsLast = new ArrayList<>(tasks);
        restartsLast.sort(Comparator.comparing(task -> task.type().equals(TaskTypes.RESTART)));
        CompletableFuture<@Nullable Void> taken = new CompletableFuture<>();
        receive(restartsLast.iterator(), taken);
        return taken;
    }

    private void receive(Iterator<TaskRequest> tasks, CompletableFuture<@Nullable Void> taken) {
        for (int i = 0; i < TASKS_IN_ONE_STEP && tasks.hasNext(); i++) {
            TaskRequest task = tasks.next();
            try {
                receive(task);
            } catch (Throwable fault) {
                // The other tasks must not suffer.
                broken(task, fault);
            }
        }
        if (tasks.hasNext()) {
            strand.execute(() -> receive(tasks, taken));
        } else {
            taken.complete(null);
        }
    }

    /** A step with a task threw, before or after the task became active. */
    private void broken(TaskRequest request, Throwable fault) {
        known.active().find(request.correlationId()).ifPresentOrElse(task -> task.broken(fault), () -> {
            lines.error(
                    "the client failed to accept task {}; this is a fault of the SDK",
                    TaskTexts.shown(request.correlationId()),
                    fault);
            endWithoutRun(request, RunningTask.FAULT);
        });
    }

    private void receive(TaskRequest request) {
        String id = request.correlationId();
        if (id.isEmpty() || TaskTexts.isTooLong(id)) {
            Loggers.log(
                    LOG,
                    warnedOfIds ? Level.DEBUG : Level.WARN,
                    "the client ignores a task of type '{}' without a correlation id of 1 to {} bytes (logged once)",
                    TaskTexts.shown(request.type()),
                    TaskTexts.MOST_BYTES);
            warnedOfIds = true;
            return;
        }
        Optional<AbortReason> stop = stopWish(request.status());
        Optional<LedgerEntry> seen = known.ledger().find(id);
        if (seen.isPresent()) {
            receiveAgain(request, seen.get(), stop);
        } else if (known.ledger().isTold(id)) {
            answerAgain(request, () -> known.ends().tellAgain(id));
        } else if (stop.isPresent()) {
            // The combiner wants to stop a task that never ran here: it is answered, not run.
            endWithoutRun(request, TaskEnd.interrupted(stop.get().message()));
        } else if (closed) {
            endWithoutRun(request, TaskEnd.interrupted(AbortReason.CLIENT_CLOSING.message()));
        } else {
            begin(request);
        }
    }

    private static Optional<AbortReason> stopWish(String status) {
        return switch (status) {
            case "INTERRUPTED" -> Optional.of(AbortReason.SERVER_REQUEST);
            case "TIMEOUT" -> Optional.of(AbortReason.SERVER_TIMEOUT);
            default -> Optional.empty();
        };
    }

    private void receiveAgain(TaskRequest request, LedgerEntry entry, Optional<AbortReason> stop) {
        String id = request.correlationId();
        Optional<RunningTask> task = known.active().find(id);
        if (task.isPresent()) {
            known.autonomous().forget(id);
            stop.ifPresent(task.get()::abort);
        } else {
            answerAgain(request, () -> {
                if (entry.isDone()) {
                    known.ends().tell(entry);
                }
            });
        }
    }

    /** With the next poll, not at once: a server that repeats itself must not set the pace. */
    private void answerAgain(TaskRequest request, Runnable answer) {
        known.autonomous().forget(request.correlationId());
        if (!TaskTypes.isAutonomous(request.type())) {
            LOG.debug(
                    "the combiner delivered task {} again; the client answers from its record",
                    request.correlationId());
            answer.run();
        }
    }

    private void begin(TaskRequest request) {
        listeners.taskReceived(request);
        if (request.type().equals(TaskTypes.RESTART) && known.active().hasRestart()) {
            endWithoutRun(request, TaskEnd.failed("a restart is already under way"));
            return;
        }
        RunningTask task;
        try {
            TaskTexts.check(request);
            task = runningTasks.apply(lanes.prepare(request, handlers.of(request, this)));
        } catch (EdgeException refused) {
            endWithoutRun(request, TaskEnd.failed(Failures.describe(refused)));
            return;
        }
        enter(task);
    }

    /**
     * Begins a task that the host wants done; its reports carry its type and parameters.
     *
     * @throws EdgeException FAILED_PRECONDITION if the client takes no more tasks
     */
    RunningTask beginAutonomous(TaskRequest request, AutonomousHandler handler) {
        if (closed) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, "the client is closing and starts no task any more");
        }
        RunningTask task = runningTasks.apply(lanes.prepareAutonomous(request, handler));
        known.autonomous().started(request.correlationId(), request.type(), request.data());
        listeners.taskReceived(request);
        enter(task);
        return task;
    }

    private void enter(RunningTask task) {
        known.active().add(task);
        Optional<CompletionStage<@Nullable Void>> traced = known.beginTrace(task.request());
        task.when(Stages.begun(() -> noted(task.request())), (done, error) -> {
            if (error == null) {
                unwritable.works(LOG, "storing tasks");
            } else {
                unwritable.fails(
                        LOG,
                        error,
                        "task {} could not be stored; the client runs it nevertheless",
                        task.correlationId());
            }
            traced.ifPresentOrElse(begun -> task.when(begun, (ok, late) -> enterLane(task)), () -> enterLane(task));
        });
    }

    private static void enterLane(RunningTask task) {
        if (task.isWaiting() && !task.lane().enter(task)) {
            task.refuse();
        }
    }

    private CompletionStage<@Nullable Void> noted(TaskRequest request) {
        return known.ledger().write(LedgerEntry.received(request, env.wall()));
    }

    private void endWithoutRun(TaskRequest request, TaskEnd end) {
        known.ends().ended(request, end, null, end.summary());
    }
}
