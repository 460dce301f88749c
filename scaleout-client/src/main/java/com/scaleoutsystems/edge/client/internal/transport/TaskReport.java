package com.scaleoutsystems.edge.client.internal.transport;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the combiner is told of a task.
 *
 * @param status PENDING, RUNNING, COMPLETED, FAILED or INTERRUPTED
 * @param done whether this is the task's last report
 * @param response JSON text, or empty
 * @param startedAt when the client began with it, or null
 * @param completedAt when it ended, or null
 */
public record TaskReport(
        String correlationId,
        String status,
        boolean done,
        String response,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt) {}
