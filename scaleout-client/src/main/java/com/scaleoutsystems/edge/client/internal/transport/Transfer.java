package com.scaleoutsystems.edge.client.internal.transport;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A transfer under way.
 *
 * @param result what comes of it
 * @param cancellation breaks it off, if it is not over; the result then fails as CANCELLED
 * @param <T> what comes of it
 */
public record Transfer<T extends @Nullable Object>(CompletionStage<T> result, Runnable cancellation) {

    /** Breaks the transfer off, if it is not over; the result then fails as CANCELLED. From any thread. */
    public void cancel() {
        cancellation.run();
    }
}
