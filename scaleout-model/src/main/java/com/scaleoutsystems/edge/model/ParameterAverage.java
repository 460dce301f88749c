package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running weighted average of parameters, as federated averaging needs it.
 *
 * <p>Sums are in double precision and take 8 bytes of heap per element. The same parameters with the same weights in the same order give
 * the same result, bit by bit. The result has the types of the first parameters: floating-point elements are rounded to their
 * precision, whole numbers to the nearest (ties to even), and booleans follow the majority.
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class ParameterAverage {
    /** Elements per array: short enough for any heap, a multiple of what one read gives. */
    private static final int BLOCK = 1 << 16;

    private @Nullable ModelParameters first;
    private final List<double[][]> sums = new ArrayList<>();
    private double totalWeight;
    private int count;

    /** An average without parameters. */
    public ParameterAverage() {}

    /**
     * Adds parameters.
     *
     * @param parameters as many tensors of the same types and shapes as those added before
     * @param weight their weight, for example the number of training examples; finite and not negative
     * @return this
     * @throws IllegalArgumentException if the weight is not such a number
     * @throws ModelException if types or shapes differ
     */
    public ParameterAverage add(ModelParameters parameters, double weight) {
        if (!Double.isFinite(weight) || weight < 0) {
            throw new IllegalArgumentException("A weight must be a finite number of 0 or more, but is " + weight);
        }
        if (first == null) {
            first = parameters;
            parameters.forEach(tensor -> sums.add(zeros(tensor.elementCount())));
        }
        ParameterMath.requireAlike(first, parameters);
        double[] values = new double[BLOCK];
        for (int i = 0; i < parameters.size(); i++) {
            accumulate(parameters.get(i), weight, sums.get(i), values);
        }
        totalWeight += weight;
        count++;
        return this;
    }

    private static double[][] zeros(long elements) {
        double[][] blocks = new double[Math.toIntExact((elements + BLOCK - 1) / BLOCK)][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new double[(int) Math.min(BLOCK, elements - (long) i * BLOCK)];
            // The one zero that leaves every number as it is, minus zero included.
            Arrays.fill(blocks[i], -0.0);
        }
        return blocks;
    }

    private static void accumulate(Tensor tensor, double weight, double[][] sum, double[] values) {
        for (int block = 0; block < sum.length; block++) {
            double[] target = sum[block];
            ByteBuffer source = tensor.toBuffer((long) block * BLOCK, target.length);
            TensorConversion.toDoubles(tensor.dataType(), source, target.length, values, 0);
            for (int i = 0; i < target.length; i++) {
                target[i] += weight * values[i];
            }
        }
    }

    /**
     * How many parameters were added.
     *
     * @return the number
     */
    public int count() {
        return count;
    }

    /**
     * The sum of all weights.
     *
     * @return the sum
     */
    public double totalWeight() {
        return totalWeight;
    }

    /**
     * The average of everything that was added so far. You may add more afterwards.
     *
     * @return new parameters with the names of the first
     * @throws ModelException if nothing was added, or all weights were 0
     */
    public ModelParameters result() {
        if (first == null || totalWeight == 0) {
            throw new ModelException(
                    ErrorCode.FAILED_PRECONDITION,
                    Reasons.STATE,
                    "There is nothing to average: " + count + " models were added with a total weight of "
                            + totalWeight);
        }
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            double[][] sum = sums.get(i);
            double[] average = new double[BLOCK];
            tensors.add(first.get(i).withElements(BLOCK, block -> {
                for (int j = 0; j < sum[block].length; j++) {
                    average[j] = sum[block][j] / totalWeight;
                }
                return average;
            }));
        }
        ModelParameters result = ModelParameters.of(tensors);
        return first.isNamed() ? result.withNames(first.names()) : result;
    }
}
