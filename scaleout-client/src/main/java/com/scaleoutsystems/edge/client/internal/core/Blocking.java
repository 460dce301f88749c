package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.internal.CallerStack;
import com.scaleoutsystems.edge.internal.Libraries;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Blocks the calling thread until a stage is done.
 *
 * <p>A failure reaches the caller as the object that the stage failed with, so that its type and all that it carries stay. Its stack
 * is the one of the thread on which it happened. The stack of each caller is added as a suppressed {@link CallerStack}.
 */
public final class Blocking {

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
            throw failureOf(e);
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
            throw failureOf(e);
        }
    }

    /**
     * Does something that waits for the disk. Files close themselves if their thread is interrupted, and what fails then is not the disk.
     *
     * @param interrupted the message of the exception in this case
     * @throws EdgeException the failure of the work; CANCELLED on interrupt, the thread's interrupt flag is then set
     */
    public static <T> T onDisk(Supplier<T> work, String interrupted) {
        try {
            return work.get();
        } catch (EdgeException failure) {
            if (failure.code() == ErrorCode.IO && Thread.currentThread().isInterrupted()) {
                throw new EdgeException(ErrorCode.CANCELLED, interrupted, failure);
            }
            throw failure;
        }
    }

    private static EdgeException failureOf(Exception wrapper) {
        EdgeException failure = failure(wrapper.getCause() == null ? wrapper : wrapper.getCause());
        if (failure == wrapper.getCause()) {
            CallerStack.addTo(failure);
        }
        return failure;
    }

    /** The exception that tells a caller of a failure: the failure itself, or what says that the SDK is at fault. */
    public static EdgeException failure(Throwable failure) {
        if (failure instanceof EdgeException known) {
            return known;
        }
        if (Memory.ranOut(failure)) {
            return new EdgeException(
                    ErrorCode.RESOURCE_EXHAUSTED, Failures.describe(failure) + "; " + Memory.cure(failure), failure);
        }
        if (Libraries.doNotFit(failure)) {
            return new EdgeException(ErrorCode.FAILED_PRECONDITION, Libraries.misfit(failure), failure);
        }
        return new EdgeException(ErrorCode.INTERNAL, "a fault of the SDK: " + Failures.describe(failure), failure);
    }
}
