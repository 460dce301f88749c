package com.scaleoutsystems.edge.client.record;

import java.util.Objects;

/**
 * The inference that results belong to.
 *
 * @param inferenceId the inference: the correlation id of its task
 * @param modelId the model that infers
 * @since 0.1.0
 */
public record InferenceContext(String inferenceId, String modelId) {

    /**
     * Refuses absent texts.
     *
     * @param inferenceId the inference: the correlation id of its task
     * @param modelId the model that infers
     */
    public InferenceContext {
        Objects.requireNonNull(inferenceId, "inferenceId");
        Objects.requireNonNull(modelId, "modelId");
    }
}
