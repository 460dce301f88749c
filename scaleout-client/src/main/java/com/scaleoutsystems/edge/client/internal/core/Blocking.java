package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Blocks the calling thread until a stage is done.
 *
 * <p>A failure reaches the caller as the object that the stage failed with, so that its type and all that it carries stay. Its stack
 * is the one of the thread on which it happened. The stack of each caller is added as a suppressed {@link CallerStack}: several
 * callers may wait for one stage, and one failure may reach the same caller twice.
 */
public final class Blocking {

    /** A failure that the SDK remembers for a while reaches caller after caller. It must not grow with each of them. */
    private static final int MOST_CALLERS = 16;

    private Blocking() {}

    /**
     * Waits for a client until the stage is done or the calling thread is interrupted.
     *
     * @throws EdgeException as {@link #await(CompletionStage, String)}
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return await(stage, "interrupted while waiting for the client");
    }

    /**
     * Waits until the stage is done or the calling thread is interrupted.
     *
     * @param interrupted the message of the exception in the latter case
     * @throws EdgeException the failure of the stage; CANCELLED on interrupt, the thread's interrupt flag is then set
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage, String interrupted) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EdgeException(ErrorCode.CANCELLED, interrupted, e);
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /**
     * Waits until the stage is done, whether or not the calling thread is interrupted.
     *
     * @throws EdgeException the failure of the stage
     */
    public static <T extends @Nullable Object> T join(CompletableFuture<T> stage) {
        try {
            return stage.join();
        } catch (CompletionException e) {
            throw failure(e);
        }
    }

    private static EdgeException failure(Exception wrapper) {
        Throwable failure = wrapper.getCause() == null ? wrapper : wrapper.getCause();
        if (failure instanceof EdgeException known) {
            if (known.getSuppressed().length < MOST_CALLERS) {
                known.addSuppressed(new CallerStack(Thread.currentThread().getName()));
            }
            return known;
        }
        return new EdgeException(ErrorCode.INTERNAL, "a fault of the SDK: " + failure, failure);
    }

    /** Shows which call a failure of another thread has ended. It is never thrown. */
    private static final class CallerStack extends Exception {

        private static final long serialVersionUID = 1L;

        CallerStack(String thread) {
            super("the call on thread " + thread + " that waited for this");
        }
    }
}
