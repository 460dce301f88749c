package com.scaleoutsystems.edge.client.record;

import java.util.Objects;

/**
 * Where results of an inference belong.
 *
 * @param inferenceId the inference: the correlation id of its task
 * @param modelId the model that infers
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
