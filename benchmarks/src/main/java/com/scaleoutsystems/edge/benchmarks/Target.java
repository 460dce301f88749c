package com.scaleoutsystems.edge.benchmarks;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the Java side must reach.
 *
 * @param text for people
 * @param met says whether it was reached; empty if what it is compared with was not measured
 */
public record Target(String text, Function<FigureResults, Optional<Boolean>> met) {

    /** Java needs at most so small a share of the reference's time or memory. */
    public static Target ratio(double times) {
        return new Target(
                number(times) + "× the reference",
                results -> results.ratio().stream()
                        .mapToObj(ratio -> ratio >= times)
                        .findFirst());
    }

    /** Java reaches so large a share of the rate of another side. */
    public static Target shareOf(String beside, double share) {
        return new Target(
                number(share) + " of " + beside,
                results -> results.find(beside)
                        .flatMap(other -> results.java().map(java -> other.median() >= share * java.median())));
    }

    /** Java's samples, except the largest ones, stay at or below a value. */
    public static Target percentile(int percent, double atMost, String unit) {
        return new Target(
                (percent == 50 ? "median" : "p" + percent) + " under " + number(atMost) + " " + unit,
                results -> results.java().map(java -> java.percentile(percent) < atMost));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%s", value);
    }
}
