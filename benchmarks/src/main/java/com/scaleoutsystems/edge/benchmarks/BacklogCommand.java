package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.benchmarks.worker.Backlog;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the start of a client with many records in its state directory. The reference keeps none over a restart. */
@Command(
        name = "backlog",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Measures the start of a client with many records in its state directory.")
final class BacklogCommand implements Callable<Integer> {
    private static final List<Figure> FIGURES = List.of(
            Figure.seconds("build(), elapsed time"),
            Figure.seconds(Backlog.CALLER),
            Figure.seconds(Backlog.PROCESS),
            Figure.seconds(Backlog.FIRST),
            Figure.seconds(Backlog.LAST));

    /** So few that a start with them shows what any start costs. */
    private static final int FEW = 10;

    @Mixin
    private MeasureOptions options = new MeasureOptions();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "90000",
            description = "How many records wait; by default ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often it is measured; by default ${DEFAULT-VALUE} times.")
    private int repetitions;

    @Override
    public Integer call() throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Settings settings = options.settings(Benchmarks.TARGET, repetitions);
        Machine.observe(Clock.systemUTC(), "without Python").warnIfBusy(out);
        try (Bench bench = new Bench(settings, Optional.empty())) {
            for (int i = 0; i < repetitions; i++) {
                for (int waiting : List.of(FEW, records)) {
                    out.printf("%,d records wait%n", waiting);
                    print(out, run(bench, settings.folder().resolve("backlog"), waiting));
                }
            }
        }
        return 0;
    }

    private static void print(PrintStream out, Run run) {
        FIGURES.forEach(figure -> out.printf(
                "%-40s %6.2f s%n",
                figure.name(), Objects.requireNonNull(run.samples().get(figure)).get(0)));
        out.printf("%-40s %6.0f MiB%n%n", "peak RSS", run.peakRssMebibytes());
    }

    private Run run(Bench bench, Path directory, int waiting) throws IOException {
        Folders.delete(directory);
        try (Sandbox sandbox = Sandbox.builder().start()) {
            Map<String, Object> arguments = new HashMap<>(
                    Map.of("api", sandbox.restUri(), "id", "backlog", "directory", directory, "records", waiting));
            arguments.put("phase", "fill");
            bench.measure(FIGURES, Backlog.class, List.of(), arguments);
            arguments.put("phase", "start");
            return bench.measure(FIGURES, Backlog.class, List.of(), arguments);
        } finally {
            Folders.delete(directory);
        }
    }
}
