package com.scaleoutsystems.edge.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a process tells of its work, as one line of JSON on its standard output.
 *
 * @param seconds how long the work took
 * @param cpuSeconds the processor time of the process meanwhile
 * @param serverCpuSeconds the processor time of the server meanwhile, if there is one
 * @param peakRssMebibytes the largest resident set of the process so far
 * @param more further values by the names of their figures
 * @param notes what else is worth telling
 */
public record Measurement(
        double seconds,
        double cpuSeconds,
        @Nullable Double serverCpuSeconds,
        double peakRssMebibytes,
        Map<String, Double> more,
        List<String> notes) {

    /** Makes it a run. */
    Run toRun(List<Figure> figures) {
        Map<Figure, List<Double>> samples = new LinkedHashMap<>();
        samples.put(figures.get(0), List.of(seconds));
        for (Figure figure : figures) {
            if (more.containsKey(figure.name())) {
                samples.put(figure, List.of(more.get(figure.name())));
            }
        }
        return new Run(
                samples,
                cpuSeconds,
                serverCpuSeconds == null ? OptionalDouble.empty() : OptionalDouble.of(serverCpuSeconds),
                peakRssMebibytes,
                notes);
    }
}
