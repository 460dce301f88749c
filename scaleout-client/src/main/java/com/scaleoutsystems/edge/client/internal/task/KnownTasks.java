package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the client keeps what it knows of its tasks.
 *
 * @param ledger every task that the client received, in this process or an earlier one
 * @param active the tasks that have not ended
 * @param ends how the others ended
 * @param traces the traces of the tasks that have not ended
 * @param autonomous the tasks that the client started itself and that the combiner does not know
 */
record KnownTasks(TaskLedger ledger, ActiveTasks active, TaskEnds ends, TaskTraces traces, AutonomousTasks autonomous) {

    /**
     * The tasks of earlier processes.
     *
     * @param wake says that there is something to report
     */
    static KnownTasks recovered(TaskDependencies client, Runnable wake) {
        TaskLedger ledger = client.recovered().ledger();
        AutonomousTasks autonomous = new AutonomousTasks(client.env());
        TaskTraces traces = new TaskTraces(client);
        TaskEnds ends = new TaskEnds(client, ledger, traces, autonomous, wake);
        return new KnownTasks(ledger, new ActiveTasks(), ends, traces, autonomous);
    }

    /** Begins the trace of a task; completes when the task may go on, and is empty if nothing is traced. */
    Optional<CompletionStage<@Nullable Void>> beginTrace(TaskRequest request) {
        return traces.begin(request);
    }

    /** Whether all tasks have ended and the combiner knows every end. */
    boolean areSettled() {
        return active.isEmpty() && ends.allTold();
    }
}
