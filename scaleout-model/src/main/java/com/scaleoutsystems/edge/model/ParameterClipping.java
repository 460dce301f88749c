package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits how far an update may reach, as secure and private aggregation need it.
 *
 * <p>Norms are Euclidean over the elements of all floating-point tensors together, computed in double precision; whole numbers and
 * booleans, such as step counters, do not count and never change.
 *
 * @since 0.1.0
 */
public final class ParameterClipping {
    /** Elements that are handled at a time. */
    private static final int BLOCK = 1 << 14;

    private ParameterClipping() {}

    /**
     * The norm of parameters.
     *
     * @param parameters the tensors
     * @return the norm; NaN or infinite if an element is
     */
    public static double norm(ModelParameters parameters) {
        return Math.sqrt(sumOfSquares(parameters, null));
    }

    /**
     * The norm of a difference.
     *
     * @param parameters the tensors
     * @param base as many tensors of the same types and shapes
     * @return the norm; NaN or infinite if an element of the difference is
     * @throws ModelException if types or shapes differ
     */
    public static double distance(ModelParameters parameters, ModelParameters base) {
        ParameterMath.requireAlike(base, parameters);
        return Math.sqrt(sumOfSquares(parameters, base));
    }

    /**
     * Scales parameters down to a norm.
     *
     * @param parameters the tensors
     * @param maxNorm the largest norm; finite and more than 0
     * @return the same parameters if their norm is not larger, otherwise new ones with exactly that norm
     * @throws IllegalArgumentException if the largest norm is not such a number
     * @throws ModelException if an element is not finite
     */
    public static ModelParameters clip(ModelParameters parameters, double maxNorm) {
        return scaled(parameters, null, factor(norm(parameters), maxNorm));
    }

    /**
     * Shortens an update. The result is on the line from the base to the parameters, at most at the given distance from the base.
     *
     * @param parameters the tensors after training
     * @param base the tensors before training: as many, of the same types and shapes
     * @param maxNorm the largest distance; finite and more than 0
     * @return the same parameters if they are near enough, otherwise new ones at exactly that distance
     * @throws IllegalArgumentException if the largest distance is not such a number
     * @throws ModelException if types or shapes differ, or an element is not finite
     */
    public static ModelParameters clipUpdate(ModelParameters parameters, ModelParameters base, double maxNorm) {
        return scaled(parameters, base, factor(distance(parameters, base), maxNorm));
    }

    private static double factor(double norm, double maxNorm) {
        if (!(maxNorm > 0) || Double.isInfinite(maxNorm)) {
            throw new IllegalArgumentException("The largest norm must be a finite number above 0, but is " + maxNorm);
        }
        if (!Double.isFinite(norm)) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bad_tensor",
                    "The parameters can't be clipped: their norm is " + norm + ", so training has diverged");
        }
        return norm > maxNorm ? maxNorm / norm : 1;
    }

    private static double sumOfSquares(ModelParameters parameters, @Nullable ModelParameters base) {
        double sum = 0;
        double[] values = new double[BLOCK];
        double[] baseValues = new double[BLOCK];
        for (int i = 0; i < parameters.size(); i++) {
            Tensor tensor = parameters.get(i);
            for (long from = 0; tensor.dataType().isFloatingPoint() && from < tensor.elementCount(); from += BLOCK) {
                int count = read(tensor, from, values);
                if (base != null) {
                    read(base.get(i), from, baseValues);
                }
                for (int j = 0; j < count; j++) {
                    double value = values[j] - baseValues[j];
                    sum += value * value;
                }
            }
        }
        return sum;
    }

    private static ModelParameters scaled(ModelParameters parameters, @Nullable ModelParameters base, double factor) {
        if (factor == 1) {
            return parameters;
        }
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor tensor = parameters.get(i);
            tensors.add(
                    tensor.dataType().isFloatingPoint()
                            ? scaled(tensor, base == null ? null : base.get(i), factor)
                            : tensor);
        }
        ModelParameters result = ModelParameters.of(tensors);
        return parameters.isNamed() ? result.withNames(parameters.names()) : result;
    }

    private static Tensor scaled(Tensor tensor, @Nullable Tensor base, double factor) {
        double[] values = new double[BLOCK];
        double[] baseValues = new double[BLOCK];
        return tensor.withElements(BLOCK, block -> {
            int count = read(tensor, (long) block * BLOCK, values);
            if (base != null) {
                read(base, (long) block * BLOCK, baseValues);
            }
            for (int i = 0; i < count; i++) {
                values[i] = baseValues[i] + factor * (values[i] - baseValues[i]);
            }
            return values;
        });
    }

    private static int read(Tensor tensor, long from, double[] values) {
        int count = (int) Math.min(BLOCK, tensor.elementCount() - from);
        TensorConversion.toDoubles(tensor.dataType(), tensor.toBuffer(from, count), count, values, 0);
        return count;
    }
}
