package com.scaleoutsystems.edge.client.internal.check;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What completion stages give. */
public final class Stages {

    private Stages() {}

    /** Begins work that gives a stage. If that throws, the stage fails with what was thrown: there is one way to fail, not two. */
    public static <T extends @Nullable Object> CompletionStage<T> begun(Supplier<? extends CompletionStage<T>> work) {
        try {
            return work.get();
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** The failure itself: a stage that depends on a failed one wraps its failure. Never throws. */
    public static Throwable cause(Throwable failure) {
        if (!(failure instanceof CompletionException)) {
            return failure;
        }
        try {
            Throwable cause = failure.getCause();
            return cause == null ? failure : cause;
        } catch (Throwable unreadable) {
            // The host may have thrown a class of its own.
            return failure;
        }
    }
}
