package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.ListenerCalls;
import com.scaleoutsystems.edge.client.internal.core.ProgressMeter;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Uploads models and tells the host how far each upload is. */
public final class ModelUploads {

    private final Env env;
    private final ListenerCalls listeners;
    private final NetworkGate gate;

    /**
     * Tells these listeners.
     *
     * @param gate says when there may be uploads
     */
    public ModelUploads(Env env, ListenerCalls listeners, NetworkGate gate) {
        this.env = env;
        this.listeners = listeners;
        this.gate = gate;
    }

    /**
     * Makes one attempt to upload a model, when the gate is open. If the gate closes meanwhile, the upload begins again when it opens.
     *
     * @param model stays the caller's, who keeps it open until the upload has ended
     * @return how long the upload took
     */
    public Transfer<Duration> upload(CombinerTransport combiner, ScaleoutModel model) {
        return gate.transfer(() -> attempt(combiner, model));
    }

    private Transfer<Duration> attempt(CombinerTransport combiner, ScaleoutModel model) {
        long bytes = model.size();
        ProgressMeter meter =
                new ProgressMeter(listeners, env, TransferDirection.UPLOAD, model.modelId(), OptionalLong.of(bytes));
        Transfer<@Nullable Void> upload = combiner.upload(model, meter);
        return new Transfer<>(
                upload.result().thenApply(done -> {
                    meter.done(bytes);
                    return meter.elapsed();
                }),
                upload.cancellation());
    }
}
