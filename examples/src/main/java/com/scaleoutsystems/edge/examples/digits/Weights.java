package com.scaleoutsystems.edge.examples.digits;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.Tensor;
import java.util.List;
import java.util.Random;

/** The numbers that a {@link Network} learns. A gradient has the same form: one number for each weight. */
final class Weights {

    static final int INPUTS = Image.PIXELS;
    static final int HIDDEN = 32;
    static final int OUTPUTS = DigitsData.DIGITS;

    /** From input i to hidden unit j: {@code w1[i * HIDDEN + j]}. */
    final float[] w1 = new float[INPUTS * HIDDEN];

    final float[] b1 = new float[HIDDEN];

    /** From hidden unit j to output k: {@code w2[j * OUTPUTS + k]}. */
    final float[] w2 = new float[HIDDEN * OUTPUTS];

    final float[] b2 = new float[OUTPUTS];

    private Weights() {}

    static Weights zeros() {
        return new Weights();
    }

    /** Where training starts: each unit's inputs are drawn so that signals keep their size from layer to layer (He). */
    static Weights random(long seed) {
        Random random = new Random(seed);
        Weights weights = new Weights();
        fill(weights.w1, random, Math.sqrt(2.0 / INPUTS));
        fill(weights.w2, random, Math.sqrt(2.0 / HIDDEN));
        return weights;
    }

    private static void fill(float[] values, Random random, double deviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    /** The weights in a model's parameters, as {@link #toParameters()} lays them out. */
    static Weights of(ModelParameters parameters) {
        Weights weights = new Weights();
        List<float[]> own = weights.tensors();
        if (parameters.size() != own.size()) {
            throw new IllegalArgumentException("The model has %d tensors; expected w1[64,32], b1[32], w2[32,10], b2[10]"
                    .formatted(parameters.size()));
        }
        for (int i = 0; i < own.size(); i++) {
            float[] values = parameters.get(i).toFloats();
            if (values.length != own.get(i).length) {
                throw new IllegalArgumentException("Tensor %d of the model has %d values; expected %d"
                        .formatted(i, values.length, own.get(i).length));
            }
            System.arraycopy(values, 0, own.get(i), 0, values.length);
        }
        return weights;
    }

    /** Four tensors: w1[64,32], b1[32], w2[32,10], b2[10]. */
    ModelParameters toParameters() {
        return ModelParameters.of(
                Tensor.ofFloats(w1, INPUTS, HIDDEN),
                Tensor.ofFloats(b1, HIDDEN),
                Tensor.ofFloats(w2, HIDDEN, OUTPUTS),
                Tensor.ofFloats(b2, OUTPUTS));
    }

    /** Multiplies every weight. */
    void scale(float factor) {
        for (float[] values : tensors()) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
        }
    }

    /** Adds the other weights, each multiplied by a factor. */
    void add(float factor, Weights other) {
        List<float[]> own = tensors();
        for (int t = 0; t < own.size(); t++) {
            float[] to = own.get(t);
            float[] from = other.tensors().get(t);
            for (int i = 0; i < to.length; i++) {
                to[i] += factor * from[i];
            }
        }
    }

    Weights copy() {
        Weights copy = new Weights();
        copy.add(1, this);
        return copy;
    }

    List<float[]> tensors() {
        return List.of(w1, b1, w2, b2);
    }
}
