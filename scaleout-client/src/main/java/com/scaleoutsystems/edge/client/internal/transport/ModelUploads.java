package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.ProgressMeter;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Uploads models and tells the host how far each upload is. */
public final class ModelUploads {

    private final Env env;
    private final ListenerCalls listeners;

    /** Tells these listeners. */
    public ModelUploads(Env env, ListenerCalls listeners) {
        this.env = env;
        this.listeners = listeners;
    }

    /**
     * Makes one attempt to upload a model.
     *
     * @param model stays the caller's, who keeps it open until the upload has ended
     * @return how long the upload took
     */
    public CompletionStage<Duration> upload(CombinerTransport combiner, ScaleoutModel model) {
        long bytes = model.size();
        ProgressMeter meter =
                new ProgressMeter(listeners, env, TransferDirection.UPLOAD, model.modelId(), OptionalLong.of(bytes));
        return combiner.upload(model, meter).thenApply(done -> {
            meter.done(bytes);
            return meter.elapsed();
        });
    }
}
