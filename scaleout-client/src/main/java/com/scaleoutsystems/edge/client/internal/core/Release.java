package com.scaleoutsystems.edge.client.internal.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives back what may hold a file, such as a model: on threads that may wait for the disk, and whatever becomes of the stage it comes in. */
public final class Release {

    private Release() {}

    /** Gives back something on a thread that may wait for the disk. Never blocks and never throws: strands may call it. */
    public static void later(Env env, Runnable release) {
        try {
            env.io().execute(release);
        } catch (Throwable noThread) {
            // What nobody closes, the garbage collector closes.
            return;
        }
    }

    /**
     * Goes on with what a stage gives, on a thread that may block. A stage's own method of this kind would forget the value if there is
     * no thread.
     *
     * @param next takes the value over, also if it throws
     * @param release gives the value back if there is no thread for {@code next}
     * @return what {@code next} gives
     */
    public static <T, R> CompletionStage<R> then(
            CompletionStage<T> stage, Env env, Function<? super T, ? extends R> next, Consumer<? super T> release) {
        CompletableFuture<R> result = new CompletableFuture<>();
        var unused = stage.whenComplete((value, error) -> {
            if (error != null) {
                result.completeExceptionally(error);
                return;
            }
            try {
                env.io().execute(() -> complete(result, next, value));
            } catch (Throwable noThread) {
                release.accept(value);
                result.completeExceptionally(noThread);
            }
        });
        return result;
    }

    private static <T, R> void complete(
            CompletableFuture<R> result, Function<? super T, ? extends R> next, @Nullable T value) {
        try {
            result.complete(next.apply(value));
        } catch (Throwable failure) {
            result.completeExceptionally(failure);
        }
    }
}
