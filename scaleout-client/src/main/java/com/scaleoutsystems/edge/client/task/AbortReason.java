package com.scaleoutsystems.edge.client.task;

/** Why a task is asked to stop. */
public enum AbortReason {
    /** The server interrupted the task. */
    SERVER_REQUEST("Aborted by server"),
    /** The task took longer than the server allows. */
    SERVER_TIMEOUT("Timed out by server"),
    /** The client is closing. */
    CLIENT_CLOSING("Aborted by client"),
    /** The host asked for it. */
    HOST_REQUEST("Aborted by client"),
    /** The task took longer than {@link TaskSettings#timeLimits()} allows. */
    TIME_LIMIT("Time limit of the client exceeded");

    private final String message;

    AbortReason(String message) {
        this.message = message;
    }

    /**
     * The text that the server is told; the same as the reference client's since 1.1.0.
     *
     * @return the text
     */
    public String message() {
        return message;
    }
}
