package com.scaleoutsystems.edge.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
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
 * @param peer what this build is compared with: the Python and the release of the reference client, or another build
 * @param load the mean number of processes that wanted to run in the minute before
 */
record Machine(LocalDate date, String hardware, String system, String java, String peer, double load) {
    private static final double MOST_LOAD = 0.5;

    static Machine observe(Clock clock, String peer) throws IOException {
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
                peer,
                Proc.load());
    }

    /** Others use the machine: the figures are not to be trusted. */
    boolean isBusy() {
        return load > MOST_LOAD;
    }

    void warnIfBusy(PrintStream out) {
        if (isBusy()) {
            out.printf("WARNING: the load is %.2f: others use this machine, so do not trust the figures%n", load);
        }
    }

    /** The first lines of a report in Markdown. */
    String summary() {
        return String.format(
                        Locale.ROOT,
                        "%s; %s; %s; %s; %s. Load at the start: %.2f.\n",
                        date,
                        hardware,
                        system,
                        java,
                        peer,
                        load)
                + (isBusy() ? "\n**The machine was busy with something else: do not trust these figures.**\n" : "");
    }
}
