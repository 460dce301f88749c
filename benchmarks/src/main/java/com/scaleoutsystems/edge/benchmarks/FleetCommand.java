package com.scaleoutsystems.edge.benchmarks;

import com.scaleoutsystems.edge.benchmarks.worker.Fleet;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures many clients in one JVM; the server is in another one. The reference has one client in a process. */
@Command(
        name = "fleet",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Measures many clients in one JVM: what they cost while idle, and in rounds with a small model.")
final class FleetCommand implements Callable<Integer> {
    private static final List<Figure> IDLE = List.of(
            Figure.seconds(Fleet.HEAP),
            Figure.seconds(Fleet.HANDLES),
            Figure.seconds(Fleet.RSS),
            Figure.seconds(Fleet.CPU),
            Figure.seconds(Fleet.JOINING));

    private static final List<Figure> ROUNDS = List.of(
            Figure.seconds(Fleet.TASKS),
            Figure.seconds(Fleet.HEAP),
            Figure.seconds(Fleet.RSS),
            Figure.seconds(Fleet.JOINING));

    private static final Map<String, String> UNITS = Map.of(
            Fleet.HEAP,
            "KiB",
            Fleet.HANDLES,
            "",
            Fleet.RSS,
            "MiB",
            Fleet.CPU,
            "s",
            Fleet.JOINING,
            "s",
            Fleet.TASKS,
            "s");

    /** A heap that a gateway can spare. */
    private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+UseSerialGC");

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** About the size of the model of the digits example. */
    private static final int PARAMETERS = 20_000;

    @Mixin
    private MeasureOptions options = new MeasureOptions();

    @Option(names = "--idle", paramLabel = "N", defaultValue = "1000", description = "Idle clients; 0 for none.")
    private int idle;

    @Option(names = "--settle", paramLabel = "S", defaultValue = "20", description = "Seconds before the measurement.")
    private int settle;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "How long idle clients are measured.")
    private int seconds;

    @Option(names = "--working", paramLabel = "N", defaultValue = "200", description = "Working clients; 0 for none.")
    private int working;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Rounds.")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Settings settings = options.settings(Benchmarks.TARGET, 1);
        Machine.observe(Clock.systemUTC(), "without Python").warnIfBusy(out);
        Path directory = settings.folder().resolve("fleet");
        try (Bench bench = new Bench(settings, Optional.empty())) {
            if (idle > 0) {
                out.printf("%,d idle clients%n", idle);
                print(out, IDLE, idle(bench, directory));
            }
            if (working > 0) {
                out.printf("%,d clients in %d rounds%n", working, rounds);
                print(out, ROUNDS, rounds(bench, directory));
            }
        } finally {
            Folders.delete(directory);
        }
        return 0;
    }

    private static void print(PrintStream out, List<Figure> figures, Run run) {
        figures.forEach(figure -> out.printf(
                "%-40s %10.4f %s%n",
                figure.name(), Objects.requireNonNull(run.samples().get(figure)).get(0), UNITS.get(figure.name())));
        out.printf("%-40s %10.0f MiB%n%n", "peak RSS", run.peakRssMebibytes());
    }

    private Run idle(Bench bench, Path directory) throws IOException {
        Folders.delete(directory);
        try (Sandbox sandbox = Sandbox.builder().start()) {
            Map<String, Object> arguments = arguments(sandbox, directory, idle);
            arguments.put("phase", "idle");
            arguments.put("settle", settle);
            arguments.put("seconds", seconds);
            return bench.measure(IDLE, Fleet.class, SMALL, arguments);
        }
    }

    private Run rounds(Bench bench, Path directory) throws IOException {
        Folders.delete(directory);
        try (ScaleoutModel seed = ScaleoutModel.fromModelParameters(
                        ModelParameters.of(Tensor.ofFloats(new float[PARAMETERS], PARAMETERS)));
                Sandbox sandbox = Sandbox.builder().seedModel(seed).start()) {
            Map<String, Object> arguments = arguments(sandbox, directory, working);
            arguments.put("phase", "rounds");
            arguments.put("rounds", rounds);
            arguments.put("tasks", 2 * rounds * working);
            try (WorkerProcess process = bench.java(Fleet.class, List.of(), arguments)) {
                sandbox.awaitClients(working, PATIENCE);
                sandbox.runSession(SessionPlan.of(rounds, working));
                return process.measurement().toRun(ROUNDS);
            }
        }
    }

    private static Map<String, Object> arguments(Sandbox sandbox, Path directory, int clients) {
        return new HashMap<>(Map.of("api", sandbox.restUri(), "directory", directory, "clients", clients));
    }
}
