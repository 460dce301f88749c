package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.task.SignatureSource;
import com.scaleoutsystems.edge.model.ModelSignature;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a model must prove before a task gets it.
 *
 * @param policy the rules
 * @param signatures finds the signatures that the rules ask for
 */
public record ModelTrust(TrustPolicy policy, SignatureSource signatures) {

    /** Whether a model needs a signature. */
    boolean wantsSignatures() {
        return !policy.signers().isEmpty();
    }

    /**
     * Verifies a model. Blocks for as long as the source of signatures does.
     *
     * @param modelId the id that the model was asked for by
     * @param checksum what the combiner sent, if it did
     * @return the same model
     * @throws EdgeException if the model is not trusted; it is closed then
     */
    ScaleoutModel verified(String modelId, ScaleoutModel model, Optional<String> checksum) {
        try {
            ModelSignature signature = wantsSignatures() ? signature(modelId) : null;
            policy.verify(model, checksum.orElse(null), signature);
            return model;
        } catch (Throwable refused) {
            model.close();
            throw refused;
        }
    }

    private @Nullable ModelSignature signature(String modelId) {
        Optional<ModelSignature> found;
        try {
            found = signatures.signature(modelId);
        } catch (Throwable thrown) {
            // The strand must not ask the host's exception for anything.
            throw new EdgeException(
                    thrown instanceof Exception ? ErrorCode.UNAVAILABLE : ErrorCode.INTERNAL,
                    "the signature of model " + modelId + " cannot be found out: " + Failures.describe(thrown),
                    Failures.loggable(thrown));
        }
        return TaskHandler.returned("source of signatures", found, "an Optional")
                .orElse(null);
    }
}
