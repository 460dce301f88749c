package com.scaleoutsystems.edge.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one run of one side gave.
 *
 * @param samples of each figure
 * @param clientCpuSeconds processor time of the measured process while it was measured
 * @param serverCpuSeconds processor time of the server meanwhile, if there is one
 * @param peakRssMebibytes the largest resident set of the measured process, warm-up included
 * @param notes further remarks; repeated ones appear once
 */
public record Run(
        Map<Figure, List<Double>> samples,
        double clientCpuSeconds,
        OptionalDouble serverCpuSeconds,
        double peakRssMebibytes,
        List<String> notes) {}
