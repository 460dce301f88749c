package com.scaleoutsystems.edge.client.internal.lifecycle;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the host asks the client to do and waits for. Each request runs on the client's strand; closing releases all who wait. */
final class HostRequests {

    private final Strand strand;
    private final StateMachine states;
    private final List<CompletableFuture<?>> waiting = new ArrayList<>();

    HostRequests(Strand strand, StateMachine states) {
        this.strand = strand;
        this.states = states;
    }

    /**
     * Answers a request on the strand.
     *
     * @return the answer; FAILED_PRECONDITION if the client is closed, and what the step throws
     */
    <T extends @Nullable Object> CompletionStage<T> answer(Supplier<T> step) {
        return begin(result -> result.complete(step.get()));
    }

    /**
     * Begins something on the strand, which completes the answer when it ends.
     *
     * @return the answer; FAILED_PRECONDITION if the client is closed, and what the step throws
     */
    <T extends @Nullable Object> CompletionStage<T> begin(Consumer<CompletableFuture<T>> step) {
        CompletableFuture<T> result = new CompletableFuture<>();
        strand.execute(() -> {
            if (states.isClosing()) {
                result.completeExceptionally(closed());
                return;
            }
            waiting.removeIf(CompletableFuture::isDone);
            waiting.add(result);
            try {
                step.accept(result);
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Releases all who wait, each with an exception of its own. */
    void releaseAll() {
        List.copyOf(waiting)
                .forEach(result -> result.completeExceptionally(
                        new EdgeException(ErrorCode.CANCELLED, "the client was closed meanwhile")));
    }

    /** Ends a request that failed. */
    static void fail(CompletableFuture<?> result, @Nullable Throwable error) {
        result.completeExceptionally(error == null ? new IllegalStateException("failed without an error") : error);
    }

    /** Ends a request that gives nothing, as what it waited for has ended. */
    static void end(CompletableFuture<@Nullable Void> result, @Nullable Throwable error) {
        if (error == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(error);
        }
    }

    /** What a request to a closed client fails with. */
    static EdgeException closed() {
        return new EdgeException(ErrorCode.FAILED_PRECONDITION, "the client is closed");
    }
}
