package com.scaleoutsystems.edge.benchmarks;

import java.util.List;
import java.util.Optional;

/**
 * One thing that is measured. Less is better.
 *
 * @param name what it is, for people
 * @param unit the unit of a sample: s, ms, MiB
 * @param amount how much a sample gets done, if a rate is of interest
 * @param targets what the Java side must reach
 */
public record Figure(String name, String unit, Optional<Amount> amount, List<Target> targets) {

    /**
     * How much one sample gets done.
     *
     * @param count how much
     * @param unit of what
     */
    public record Amount(double count, String unit) {
        /** The size of a model in MB, which are a million bytes. */
        public static Amount ofMebibytes(int mebibytes) {
            return new Amount(mebibytes * (double) (1 << 20) / 1e6, "MB");
        }
    }

    /** A figure in seconds. */
    public static Figure seconds(String name, Target... targets) {
        return new Figure(name, "s", Optional.empty(), List.of(targets));
    }

    /** A figure in another unit. */
    public static Figure of(String name, String unit, Target... targets) {
        return new Figure(name, unit, Optional.empty(), List.of(targets));
    }

    /** The same figure with a rate. */
    public Figure withAmount(Amount done) {
        return new Figure(name, unit, Optional.of(done), targets);
    }
}
