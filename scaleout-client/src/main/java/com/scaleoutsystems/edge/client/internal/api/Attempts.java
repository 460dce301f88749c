package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of the API that are made again when that may help: after {@link TryLaterException}, and after nothing else. */
final class Attempts {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.API);

    /** The longest wait that a server may ask for. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Env env;
    private final Strand strand;
    private final RetryPolicy policy;
    private volatile boolean closed;

    Attempts(Env env, Strand strand, RetryPolicy policy) {
        this.env = env;
        this.strand = strand;
        this.policy = policy;
    }

    /** Fails with what the last attempt failed with, its number of attempts counted. */
    <T> CompletionStage<T> run(String what, Supplier<CompletionStage<T>> attempt) {
        CompletableFuture<T> result = new CompletableFuture<>();
        next(what, attempt, new Backoff(policy, env.random()), result);
        return result;
    }

    /** Makes no more attempts. */
    void close() {
        closed = true;
    }

    private <T> void next(
            String what, Supplier<CompletionStage<T>> attempt, Backoff backoff, CompletableFuture<T> result) {
        if (closed) {
            result.completeExceptionally(new EdgeException(ErrorCode.CANCELLED, "the client was closed meanwhile"));
            return;
        }
        strand.when(attempt.get(), (value, error) -> {
            if (error == null && value != null) {
                result.complete(value);
            } else if (error instanceof TryLaterException later) {
                again(what, attempt, backoff, result, later);
            } else {
                result.completeExceptionally(error == null ? new IllegalStateException("no answer") : error);
            }
        });
    }

    private <T> void again(
            String what,
            Supplier<CompletionStage<T>> attempt,
            Backoff backoff,
            CompletableFuture<T> result,
            TryLaterException failure) {
        Duration wait = TryLaterException.wait(backoff.next(), failure, LONGEST);
        if (backoff.failures() >= policy.maxAttempts()) {
            result.completeExceptionally(counted(failure, backoff.failures()));
            return;
        }
        LOG.info("{} did not work: {}; next attempt in {} ms", what, failure.getMessage(), wait.toMillis());
        strand.after(wait, () -> next(what, attempt, backoff, result));
    }

    private static EdgeException counted(EdgeException failure, int attempts) {
        return new EdgeException(
                failure.code(), failure.getMessage() + " (" + attempts + " attempts)", failure, true, attempts);
    }

    /** What a stage of stages failed with. */
    static @Nullable Throwable cause(@Nullable Throwable error) {
        return error instanceof java.util.concurrent.CompletionException && error.getCause() != null
                ? error.getCause()
                : error;
    }
}
