package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.SaidOnce;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.state.IdentityRows;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How tasks ended: written down first, then told with every poll until one has succeeded. Lives on the client's strand.
 */
final class TaskEnds {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TASK);

    /** Longer reasons are cut: an exception of the host's may say anything. */
    private static final int LONGEST_REASON = 10_000;

    private final SaidOnce unwritable = new SaidOnce();
    private final IdentityRows rows;
    private final Strand strand;
    private final Executor listeners;
    private final TaskLedger ledger;
    private final AutonomousTasks autonomous;
    private final Map<String, TaskReport> untold = new LinkedHashMap<>();
    private final Map<String, Runnable> afterTold = new HashMap<>();

    /** Ends that are being written down: not active any more, and not yet to be told. */
    private int underWay;

    TaskEnds(IdentityRows rows, Strand strand, Executor listeners, TaskLedger ledger, AutonomousTasks autonomous) {
        this.rows = rows;
        this.strand = strand;
        this.listeners = listeners;
        this.ledger = ledger;
        this.autonomous = autonomous;
    }

    /**
     * Writes down how a task ended.
     *
     * @param then what to do when it is written down and may be told
     */
    void write(LedgerEntry done, Runnable then) {
        Batch batch = new Batch();
        ledger.put(batch, done);
        underWay++;
        strand.when(rows.commit(batch), (ok, error) -> {
            if (error == null) {
                unwritable.works();
            } else {
                unwritable.fails(
                        LOG,
                        "the end of task {} could not be stored; the client reports it nevertheless: {}",
                        done.correlationId(),
                        Failures.describe(error));
            }
            underWay--;
            tell(done);
            then.run();
        });
    }

    /** The task of this entry is done and the combiner does not know, or asks again. */
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

    /** Runs the action on the listener executor once the combiner knows the end of the task. */
    void afterTold(String correlationId, Runnable action) {
        afterTold.put(correlationId, action);
    }

    /** The combiner has these reports; one that was replaced meanwhile is told again. */
    void told(List<TaskReport> reports) {
        for (TaskReport report : reports) {
            if (report.done() && untold.remove(report.correlationId(), report)) {
                autonomous.forget(report.correlationId());
                noteTold(report.correlationId());
                Runnable action = afterTold.remove(report.correlationId());
                if (action != null) {
                    listeners.execute(() -> run(action));
                }
            }
        }
    }

    /** After a restart it need not be told again; nobody waits for this. */
    private void noteTold(String correlationId) {
        ledger.find(correlationId)
                .filter(entry -> entry.step() == LedgerEntry.Step.DONE)
                .ifPresent(entry -> {
                    Batch batch = new Batch();
                    ledger.put(batch, entry.told());
                    strand.when(rows.commit(batch), (ok, error) -> {
                        if (error != null) {
                            LOG.debug(
                                    "the client could not store that the combiner knows the end of task {}",
                                    correlationId,
                                    error);
                        }
                    });
                });
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error failure) {
            LOG.warn("the action that follows the end of a task failed", Failures.printable(failure));
        }
    }

    List<TaskReport> untold() {
        return new ArrayList<>(untold.values());
    }

    /** Whether all ends are written down and told. */
    boolean allTold() {
        return underWay == 0 && untold.isEmpty();
    }

    /** The JSON text that goes with an end; the keys are the reference client's. */
    static String response(TaskStatus status, String reason) {
        String told = reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
        return switch (status) {
            case COMPLETED -> "";
            case FAILED -> Json.write("the response", Map.of("error", told));
            case INTERRUPTED -> Json.write("the response", Map.of("msg", told));
        };
    }
}
