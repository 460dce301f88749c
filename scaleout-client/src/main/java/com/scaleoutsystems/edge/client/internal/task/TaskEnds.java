package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** How tasks ended: goes into the ledger first, then into every poll until one has succeeded. Lives on the client's strand. */
final class TaskEnds {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    /** How long the client waits before it tries again to note an end. */
    private static final Duration REST = Duration.ofSeconds(1);

    private static final int ENDS_IN_ONE_STEP = 64;

    private final SaidOnce unnoted;
    private final SaidOnce unwritable;
    private final FewLines lines;
    private final Env env;
    private final Strand strand;
    private final ListenerCalls listeners;
    private final TaskLedger ledger;
    private final TaskTraces traces;
    private final AutonomousTasks autonomous;
    private final Runnable wake;
    private final Map<String, TaskReport> untold = new LinkedHashMap<>();
    private final Map<String, Runnable> afterReport = new HashMap<>();
    private final Set<String> notNoted = new LinkedHashSet<>();

    /** The tasks whose answers are being read because the combiner asks again. */
    private final Set<String> askedAgain = new HashSet<>();

    /** How many ends are being written: no longer active, and not yet to be reported. */
    private int underWay;

    private boolean stopped;

    /**
     * No ends yet.
     *
     * @param wake says that there is something to report
     */
    TaskEnds(TaskDependencies client, TaskLedger ledger, TaskTraces traces, AutonomousTasks autonomous, Runnable wake) {
        this.env = client.env();
        this.unnoted = new SaidOnce(env::nanos);
        this.unwritable = new SaidOnce(env::nanos);
        this.lines = new FewLines(env, LOG);
        this.strand = client.strand();
        this.listeners = client.listeners();
        this.ledger = ledger;
        this.traces = traces;
        this.autonomous = autonomous;
        this.wake = wake;
    }

    /**
     * Writes down how a task ended, then reports it to the combiner and to the host. Never throws: an end that cannot be noted now is
     * noted later, unless the client is closed meanwhile, because a task whose end is lost would never end for the combiner.
     *
     * @param startedAt when the task got its place in its lane, or null if it did not or if the ledger knows
     * @param summary the same end for the host, with the times that the task took
     */
    void ended(TaskRequest request, TaskEnd end, @Nullable Instant startedAt, TaskSummary summary) {
        try {
            note(request, end, startedAt, summary);
            notNoted.remove(request.correlationId());
            if (notNoted.isEmpty()) {
                unnoted.works(LOG, "noting the ends of tasks");
            }
        } catch (Throwable fault) {
            notNoted.add(request.correlationId());
            unnoted.fails(
                    LOG,
                    fault,
                    "the end of task {} could not be noted; the client tries again",
                    request.correlationId());
            strand.after(REST, () -> {
                if (!stopped) {
                    ended(request, end, startedAt, summary);
                }
            });
        }
    }

    /** Tries no more to note what could not be noted; the next process ends these tasks. */
    void stop() {
        stopped = true;
    }

    private void note(TaskRequest request, TaskEnd end, @Nullable Instant startedAt, TaskSummary summary) {
        Instant now = env.wall();
        LedgerEntry done = ledger.find(request.correlationId())
                .orElseGet(() -> LedgerEntry.received(request, now))
                .done(end, startedAt, now);
        end.afterReport().ifPresent(action -> afterReport.put(request.correlationId(), action));
        underWay++;
        strand.when(ledger.write(done), (ok, error) -> {
            underWay--;
            try {
                tell(done);
                wake.run();
            } finally {
                listeners.taskFinished(request, summary);
                traces.end(request, summary);
                log(request, end, summary);
            }
            if (error == null) {
                unwritable.works(LOG, "storing the ends of tasks");
            } else {
                unwritable.fails(
                        LOG,
                        error,
                        "the end of task {} could not be stored; the client reports it nevertheless",
                        done.correlationId());
            }
        });
    }

    /** One line for each end, whatever it is. */
    private void log(TaskRequest request, TaskEnd end, TaskSummary summary) {
        @Nullable
        Object[] shown = {
            request.correlationId(),
            TaskTexts.shown(request.type()),
            end.status(),
            summary.totalTime()
                    .map(time -> " after " + time.toMillis() / 1e3 + " s")
                    .orElse(""),
            end.reason().isEmpty() ? "" : ": " + end.reason(),
            end.cause()
        };
        String message = "task {} ({}) ended as {}{}{}";
        if (end.status() == TaskStatus.FAILED) {
            lines.warn(message, shown);
        } else {
            lines.info(message, shown);
        }
    }

    /** The correlation ids of tasks that have ended and whose ends could not be noted yet. */
    Set<String> notNoted() {
        return notNoted;
    }

    /** Does the same for a task that an earlier process received. */
    void endedEarlierTask(LedgerEntry entry, TaskEnd end) {
        TaskRequest request = entry.request().orElseGet(() -> TaskRequest.of(entry.correlationId(), ""));
        ended(request, end, entry.startedAt(), end.summary());
    }

    /** Reports the end of a task that the combiner does not know of, or asks for again. */
    void tell(LedgerEntry done) {
        untold.put(
                done.correlationId(),
                autonomous.announced(new TaskReport(
                        done.correlationId(),
                        done.status(),
                        true,
                        done.response(),
                        done.startedAt(),
                        done.completedAt())));
    }

    /** Does the same for an end that the combiner was told of; the answer is on the disk. */
    void tellAgain(String correlationId) {
        if (askedAgain.add(correlationId)) {
            strand.when(ledger.readTold(correlationId), (entry, error) -> {
                askedAgain.remove(correlationId);
                if (entry != null) {
                    tell(entry);
                }
            });
        }
    }

    /** The combiner has these reports. One that was replaced meanwhile is reported again. */
    void told(List<TaskReport> reports) {
        List<String> known = new ArrayList<>();
        for (TaskReport report : reports) {
            if (report.done() && untold.remove(report.correlationId(), report)) {
                known.add(report.correlationId());
                autonomous.forget(report.correlationId());
                Runnable action = afterReport.remove(report.correlationId());
                if (action != null) {
                    runApart(action);
                }
            }
        }
        noteTold(known.iterator());
    }

    /** Spares reports after a restart. Nothing waits for this, so many ends take many steps of the strand. */
    private void noteTold(Iterator<String> known) {
        List<LedgerEntry> told = new ArrayList<>();
        for (int i = 0; i < ENDS_IN_ONE_STEP && known.hasNext(); i++) {
            ledger.find(known.next())
                    .filter(entry -> entry.step() == LedgerEntry.Step.DONE)
                    .ifPresent(entry -> told.add(entry.told()));
        }
        if (!told.isEmpty()) {
            strand.when(ledger.write(told), (ok, error) -> {
                if (error != null) {
                    LOG.debug(
                            "the client could not store that the combiner knows the ends of {} tasks",
                            told.size(),
                            error);
                }
            });
        }
        if (known.hasNext()) {
            strand.execute(() -> noteTold(known));
        }
    }

    /** On a thread of its own, because the action is the host's: it may end the process, and wait for whatever it likes. */
    private void runApart(Runnable action) {
        try {
            var unused = env.callback("scaleout-restart", () -> run(action));
        } catch (Throwable noThread) {
            lines.warn("no thread for the restart that the program allowed", noThread);
        }
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            lines.warn("the action that follows the end of a task failed", failure);
        }
    }

    /** The reports that the combiner does not have. */
    List<TaskReport> untold() {
        return new ArrayList<>(untold.values());
    }

    /** Whether all ends are written down and reported. */
    boolean allTold() {
        return underWay == 0 && askedAgain.isEmpty() && notNoted.isEmpty() && untold.isEmpty();
    }
}
