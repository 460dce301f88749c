package com.scaleoutsystems.edge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.scaleoutsystems.edge.benchmarks.comparison.Comparisons;
import com.scaleoutsystems.edge.benchmarks.comparison.Transfer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each comparison runs and measures something, with models as small as can be and without Python. */
@EnabledOnOs(OS.LINUX)
class SmokeTest {
    @TempDir
    private static Path folder;

    private static Settings settings;
    private static Bench bench;

    @BeforeAll
    static void makeBench() throws IOException {
        settings = new Settings(
                folder,
                1,
                List.of(2),
                List.of(1),
                List.of(2),
                2,
                1,
                Duration.ZERO,
                1,
                1,
                Duration.ofMillis(1),
                50,
                Duration.ofMillis(100),
                7,
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        bench = new Bench(settings, Optional.empty());
    }

    @AfterAll
    static void closeBench() {
        bench.close();
    }

    @TestFactory
    Stream<DynamicTest> measures() {
        return Comparisons.withoutReference(settings).stream()
                .flatMap(comparison -> Stream.concat(
                                Stream.of(comparison.java()),
                                comparison.beside().stream()
                                        .filter(side -> side.name().startsWith("bare")))
                        .map(side -> dynamicTest(comparison.key() + ", " + side.name(), () -> {
                            assumeTrue(
                                    !comparison.key().matches("cold-start|idle-script|one-task-.*|first-.*")
                                            || Files.exists(Build.current().startScript()),
                                    "The start script is not built before the phase package.");

                            Run run = side.procedure().run(bench);

                            assertThat(run.samples().get(comparison.figures().get(0)))
                                    .isNotEmpty();
                            assertThat(run.samples().values())
                                    .allSatisfy(samples -> assertThat(samples).allMatch(sample -> sample > 0));
                            assertThat(comparison.figures())
                                    .containsAll(run.samples().keySet());
                            assertThat(run.peakRssMebibytes()).isGreaterThan(10);
                        })));
    }

    @Test
    void twoBuildsRunTheirOwnProgramsAgainstOneServer() throws IOException {
        Comparison download = Transfer.download(2, settings);
        Build same = new Build("same", Build.current().classPath(), Path.of("no-script"));
        Build broken = new Build("broken", "no-class-path", Path.of("no-script"));

        Baseline comparison = new Baseline(download, same);
        List<Pairs> pairs = Pairs.of(measured(comparison), comparison.java(), comparison.then());

        assertThat(pairs)
                .extracting(Pairs::measure)
                .containsExactly(
                        "download, verified and on disk, 2 MiB",
                        "download-2: client CPU",
                        "download-2: server CPU",
                        "download-2: peak RSS");
        assertThat(pairs.get(0).ratio().orElseThrow().median()).isPositive();
        assertThat(measured(new Baseline(download, broken)).failures()).containsOnlyKeys("broken");
    }

    private static Results measured(Baseline comparison) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Runner(bench, false, nowhere).run(comparison);
    }

    @TestFactory
    Stream<DynamicTest> everyComparisonHasItsOwnKey() {
        List<String> keys =
                Comparisons.all(settings).stream().map(Comparison::key).toList();

        return Stream.of(dynamicTest("keys", () -> assertThat(keys).doesNotHaveDuplicates()));
    }
}
