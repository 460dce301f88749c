package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.benchmarks.comparison.Comparisons;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures this build in turn with that of an older commit. Started by {@code benchmarks/baseline}, which makes the older build.
 *
 * <p>Ends with 0, however the builds compare; with 1 if something could not be measured; with 2 if it was called the wrong way.
 */
@Command(
        name = "baseline",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Measures this build in turn with that of an older commit.")
final class BaselineCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "What to call the older build.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FOLDER", description = "The older build.")
    private @Nullable Path folder;

    @Mixin
    private MeasureOptions options = new MeasureOptions();

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "10",
            description = "How often the two builds are run; by default ${DEFAULT-VALUE} times.")
    private int pairs;

    @Override
    public Integer call() throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Settings settings = options.settings(Benchmarks.TARGET, pairs);
        Build build = Build.in(name, Objects.requireNonNull(folder));
        Machine machine = Machine.observe(Clock.systemUTC(), "in turn with " + name);
        machine.warnIfBusy(out);
        Map<Baseline, Results> all = new LinkedHashMap<>();
        try (Bench bench = new Bench(settings, Optional.empty())) {
            Runner runner = new Runner(bench, false, out);
            for (Comparison comparison : options.chosen(Comparisons.withoutReference(settings))) {
                Baseline baseline = new Baseline(comparison, build);
                all.put(baseline, runner.run(baseline));
                write(machine, all);
            }
        }
        out.println();
        out.print(write(machine, all));
        return all.values().stream().allMatch(results -> results.failures().isEmpty()) ? 0 : 1;
    }

    private String write(Machine machine, Map<Baseline, Results> all) throws IOException {
        String report = BaselineReport.write(machine, name, all);
        Files.writeString(Benchmarks.TARGET.resolve("baseline.md"), report);
        return report;
    }
}
