package com.scaleoutsystems.edge.client.task;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A task that the program started. The client reports it and its end to the server, and the server may abort it.
 *
 * @since 0.1.0
 */
public interface AutonomousTask {

    /**
     * Identifies the task.
     *
     * @return the id under which the server knows it
     */
    String correlationId();

    /**
     * What the callback returned. Fails with the callback's exception, or with {@link TaskAbortedException} after an abort.
     * Fails with an {@link com.scaleoutsystems.edge.EdgeException} of code RESOURCE_EXHAUSTED if the client has no room for the task.
     *
     * @return the result, completed on the same thread as receipts, see {@link com.scaleoutsystems.edge.client.record.Delivery}
     */
    CompletionStage<@Nullable Object> result();

    /** Aborts the task for the reason {@link AbortReason#HOST_REQUEST}. */
    void abort();
}
