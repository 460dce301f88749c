package com.scaleoutsystems.edge.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command has. */
@Command(
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nArguments:%n",
        descriptionHeading = "%n")
abstract class BaseCommand implements Callable<Integer> {

    /** How much is logged, from the least to the most. */
    enum LogLevel {
        OFF(Level.OFF),
        ERROR(Level.SEVERE),
        WARN(Level.WARNING),
        INFO(Level.INFO),
        DEBUG(Level.FINE);

        private final Level least;

        LogLevel(Level least) {
            this.least = least;
        }
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = Integer.MAX_VALUE,
            description = "Shows this text.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    private boolean help;

    final Console console;

    BaseCommand(Console console) {
        this.console = console;
    }

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            order = Integer.MAX_VALUE - 1,
            description = "The level of the log on standard error: off, error, warn, info or debug (default warn).")
    void logLevel(LogLevel level) {
        LogConfiguration.level(level.least);
    }

    @Override
    public final Integer call() throws Exception {
        run();
        return ExitCode.OK;
    }

    /** Runs the command. Throws {@link #wrongUsage} for exit code 2, and any other exception for 1. */
    abstract void run() throws Exception;

    final ParameterException wrongUsage(String message) {
        return new ParameterException(
                Objects.requireNonNull(spec, "set by picocli").commandLine(), message);
    }

    /** Does what depends on the options: that they do not fit together is wrong usage. */
    final <T> T rightUsage(Supplier<T> step) {
        try {
            return step.get();
        } catch (IllegalArgumentException e) {
            throw wrongUsage(Failures.oneLine(e));
        }
    }

    /** A value that picocli has set, because it is required. */
    static <T> T given(@Nullable T value) {
        return Objects.requireNonNull(value, "set by picocli");
    }
}
