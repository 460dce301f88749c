package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ModelSignature;
import java.util.Optional;

/** Where the signatures of models are found: combiners do not send them along. */
@FunctionalInterface
public interface SignatureSource {

    /**
     * Finds the signature of a model. Called on a thread that may block, once for each download.
     *
     * @param modelId the model's id
     * @return its signature, if there is one
     * @throws Exception if it cannot be found out; the task that needs the model then ends as FAILED
     */
    Optional<ModelSignature> signature(String modelId) throws Exception;
}
