package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.client.RetryPolicy;
import com.scaleoutsystems.edge.client.TransferDirection;
import com.scaleoutsystems.edge.client.internal.core.Backoff;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.Events;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.core.ProgressMeter;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import com.scaleoutsystems.edge.client.internal.transport.CombinerTransport;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches models for tasks, a limited number of times each. */
final class ModelFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.TRANSPORT);

    private final CombinerTransport transport;
    private final Env env;
    private final Strand strand;
    private final RetryPolicy retry;
    private final Events events;

    ModelFetcher(CombinerTransport transport, Env env, Strand strand, RetryPolicy retry, Events events) {
        this.transport = transport;
        this.env = env;
        this.strand = strand;
        this.retry = retry;
        this.events = events;
    }

    /** The model; whoever takes it closes it. */
    CompletionStage<ScaleoutModel> fetch(String modelId) {
        CompletableFuture<ScaleoutModel> result = new CompletableFuture<>();
        attempt(modelId, new Backoff(retry, env.random()), result);
        return result;
    }

    private void attempt(String modelId, Backoff backoff, CompletableFuture<ScaleoutModel> result) {
        ProgressMeter meter = new ProgressMeter(events, env, TransferDirection.DOWNLOAD, modelId, OptionalLong.empty());
        strand.when(transport.download(modelId, meter), (model, error) -> {
            if (model != null) {
                meter.done(model.size());
                result.complete(model);
                return;
            }
            Duration wait = backoff.next();
            boolean again = error instanceof EdgeException known && known.retryable();
            if (!again || backoff.failures() >= retry.maxAttempts()) {
                result.completeExceptionally(error == null ? new IllegalStateException("no model, no error") : error);
            } else {
                LOG.debug("model {} did not arrive; next attempt in {} ms", modelId, wait.toMillis(), error);
                strand.after(wait, () -> attempt(modelId, backoff, result));
            }
        });
    }
}
