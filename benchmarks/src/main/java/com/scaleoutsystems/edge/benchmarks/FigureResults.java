package com.scaleoutsystems.edge.benchmarks;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What all sides gave for one figure.
 *
 * @param figure the figure
 * @param sides the samples by the side's name, in the order in which the sides were run
 */
public record FigureResults(Figure figure, Map<String, Samples> sides) {
    Optional<Samples> find(String side) {
        return Optional.ofNullable(sides.get(side));
    }

    Optional<Samples> java() {
        return find(Side.JAVA);
    }

    Optional<Samples> python() {
        return find(Side.PYTHON);
    }

    /** How many times better Java's median is than the reference's, if both were measured. */
    OptionalDouble ratio() {
        return java().isPresent() && python().isPresent()
                ? OptionalDouble.of(python().get().median() / java().get().median())
                : OptionalDouble.empty();
    }
}
