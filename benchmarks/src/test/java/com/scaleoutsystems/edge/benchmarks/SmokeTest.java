package com.scaleoutsystems.edge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.scaleoutsystems.edge.benchmarks.comparison.Comparisons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
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
                                    !comparison.key().equals("cold-start") || Files.exists(Bench.START_SCRIPT),
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

    @TestFactory
    Stream<DynamicTest> everyComparisonHasItsOwnKey() {
        List<String> keys =
                Comparisons.all(settings).stream().map(Comparison::key).toList();

        return Stream.of(dynamicTest("keys", () -> assertThat(keys).doesNotHaveDuplicates()));
    }
}
