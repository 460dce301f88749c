package com.scaleoutsystems.edge.sandbox.session;

import com.scaleoutsystems.edge.Experimental;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended, from the client's first report of its end.
 *
 * @param correlationId the task
 * @param clientId the client that ran it
 * @param status {@code COMPLETED}, {@code FAILED} or {@code INTERRUPTED}, as the client reported
 * @param response the result as JSON text, empty if there is none
 * @param startedAt when it started, by the client's clock
 * @param completedAt when it ended, by the client's clock
 * @since 0.1.0
 */
@Experimental
public record TaskOutcome(
        String correlationId,
        String clientId,
        String status,
        String response,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {

    /**
     * Tells whether the task was completed.
     *
     * @return true if the status is {@code COMPLETED}
     */
    public boolean completed() {
        return status.equals("COMPLETED");
    }
}
