package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Stages;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries something, waits after a failure and tries again, with growing waits, until it succeeds, fails for good or has used up the
 * policy's attempts. The result is the last attempt's; a failure after several attempts says how many. Lives on one strand; only {@link #start()} may come from another thread.
 *
 * @param <T> what an attempt gives
 */
public final class RetryLoop<T extends @Nullable Object> implements Cancellable {

    private final Env env;
    private final Strand strand;
    private final int maxAttempts;
    private final Backoff backoff;
    private final Supplier<? extends CompletionStage<T>> attempt;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private Predicate<? super Throwable> retryable = RetryLoop::isRetryable;
    private BiFunction<? super Duration, ? super Throwable, Duration> wait = (own, failure) -> own;
    private BiConsumer<? super Throwable, ? super Duration> beforeWait = (failure, time) -> {};
    private Predicate<? super Throwable> waitedOut = failure -> false;
    private Duration longest = Duration.ZERO;
    private long begun;

    /** How many attempts failed for a reason that is not waited out. */
    private int used;

    private @Nullable Cancellable pause;
    private boolean cancelled;

    /**
     * A loop that has not begun. It tries again after each {@link EdgeException} that may pass by itself, and after
     * exceptions that nobody knows.
     *
     * @param policy how often to try, and how long to wait
     * @param attempt begins one attempt
     */
    public RetryLoop(Env env, Strand strand, RetryPolicy policy, Supplier<? extends CompletionStage<T>> attempt) {
        this.env = env;
        this.strand = strand;
        this.begun = env.nanos();
        this.maxAttempts = policy.maxAttempts();
        this.backoff = new Backoff(policy, env.random());
        this.attempt = attempt;
    }

    /** Tries again after these failures, and after no others. What an attempt throws is such a failure. */
    public RetryLoop<T> retryAfter(Predicate<? super Throwable> failures) {
        retryable = failures;
        return this;
    }

    /**
     * Waits these failures out: for this long since the start they use up no attempts. Later ones end the loop, unless there were
     * fewer failures of all kinds than the policy has attempts.
     */
    public RetryLoop<T> waitOut(Predicate<? super Throwable> failures, Duration time) {
        waitedOut = failures;
        longest = time;
        return this;
    }

    /** Waits for another time than the policy says, given the policy's wait and the failure. */
    public RetryLoop<T> waitFor(BiFunction<? super Duration, ? super Throwable, Duration> times) {
        wait = times;
        return this;
    }

    /** Does this before each wait, given the failure and the wait. */
    public RetryLoop<T> beforeWait(BiConsumer<? super Throwable, ? super Duration> action) {
        beforeWait = action;
        return this;
    }

    /** Makes the first attempt now. Call it once. */
    public CompletionStage<T> start() {
        begun = env.nanos();
        next();
        return result;
    }

    /** Stops the loop: fails as CANCELLED if it waits; an attempt in progress becomes the last one. */
    @Override
    public void cancel() {
        cancelled = true;
        if (pause != null) {
            pause.cancel();
            pause = null;
            endCancelled();
        }
    }

    private void endCancelled() {
        result.completeExceptionally(new EdgeException(ErrorCode.CANCELLED, "cancelled before the next attempt"));
    }

    /** How many attempts have failed. */
    public int failures() {
        return backoff.failures();
    }

    private void next() {
        pause = null;
        if (cancelled) {
            // The timer had handed its step to the strand before the loop was cancelled.
            endCancelled();
            return;
        }
        strand.when(Stages.begun(attempt), (value, error) -> {
            if (error == null) {
                result.complete(value);
            } else {
                failed(error);
            }
        });
    }

    private void failed(Throwable error) {
        Duration own = backoff.next();
        try {
            if (cancelled || !retryable.test(error) || isUsedUp(error)) {
                result.completeExceptionally(counted(error));
                return;
            }
            Duration time = wait.apply(own, error);
            beforeWait.accept(error, time);
            pause = strand.after(time, this::next);
        } catch (Throwable failure) {
            failure.addSuppressed(error);
            result.completeExceptionally(failure);
        }
    }

    private boolean isUsedUp(Throwable error) {
        if (waitedOut.test(error)) {
            return backoff.failures() >= maxAttempts && env.nanos() - begun >= longest.toNanos();
        }
        return ++used >= maxAttempts;
    }

    private Throwable counted(Throwable error) {
        int attempts = backoff.failures();
        if (attempts == 1 || !(error instanceof EdgeException last)) {
            return error;
        }
        String message = last.getMessage() + " (" + attempts + " attempts)";
        return new EdgeException(last.code(), message, last, last.retryable(), attempts);
    }

    /** What nobody knows may pass, too: the number of attempts bounds it. An error of the machine, such as a missing class, does not. */
    private static boolean isRetryable(Throwable error) {
        return error instanceof EdgeException known ? known.retryable() : error instanceof RuntimeException;
    }
}
