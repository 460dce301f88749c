package com.scaleoutsystems.edge.client.task;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown inside a callback when its task is to stop. Let it pass: the task then ends as INTERRUPTED.
 *
 * <p>It stands outside the family of {@link com.scaleoutsystems.edge.EdgeException}, so that catching that family cannot
 * swallow an abort.
 */
public final class TaskAbortedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who asked for the stop; null when the callback stopped by its own decision. */
    private final @Nullable AbortReason reason;

    /**
     * The SDK's own: the task was asked to stop.
     *
     * @param reason who asked
     */
    public TaskAbortedException(AbortReason reason) {
        super(reason.message());
        this.reason = reason;
    }

    /**
     * For callbacks that stop by their own decision.
     *
     * @param message what the server is told
     */
    public TaskAbortedException(String message) {
        super(message);
        this.reason = null;
    }

    /**
     * Who asked for the stop; empty when the callback stopped by its own decision.
     *
     * @return the reason, if any
     */
    public Optional<AbortReason> reason() {
        return Optional.ofNullable(reason);
    }
}
