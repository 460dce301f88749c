package com.scaleoutsystems.edge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.scaleoutsystems.edge.benchmarks.Examples.Told;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
    private static final Build THEN = new Build("older", "nowhere", Path.of("no-script"));
    private static final Machine CALM =
            new Machine(LocalDate.of(2026, 5, 4), "a processor", "a system", "a Java", "in turn with older", 0.1);

    @TempDir
    private Path folder;

    @Test
    void intervalIsTheNarrowestOfAtLeast95PercentThatTheSignTestGives() {
        // The tables of the sign test: 2nd to 9th of 10, 4th to 12th of 15, 6th to 15th of 20.
        assertInterval(10, 2, 9, 0.9785);
        assertInterval(15, 4, 12, 0.9648);
        assertInterval(20, 6, 15, 0.9586);
        assertInterval(6, 1, 6, 0.9688);
    }

    @Test
    void fewValuesGiveTheirRangeAndWhatItIsWorth() {
        assertInterval(5, 1, 5, 0.9375);
        assertInterval(2, 1, 2, 0.5);
        assertInterval(1, 1, 1, 0);
    }

    @Test
    void ratiosAreThoseOfPairsAndNotOfMedians() {
        Pairs pairs = new Pairs("work", "s", List.of(2.0, 30.0, 4.0), List.of(1.0, 10.0, 40.0));

        assertThat(pairs.ratio().orElseThrow()).isEqualTo(new MedianInterval(2, 0.1, 3, 0.75));
    }

    @Test
    void nothingIsDividedByAProcessorTimeTooSmallToBeCounted() {
        assertThat(new Pairs("work", "s", List.of(1.0, 1.0), List.of(1.0, 0.0)).ratio())
                .isEmpty();
    }

    @Test
    void reportTellsEachFigureAndWhatItTook() throws IOException {
        double[] now = {1.0, 1.1, 1.2};
        double[] then = {1.0, 1.0, 1.0};
        Baseline comparison = comparison(now, then, 2);

        String report = BaselineReport.write(CALM, "older", Map.of(comparison, run(comparison, 2)));

        assertThat(report)
                .startsWith("2026-05-04; a processor; a system; a Java; in turn with older. Load at the start: 0.10.\n")
                // The first of three is the rehearsal.
                .contains("| some work | 2 | 1.15 s | 1.00 s | 1.150 | 1.100 to 1.200 | 50.0 % | **no** |\n")
                .contains("| example: client CPU | 2 | 1.00 s | 2.00 s | 0.500 | 0.500 to 0.500 | 50.0 % | yes |\n")
                .contains("| example: peak RSS | 2 | 64.0 MiB | 64.0 MiB | 1.000 | 1.000 to 1.000 | 50.0 % | yes |\n")
                .doesNotContain("server CPU")
                .contains("- example: older: as told\n");
    }

    @Test
    void sampleOfARunWithSeveralIsTheirMedian() throws IOException {
        Side side = Side.java(bench -> Examples.run(1, 5, 30));
        Baseline comparison = new Baseline(new Told(side, side, List.of()), THEN);

        Pairs work = Pairs.of(run(comparison, 1), comparison.java(), comparison.then())
                .get(0);

        assertThat(work.now()).containsExactly(5.0);
        assertThat(work.then()).containsExactly(5.0);
    }

    @Test
    void buildThatCannotBeMeasuredIsReported() throws IOException {
        Baseline comparison = comparison(new double[] {1, 1}, new double[0], 1);

        String report = BaselineReport.write(CALM, "older", Map.of(comparison, run(comparison, 1)));

        assertThat(report).contains("- example: older failed: ").doesNotContain("| some work |");
    }

    @Test
    void buildIsReadFromWhereItWasMade() throws IOException {
        Path classPath = folder.resolve("benchmarks/target/classpath");
        Files.createDirectories(classPath.getParent());
        Files.writeString(classPath, "a.jar:b.jar\n");

        Build build = Build.in("older", folder);

        assertThat(build)
                .isEqualTo(new Build("older", "a.jar:b.jar", folder.resolve("scaleout-cli/target/scaleout-edge")));
    }

    private static void assertInterval(int count, double low, double high, double confidence) {
        // Backwards, since the values come in any order.
        List<Double> values = IntStream.iterate(count, i -> i > 0, i -> i - 1)
                .asDoubleStream()
                .boxed()
                .toList();

        MedianInterval interval = MedianInterval.of(values);

        assertThat(interval.median()).isEqualTo((count + 1) / 2.0);
        assertThat(interval.low()).isEqualTo(low);
        assertThat(interval.high()).isEqualTo(high);
        assertThat(interval.confidence()).isCloseTo(confidence, within(1e-4));
    }

    /** Both sides take so many seconds in their runs; the older build takes that many seconds of processor time. */
    private static Baseline comparison(double[] now, double[] then, double thenCpu) {
        List<Double> nowLeft = new ArrayList<>();
        List<Double> thenLeft = new ArrayList<>();
        for (double seconds : now) {
            nowLeft.add(seconds);
        }
        for (double seconds : then) {
            thenLeft.add(seconds);
        }
        Side side = Side.java(bench -> bench.build().equals(THEN)
                ? new Run(run(thenLeft.remove(0)), thenCpu, OptionalDouble.empty(), 64, List.of("as told"))
                : new Run(run(nowLeft.remove(0)), 1, OptionalDouble.empty(), 64, List.of()));
        return new Baseline(new Told(side, side, List.of()), THEN);
    }

    private static Map<Figure, List<Double>> run(double seconds) {
        return Map.of(Examples.WORK, List.of(seconds));
    }

    private Results run(Baseline comparison, int pairs) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (Bench bench = new Bench(Settings.small(folder).with(pairs, List.of()), Optional.empty())) {
            return new Runner(bench, false, nowhere).run(comparison);
        }
    }
}
