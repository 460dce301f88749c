package com.scaleoutsystems.edge.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** What the runs of one comparison gave. */
final class Results {
    private final Comparison comparison;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    Results(Comparison comparison) {
        this.comparison = comparison;
    }

    void add(Side side, Run run) {
        runs.computeIfAbsent(side.name(), name -> new ArrayList<>()).add(run);
    }

    /** A side that failed is not run again. */
    void fail(Side side, String reason) {
        failures.put(side.name(), reason);
    }

    /** The runs of a side, in their order. */
    List<Run> runs(Side side) {
        return runs.getOrDefault(side.name(), List.of());
    }

    Comparison comparison() {
        return comparison;
    }

    Map<String, String> failures() {
        return failures;
    }

    boolean hasFailed(Side side) {
        return failures.containsKey(side.name());
    }

    List<FigureResults> figures() {
        return comparison.figures().stream().map(this::figure).toList();
    }

    private FigureResults figure(Figure figure) {
        Map<String, Samples> sides = new LinkedHashMap<>();
        runs.forEach((side, all) -> {
            List<Double> samples = all.stream()
                    .flatMap(run -> run.samples().getOrDefault(figure, List.of()).stream())
                    .toList();
            if (!samples.isEmpty()) {
                sides.put(side, new Samples(samples));
            }
        });
        return new FigureResults(figure, sides);
    }

    /** The median over the runs of a side. */
    double clientCpuSeconds(String side) {
        return median(side, Run::clientCpuSeconds);
    }

    /** The median over the runs of a side; empty without a server. */
    OptionalDouble serverCpuSeconds(String side) {
        List<Double> seconds = runs.getOrDefault(side, List.of()).stream()
                .flatMap(run -> run.serverCpuSeconds().stream().boxed())
                .toList();
        return seconds.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(new Samples(seconds).median());
    }

    /** The median over the runs of a side. */
    double peakRssMebibytes(String side) {
        return median(side, Run::peakRssMebibytes);
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        runs.forEach((side, all) -> all.stream()
                .flatMap(run -> run.notes().stream())
                .distinct()
                .forEach(note -> notes.add(side + ": " + note)));
        return notes;
    }

    private double median(String side, ToDoubleFunction<Run> value) {
        return new Samples(runs.getOrDefault(side, List.of()).stream()
                        .map(value::applyAsDouble)
                        .toList())
                .median();
    }
}
