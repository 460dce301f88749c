package com.scaleoutsystems.edge.sandbox.internal.session;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ParameterAverage;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.internal.model.HeldModels;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import java.util.Map;

/** Federated averaging of one round: model updates weighted by the number of examples they were trained on. */
final class ModelAverage {
    private final HeldModels models;
    private final ParameterAverage average = new ParameterAverage();

    ModelAverage(HeldModels models) {
        this.models = models;
    }

    /** Adds an update, or throws if it can't be used and leaves the average as it was. */
    void add(Recorded.ModelUpdate update) {
        double examples = examples(update);
        try (ScaleoutModel model = models.open(update.modelUpdateId())) {
            average.add(model.modelParameters(), examples);
        }
    }

    /** Stores the average in the form of the model that the round started from: a container, or raw. */
    void store(String id, String startedFrom) {
        ModelParameters parameters = average.result();
        try (ScaleoutModel before = models.open(startedFrom)) {
            if (before.isRaw()) {
                models.addRawAverage(id, parameters);
                return;
            }
            // An inference model made for the weights before would be wrong for these.
            try (ScaleoutModel after = before.toBuilder()
                    .modelId(id)
                    .trainingModel(parameters)
                    .removeInferenceModel()
                    .build()) {
                models.addAverage(after);
            }
        }
    }

    private static double examples(Recorded.ModelUpdate update) {
        Object metadata = update.meta().get("training_metadata");
        Object examples = metadata instanceof Map<?, ?> fields ? fields.get("num_examples") : null;
        if (examples instanceof Number number && number.doubleValue() > 0 && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new EdgeException(
                ErrorCode.INVALID_ARGUMENT,
                "training_metadata.num_examples must be a number above 0, it is " + examples);
    }
}
