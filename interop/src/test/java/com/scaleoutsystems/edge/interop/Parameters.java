package com.scaleoutsystems.edge.interop;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.Tensor;

/** The arithmetic that the clients of these tests call training and validation. */
final class Parameters {
    private Parameters() {}

    static ModelParameters plus(ModelParameters parameters, float step) {
        return ModelParameters.of(parameters.stream()
                .map(tensor -> {
                    float[] values = tensor.toFloats();
                    for (int i = 0; i < values.length; i++) {
                        values[i] += step;
                    }
                    return Tensor.ofFloats(values, tensor.shape());
                })
                .toList());
    }

    static double mean(ModelParameters parameters) {
        double sum = 0;
        long count = 0;
        for (Tensor tensor : parameters) {
            for (double value : tensor.toDoubles()) {
                sum += value;
            }
            count += tensor.elementCount();
        }
        return sum / count;
    }
}
