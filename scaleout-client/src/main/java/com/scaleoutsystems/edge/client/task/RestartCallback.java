package com.scaleoutsystems.edge.client.task;

/**
 * The program's consent to restarts that the server requests.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RestartCallback {

    /**
     * The server asks the program to restart. The SDK calls it on a thread of its own.
     *
     * @param abortOngoingTasks whether the server wants running tasks to be aborted first; the SDK aborts them after this call
     * @param force whether the server wants the restart even if tasks are running
     * @return what restarts the program. The SDK runs it on a thread of its own after it has reported COMPLETED. If running tasks
     *     were aborted, the client accepts no tasks from then on, so this code must close the client.
     *     If it is null, the task fails
     * @throws Exception to refuse; the client reports FAILED with its class and message
     */
    Runnable onRestartRequested(boolean abortOngoingTasks, boolean force) throws Exception;
}
