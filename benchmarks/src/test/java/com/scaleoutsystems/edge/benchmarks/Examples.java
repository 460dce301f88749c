package com.scaleoutsystems.edge.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Comparisons that measure nothing. */
final class Examples {
    static final Figure WORK = Figure.seconds("some work", Target.ratio(10), Target.shareOf("bare", 0.5))
            .withAmount(new Figure.Amount(100, "MB"));

    private Examples() {}

    /** A comparison whose sides do what they are told. */
    record Told(Side java, Side python, List<Side> beside) implements Comparison {
        @Override
        public String key() {
            return "example";
        }

        @Override
        public List<Figure> figures() {
            return List.of(WORK);
        }
    }

    static Told nothing() {
        return new Told(Side.java(bench -> run(1)), Side.python(bench -> run(1)), List.of());
    }

    static Run run(double... seconds) {
        List<Double> samples = java.util.Arrays.stream(seconds).boxed().toList();
        return new Run(Map.of(WORK, samples), 0.5, OptionalDouble.of(0.25), 64, List.of("as told"));
    }
}
