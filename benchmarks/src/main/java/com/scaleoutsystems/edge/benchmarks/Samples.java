package com.scaleoutsystems.edge.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Samples of one figure by one side; at least one. */
public final class Samples {
    private final double[] sorted;

    public Samples(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("There are no samples");
        }
        this.sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    public int count() {
        return sorted.length;
    }

    public double min() {
        return sorted[0];
    }

    public double max() {
        return sorted[sorted.length - 1];
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest sample that at least this percentage does not exceed; the median for 50. */
    public double percentile(int percent) {
        return percent == 50 ? median() : sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
