package com.scaleoutsystems.edge.client;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Blocking;
import com.scaleoutsystems.edge.internal.Libraries;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How clients and groups are opened.
 *
 * @param hook closes what was opened at the shutdown of the JVM, within the given time
 * @param close closes it now
 */
record Opening<T>(BiConsumer<T, Duration> hook, BiFunction<T, Duration, CompletionStage<?>> close) {

    /**
     * Opens something that has a state directory.
     *
     * @param shutdownBudget how long closing at the shutdown of the JVM may take; null for no such closing
     */
    T open(Supplier<T> opener, @Nullable Duration shutdownBudget) {
        try {
            T opened = Blocking.onDisk(opener, "the thread was interrupted while it built the client");
            if (shutdownBudget != null) {
                closeOnShutdown(opened, shutdownBudget);
            }
            return opened;
        } catch (LinkageError failure) {
            throw new EdgeException(ErrorCode.FAILED_PRECONDITION, Libraries.misfit(failure), failure);
        }
    }

    private void closeOnShutdown(T opened, Duration budget) {
        try {
            hook.accept(opened, budget);
        } catch (IllegalStateException shuttingDown) {
            var unused = close.apply(opened, budget);
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION, "the JVM shuts down: no client can be built now", shuttingDown);
        }
    }
}
