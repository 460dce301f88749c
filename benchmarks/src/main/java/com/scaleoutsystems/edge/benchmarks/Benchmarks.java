package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.benchmarks.comparison.Comparisons;
import com.scaleoutsystems.edge.interop.MissingPythonException;
import com.scaleoutsystems.edge.interop.PythonEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares this SDK with the real Python client, side by side on this machine.
 *
 * <p>Ends with 0, also where a target was missed; with 1 if something could not be measured; with 2 if it was called the wrong
 * way.
 */
@Command(
        name = "benchmarks",
        sortOptions = false,
        subcommands = {BaselineCommand.class, BacklogCommand.class, FleetCommand.class},
        mixinStandardHelpOptions = true,
        description = "Compares this SDK with the real Python client, side by side on this machine.")
public final class Benchmarks implements Callable<Integer> {
    private static final String RELEASE = "1.1.0";
    static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path DOCS = Path.of("../docs/benchmarks.md");

    @Mixin
    private MeasureOptions options = new MeasureOptions();

    @Option(names = "--list", description = "Lists the comparisons and ends.")
    private boolean list;

    @Option(names = "--repetitions", paramLabel = "N", description = "How often each side is run.")
    private @Nullable Integer repetitions;

    @Option(names = "--without-python", description = "Runs the Java sides only.")
    private boolean withoutPython;

    @Option(names = "--update-docs", description = "Puts the tables into docs/benchmarks.md.")
    private boolean updateDocs;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Settings settings = options.settings(TARGET, repetitions);
        List<Comparison> chosen =
                options.chosen(withoutPython ? Comparisons.withoutReference(settings) : Comparisons.all(settings));
        if (list) {
            chosen.forEach(comparison -> out.printf(
                    "%-20s %s%n", comparison.key(), comparison.figures().get(0).name()));
            return 0;
        }
        if (!Proc.isThere()) {
            throw new IOException("the benchmarks read /proc and run on Linux only");
        }
        Optional<PythonEnvironment> python = python();
        Machine machine =
                Machine.observe(Clock.systemUTC(), python.isPresent() ? versions(python.get()) : "without Python");
        machine.warnIfBusy(out);
        List<Results> all = new ArrayList<>();
        try (Bench bench = new Bench(settings, python)) {
            Runner runner = new Runner(bench, python.isPresent(), out);
            for (Comparison comparison : chosen) {
                all.add(runner.run(comparison));
                // What was measured is kept, whatever becomes of the rest.
                write(machine, all);
            }
        }
        out.println();
        out.print(write(machine, all));
        return all.stream().allMatch(results -> results.failures().isEmpty()) ? 0 : 1;
    }

    private Optional<PythonEnvironment> python() throws IOException {
        if (withoutPython) {
            return Optional.empty();
        }
        try {
            return Optional.of(PythonEnvironment.ofRelease(RELEASE, TARGET));
        } catch (MissingPythonException e) {
            throw new IOException("there is " + e.getMessage() + "; --without-python runs the Java sides", e);
        }
    }

    private static String versions(PythonEnvironment python) throws IOException {
        ProcessBuilder process = python.prepare(TARGET.resolve("runs"), Bench.script("versions.py"), List.of());
        return new String(process.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private String write(Machine machine, List<Results> all) throws IOException {
        String report = MarkdownReport.write(machine, all);
        Files.writeString(TARGET.resolve("benchmarks.md"), report);
        RatioChart.write(all, TARGET.resolve("benchmarks.png"));
        if (updateDocs) {
            Files.writeString(DOCS, DocumentedResults.replace(Files.readString(DOCS), report));
        }
        return report;
    }
}
