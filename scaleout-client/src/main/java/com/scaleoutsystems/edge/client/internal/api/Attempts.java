package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.RetryLoop;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** Calls of the API that are made again when that may help: after {@link TryLaterException}, and after nothing else. */
final class Attempts {

    private static final Logger LOG = Loggers.of(Loggers.API);

    private final Env env;
    private final Strand strand;
    private final Supplier<RetryPolicy> policy;
    private volatile boolean closed;

    Attempts(Env env, Strand strand, Supplier<RetryPolicy> policy) {
        this.env = env;
        this.strand = strand;
        this.policy = policy;
    }

    /** Fails with the last attempt's failure. */
    <T> CompletionStage<T> run(String what, Supplier<CompletionStage<T>> attempt) {
        RetryLoop<T> loop = new RetryLoop<T>(env, strand, policy.get(), () -> closed ? cancelled() : attempt.get())
                .retryAfter(TryLaterException.class::isInstance)
                .waitFor((own, failure) -> TryLaterException.wait(own, failure))
                .beforeWait((failure, wait) ->
                        LOG.info("{} failed: {}; next attempt in {} ms", what, failure.getMessage(), wait.toMillis()));
        return loop.start();
    }

    /** Makes no more attempts. */
    void close() {
        closed = true;
    }

    private static <T> CompletionStage<T> cancelled() {
        return CompletableFuture.failedFuture(
                new EdgeException(ErrorCode.CANCELLED, "the client was closed meanwhile"));
    }
}
