package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.Stages;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A serial executor that owns the state of one client identity: its steps run one at a time, in order, and never block. A step
 * that throws is logged and harms no other.
 */
public interface Strand extends Executor {

    /** Runs the step after all steps given before. */
    @Override
    void execute(Runnable step);

    /**
     * Runs the step on this strand after a delay.
     *
     * @return cancels the step unless it has begun
     */
    Cancellable after(Duration delay, Runnable step);

    /**
     * Hands the result of work done elsewhere to a step of this strand. Exactly one of value and error is given, except that a
     * stage without a value gives null for both.
     */
    default <T extends @Nullable Object> void when(
            CompletionStage<T> stage, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
        // The stage's own completion must not depend on the strand's, so the returned stage is of no interest.
        var unused = stage.whenComplete(
                (value, error) -> execute(() -> step.accept(value, error == null ? null : Stages.cause(error))));
    }

    /**
     * The same for a step that someone waits for.
     *
     * @param answer what they wait for; fails with what the step throws
     */
    default <T extends @Nullable Object> void when(
            CompletionStage<T> stage,
            CompletableFuture<?> answer,
            BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
        when(stage, step, answer::completeExceptionally);
    }

    /**
     * Does the same for a step that something waits for.
     *
     * @param broken receives on this strand what the step threw, so that nothing waits for ever; must not throw
     */
    default <T extends @Nullable Object> void when(
            CompletionStage<T> stage,
            BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step,
            Consumer<? super Throwable> broken) {
        when(stage, (value, error) -> {
            try {
                step.accept(value, error);
            } catch (Throwable fault) {
                broken.accept(fault);
            }
        });
    }
}
