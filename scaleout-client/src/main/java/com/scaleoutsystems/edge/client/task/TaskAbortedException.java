package com.scaleoutsystems.edge.client.task;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown inside a callback when its task was aborted. Let it propagate: the task then ends as INTERRUPTED.
 *
 * <p>It is not an {@link com.scaleoutsystems.edge.EdgeException}, so code that catches that exception cannot swallow an abort.
 *
 * @since 0.1.0
 */
public final class TaskAbortedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why the task was aborted; null if the callback decided to stop. */
    private final @Nullable AbortReason reason;

    /**
     * For the SDK: the task was aborted.
     *
     * @param reason why the task was aborted
     */
    public TaskAbortedException(AbortReason reason) {
        super(reason.message());
        this.reason = reason;
    }

    /**
     * For callbacks that decide to stop.
     *
     * @param message what the client reports to the server
     */
    public TaskAbortedException(String message) {
        super(message);
        this.reason = null;
    }

    /**
     * Why the task was aborted; empty if the callback decided to stop.
     *
     * @return the reason, if any
     */
    public Optional<AbortReason> reason() {
        return Optional.ofNullable(reason);
    }
}
