package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a training callback gives back.
 *
 * <p>The metadata travels in the model update under the keys the server expects: {@code training_metadata} is an object that
 * must hold {@code num_examples}, a number above zero, by which the server weighs the update.
 *
 * @param model the trained model. The SDK closes this handle; a callback that keeps the model returns {@link ScaleoutModel#share()}
 * @param metadata the update's metadata, sent as JSON; keys keep their order
 */
public record TrainResult(ScaleoutModel model, Map<String, Object> metadata) {

    private static final String TRAINING_METADATA = "training_metadata";
    private static final String NUM_EXAMPLES = "num_examples";

    /**
     * Copies the metadata, so that later changes to the map are not seen.
     *
     * @param model the trained model, whose handle the SDK closes
     * @param metadata the update's metadata, sent as JSON; keys keep their order
     */
    public TrainResult {
        Objects.requireNonNull(model, "model");
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * A result with the number of examples and nothing else.
     *
     * @param model the trained model
     * @param numExamples how many examples it was trained on; must be above zero, or the task ends as FAILED
     * @return the result
     */
    public static TrainResult of(ScaleoutModel model, long numExamples) {
        Map<String, Object> trainingMetadata = new LinkedHashMap<>();
        trainingMetadata.put(NUM_EXAMPLES, numExamples);
        return new TrainResult(model, Map.of(TRAINING_METADATA, trainingMetadata));
    }

    /**
     * The same result with one more entry beside {@code num_examples}.
     *
     * @param key the entry's name
     * @param value a number, text, boolean, list or map of these
     * @return the extended copy
     */
    public TrainResult withTrainingMetadata(String key, Object value) {
        Map<String, Object> trainingMetadata = new LinkedHashMap<>();
        if (metadata.get(TRAINING_METADATA) instanceof Map<?, ?> present) {
            present.forEach((name, entry) -> trainingMetadata.put(String.valueOf(name), entry));
        }
        trainingMetadata.put(key, value);
        Map<String, Object> changed = new LinkedHashMap<>(metadata);
        changed.put(TRAINING_METADATA, trainingMetadata);
        return new TrainResult(model, changed);
    }
}
