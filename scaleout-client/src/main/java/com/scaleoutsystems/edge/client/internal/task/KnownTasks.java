package com.scaleoutsystems.edge.client.internal.task;

/**
 * Where the client keeps what it knows of its tasks.
 *
 * @param ledger every task that the client received, in this process or an earlier one
 * @param active the tasks that have not ended
 * @param ends how the others ended
 * @param autonomous the tasks that the client started itself and that the combiner does not know
 */
record KnownTasks(TaskLedger ledger, ActiveTasks active, TaskEnds ends, AutonomousTasks autonomous) {

    /**
     * The tasks of earlier processes.
     *
     * @param wake says that there is something to report
     */
    static KnownTasks recovered(TaskDependencies client, Runnable wake) {
        TaskLedger ledger = new TaskLedger(client.rows(), client.recovered().ledger());
        AutonomousTasks autonomous = new AutonomousTasks(client.env());
        TaskEnds ends = new TaskEnds(client.env(), client.strand(), client.listeners(), ledger, autonomous, wake);
        return new KnownTasks(ledger, new ActiveTasks(), ends, autonomous);
    }

    /** Whether all tasks have ended and the combiner knows every end. */
    boolean areSettled() {
        return active.isEmpty() && ends.allTold();
    }
}
