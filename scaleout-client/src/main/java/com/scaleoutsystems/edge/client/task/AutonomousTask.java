package com.scaleoutsystems.edge.client.task;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A task that the client started itself. The server is told of it and of its end, and may ask it to stop. */
public interface AutonomousTask {

    /**
     * Identifies the task.
     *
     * @return the id under which the server knows it
     */
    String correlationId();

    /**
     * What the callback returned. Fails with what it threw, or with {@link TaskAbortedException} if it was asked to stop.
     *
     * @return the result, completed on the client's listener thread
     */
    CompletionStage<@Nullable Object> result();

    /** Asks the task to stop, for the reason {@link AbortReason#HOST_REQUEST}. */
    void abort();
}
