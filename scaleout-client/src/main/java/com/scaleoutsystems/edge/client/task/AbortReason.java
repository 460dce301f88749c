package com.scaleoutsystems.edge.client.task;

/**
 * Why a task is asked to stop.
 *
 * @since 0.1.0
 */
public enum AbortReason {
    /** The server interrupted the task. */
    SERVER_REQUEST("Aborted by server"),
    /** The task exceeded the time limit of the server. */
    SERVER_TIMEOUT("Timed out by server"),
    /** The client is closing. */
    CLIENT_CLOSING("Aborted by client"),
    /** The program aborted its autonomous task. */
    HOST_REQUEST("Aborted by client"),
    /** The task exceeded its limit in {@link TaskSettings#timeLimits()}. */
    TIME_LIMIT("Time limit of the client exceeded");

    private final String message;

    AbortReason(String message) {
        this.message = message;
    }

    /**
     * The text that the client reports to the server; the same as in the reference client since 1.1.0.
     *
     * @return the text
     */
    public String message() {
        return message;
    }
}
