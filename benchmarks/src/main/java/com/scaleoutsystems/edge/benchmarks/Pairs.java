package com.scaleoutsystems.edge.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What pairs of runs gave for one measure. The two runs of a pair follow each other.
 *
 * @param measure what was measured
 * @param unit of the values
 * @param now what each run of this build gave
 * @param then what the other run of each pair gave
 */
record Pairs(String measure, String unit, List<Double> now, List<Double> then) {

    /** The figures of a comparison, then the processor time and the memory that they took. What only one side gave is left out. */
    static List<Pairs> of(Results results, Side now, Side then) {
        List<Run> nowRuns = results.runs(now);
        List<Run> thenRuns = results.runs(then);
        List<Pairs> all = new ArrayList<>();
        for (Figure figure : results.comparison().figures()) {
            all.add(of(figure.name(), figure.unit(), nowRuns, thenRuns, run -> median(run, figure)));
        }
        String key = results.comparison().key();
        all.add(of(key + ": client CPU", "s", nowRuns, thenRuns, run -> OptionalDouble.of(run.clientCpuSeconds())));
        all.add(of(key + ": server CPU", "s", nowRuns, thenRuns, Run::serverCpuSeconds));
        all.add(of(key + ": peak RSS", "MiB", nowRuns, thenRuns, run -> OptionalDouble.of(run.peakRssMebibytes())));
        return all.stream().filter(pairs -> pairs.count() > 0).toList();
    }

    private static Pairs of(
            String measure, String unit, List<Run> now, List<Run> then, Function<Run, OptionalDouble> value) {
        List<Double> nowValues = new ArrayList<>();
        List<Double> thenValues = new ArrayList<>();
        for (int i = 0; i < Math.min(now.size(), then.size()); i++) {
            OptionalDouble nowValue = value.apply(now.get(i));
            OptionalDouble thenValue = value.apply(then.get(i));
            if (nowValue.isPresent() && thenValue.isPresent()) {
                nowValues.add(nowValue.getAsDouble());
                thenValues.add(thenValue.getAsDouble());
            }
        }
        return new Pairs(measure, unit, nowValues, thenValues);
    }

    private static OptionalDouble median(Run run, Figure figure) {
        List<Double> samples = run.samples().getOrDefault(figure, List.of());
        return samples.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(new Samples(samples).median());
    }

    int count() {
        return now.size();
    }

    /**
     * The median of the ratios now/then, one of each pair: below 1 where this build needs less. Empty if a run took less processor time
     * than the kernel counts.
     */
    Optional<MedianInterval> ratio() {
        return then.contains(0.0)
                ? Optional.empty()
                : Optional.of(MedianInterval.of(IntStream.range(0, count())
                        .mapToObj(i -> now.get(i) / then.get(i))
                        .toList()));
    }
}
