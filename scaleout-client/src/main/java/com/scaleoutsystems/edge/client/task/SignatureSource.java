package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ModelSignature;
import java.util.Optional;

/**
 * Finds the signatures of models, because combiners do not send them.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SignatureSource {

    /**
     * Finds the signature of a model. The SDK calls it once for each download, on a thread that may block.
     *
     * @param modelId the model's id
     * @return the signature, if there is one
     * @throws Exception if the search fails; the task that needs the model then ends as FAILED
     */
    Optional<ModelSignature> signature(String modelId) throws Exception;
}
