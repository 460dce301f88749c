package com.scaleoutsystems.edge.client.task;

/** The host's consent to a restart that the server asks for. */
@FunctionalInterface
public interface RestartCallback {

    /**
     * The server asks the program to restart. Called on a thread of its own.
     *
     * @param abortOngoingTasks whether the server wants running tasks aborted first; the SDK does that after this call
     * @param force whether the server wants the restart whatever runs
     * @return what restarts the program, run on the listener thread after the server was told COMPLETED. After an abort of running
     *     tasks the client takes no more tasks, so it must end the client
     * @throws Exception to refuse; the client reports FAILED with its class and message
     */
    Runnable onRestartRequested(boolean abortOngoingTasks, boolean force) throws Exception;
}
