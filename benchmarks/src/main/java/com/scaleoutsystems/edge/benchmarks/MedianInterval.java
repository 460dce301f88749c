package com.scaleoutsystems.edge.benchmarks;

import java.util.List;

/**
 * A median with the interval that the sign test gives: from the k-th smallest value to the k-th largest one. It assumes nothing
 * about how the values are distributed. The true median lies outside only if fewer than k of n values fall on one side of
 * it, which is as likely as fewer than k heads in n tosses of a coin.
 *
 * @param median of the values
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 * @param confidence the probability that the interval holds the true median
 */
record MedianInterval(double median, double low, double high, double confidence) {
    private static final double LEAST_CONFIDENCE = 0.95;

    /**
     * The narrowest interval with a confidence of at least 95 percent. Fewer than six values don't give that much: for them, the
     * interval is their whole range.
     */
    static MedianInterval of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int count = sorted.size();
        int k = 1;
        while (2 * (k + 1) <= count && confidence(count, k + 1) >= LEAST_CONFIDENCE) {
            k++;
        }
        return new MedianInterval(
                new Samples(values).median(), sorted.get(k - 1), sorted.get(count - k), confidence(count, k));
    }

    /** One less the probability of fewer than k heads, and that of fewer than k tails. */
    private static double confidence(int count, int k) {
        double probability = Math.pow(0.5, count);
        double fewer = 0;
        for (int heads = 0; heads < k; heads++) {
            fewer += probability;
            probability *= (count - heads) / (heads + 1.0);
        }
        return 1 - 2 * fewer;
    }
}
