package com.scaleoutsystems.edge.examples.digits;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Trains a network that reads handwritten digits, by clients that hold two digits each.
 *
 * <p>Ends with 0; with 1 and one line on standard error if it failed; with 2 if it was called the wrong way.
 */
@Command(
        name = "digits",
        sortOptions = false,
        description = "Trains a network that reads handwritten digits, by clients that hold different digits.")
public final class Digits implements Callable<Integer> {

    static final long DEFAULT_SEED = 42;

    private static final int MAX_CLIENTS = 100;
    private static final String CHART = "accuracy.png";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Rounds of training (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "5",
            description = "Clients, which share the ten digits among them (${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + DEFAULT_SEED,
            description =
                    "Where the first weights are drawn from; the same seed gives the same figures (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--poll-interval",
            paramLabel = "MS",
            defaultValue = "50",
            description = "Milliseconds between two questions of a client for a task (${DEFAULT-VALUE}).")
    private long pollInterval;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Other images: CSV, may be packed with gzip; 64 pixels of 0 to 16 and the digit a line.")
    private @Nullable Path dataFile;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/digits",
            description = "Where the results go (${DEFAULT-VALUE}).")
    private Path out = Path.of("target", "digits");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    private final PrintStream stdout;

    private final boolean redraws;

    private Digits(PrintStream stdout, boolean redraws) {
        this.stdout = stdout;
        this.redraws = redraws;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        boolean redraws = Progress.canRedraw(System.getenv(), Progress.onTerminal());
        System.exit(run(System.out, System.err, redraws, arguments));
    }

    /** Runs the program and gives its exit code. */
    static int run(PrintStream stdout, PrintStream stderr, boolean redraws, String... arguments) {
        return new CommandLine(new Digits(stdout, redraws))
                .setOut(new PrintWriter(stdout, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(stderr, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    stderr.println("digits: " + inOneLine(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        checkRange("--rounds", rounds, 10_000);
        checkRange("--clients", clients, MAX_CLIENTS);
        checkRange("--poll-interval", pollInterval, 60_000);
        DigitsData data = readData();
        // Before the work, so that a directory that cannot be made is known at once.
        try (ResultDirectory results = new ResultDirectory(out)) {
            FederatedRun run = new FederatedRun(data, clients, rounds, seed, Duration.ofMillis(pollInterval));
            FederatedRun.Result result = run.run(new Progress(stdout, redraws, rounds));
            writeFigures(results, result);
            writeModel(results, result.weights().toParameters());
            results.publish();
            print(result);
            // Last, and without an older one beside the new figures: a machine without any font cannot draw it.
            Files.deleteIfExists(out.resolve(CHART));
            byte[] chart = AccuracyChart.png(result.rounds(), clients);
            results.write(CHART, file -> file.write(chart));
            results.publish();
        }
        return CommandLine.ExitCode.OK;
    }

    private void checkRange(String option, long value, long max) {
        if (value < 1 || value > max) {
            throw new ParameterException(
                    Objects.requireNonNull(spec, "set by picocli").commandLine(),
                    "%s is %d; expected 1 to %d".formatted(option, value, max));
        }
    }

    private void print(FederatedRun.Result result) {
        stdout.println();
        stdout.print(RoundTable.text(result.rounds()));
        stdout.printf(
                Locale.ROOT,
                "%nAccuracy %.4f on images that no client has trained on, after %d rounds in %.1f s.%n"
                        + "Table, chart and model are in %s%n",
                result.last().accuracy(),
                rounds,
                result.seconds(),
                out.toAbsolutePath());
    }

    private void writeFigures(ResultDirectory results, FederatedRun.Result result) throws IOException {
        byte[] table = RoundTable.csv(result.rounds()).getBytes(StandardCharsets.UTF_8);
        byte[] summary = summary(result).getBytes(StandardCharsets.UTF_8);
        results.write("rounds.csv", file -> file.write(table));
        results.write("summary.json", file -> file.write(summary));
    }

    /** The model in two forms: the container of the network, and the arrays that numpy loads. */
    private static void writeModel(ResultDirectory results, ModelParameters parameters) throws IOException {
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(parameters);
                InputStream container = model.openStream()) {
            results.write("digits.scm", container::transferTo);
        }
        results.write("digits.npz", parameters::writeNpz);
    }

    private String summary(FederatedRun.Result result) {
        return String.format(
                Locale.ROOT,
                "{\"seed\": %d, \"rounds\": %d, \"clients\": %d, \"accuracy\": %s, \"loss\": %s, \"seconds\": %.3f}\n",
                seed,
                rounds,
                clients,
                result.last().accuracy(),
                result.last().loss(),
                result.seconds());
    }

    private DigitsData readData() throws IOException {
        if (dataFile == null) {
            return DigitsData.bundled();
        }
        if (!Files.isRegularFile(dataFile)) {
            throw new NoSuchFileException(dataFile.toString(), null, "there is no such file to read images from");
        }
        return DigitsData.fromFile(dataFile);
    }

    private static String inOneLine(Throwable failure) {
        String message = failure.getMessage();
        // For files, Java's messages may be only a path.
        boolean bare = failure instanceof FileSystemException file && file.getReason() == null;
        String told = message == null || bare ? failure.toString() : message;
        return told.replaceAll("\\s*\\R\\s*", " ");
    }
}
