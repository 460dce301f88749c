package com.scaleoutsystems.edge.benchmarks;

import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;

/**
 * Where and when figures were taken.
 *
 * @param date when
 * @param hardware processor, cores and memory
 * @param system the operating system
 * @param java the Java runtime
 * @param python the Python and the release of the reference client, if it took part
 * @param load the mean number of processes that wanted to run in the minute before
 */
record Machine(LocalDate date, String hardware, String system, String java, String python, double load) {
    private static final double MOST_LOAD = 0.5;

    static Machine observe(Clock clock, String python) throws IOException {
        return new Machine(
                LocalDate.now(clock),
                String.format(
                        Locale.ROOT,
                        "%s, %d cores, %.0f GiB",
                        Proc.processor(),
                        Runtime.getRuntime().availableProcessors(),
                        Proc.memoryGibibytes()),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                python,
                Proc.load());
    }

    /** Others use the machine: the figures are not to be trusted. */
    boolean isBusy() {
        return load > MOST_LOAD;
    }
}
