package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.internal.NamedValues;
import com.scaleoutsystems.edge.internal.OwnValues;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a training callback returns.
 *
 * <p>The metadata travels in the model update under the keys the server expects: {@code training_metadata} is an object that
 * must hold {@code num_examples}, a number above zero, by which the server weighs the update.
 * Immutable: {@link #withTrainingMetadata} returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TrainResult {

    private static final String TRAINING_METADATA = "training_metadata";
    private static final String NUM_EXAMPLES = "num_examples";

    private final ScaleoutModel model;
    private final Map<String, Object> metadata;

    private TrainResult(ScaleoutModel model, Map<String, ?> metadata) {
        this.model = Objects.requireNonNull(model, "model");
        this.metadata = OwnValues.copyOf(Objects.requireNonNull(metadata, "metadata"));
    }

    /**
     * A result with the number of examples and nothing else.
     *
     * @param model the trained model. The SDK closes this handle; a callback that keeps the model returns {@link ScaleoutModel#share()}
     * @param numExamples how many examples it was trained on; must be above zero, or the task ends as FAILED
     * @return the result
     */
    public static TrainResult of(ScaleoutModel model, long numExamples) {
        Map<String, Object> trainingMetadata = new LinkedHashMap<>();
        trainingMetadata.put(NUM_EXAMPLES, numExamples);
        return new TrainResult(model, Map.of(TRAINING_METADATA, trainingMetadata));
    }

    /**
     * A result with metadata from the program.
     *
     * @param model the trained model. The SDK closes this handle; a callback that keeps the model returns {@link ScaleoutModel#share()}
     * @param metadata the update's metadata, copied with everything in it and sent as JSON; keys keep their order
     * @return the result
     */
    public static TrainResult of(ScaleoutModel model, Map<String, ?> metadata) {
        return new TrainResult(model, metadata);
    }

    /**
     * The trained model.
     *
     * @return the model, whose handle the SDK closes
     */
    public ScaleoutModel model() {
        return model;
    }

    /**
     * The metadata of the update.
     *
     * @return what the client sends as JSON
     */
    public Map<String, Object> metadata() {
        return metadata;
    }

    /**
     * Adds an entry beside {@code num_examples}.
     *
     * @param key the entry's name
     * @param value a number, text, boolean, list or map of these; copied
     * @return the changed copy
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

    private NamedValues named() {
        return new NamedValues().with("model", model).with("metadata", metadata);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrainResult that && named().equals(that.named());
    }

    @Override
    public int hashCode() {
        return named().hashCode();
    }

    @Override
    public String toString() {
        return "TrainResult" + named();
    }
}
