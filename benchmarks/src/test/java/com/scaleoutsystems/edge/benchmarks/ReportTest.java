package com.scaleoutsystems.edge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Machine CALM =
            new Machine(LocalDate.of(2026, 5, 4), "a processor", "a system", "a Java", "a Python", 0.1);

    private final Results results = new Results(Examples.nothing());

    @Test
    void tellsMediansRatioRateAndWhetherTargetsAreReached() {
        results.add(Side.java(bench -> Examples.run()), Examples.run(0.5));
        results.add(Side.java(bench -> Examples.run()), Examples.run(0.4));
        results.add(Side.java(bench -> Examples.run()), Examples.run(0.9));
        results.add(Side.python(bench -> Examples.run()), Examples.run(6));
        results.add(new Side("bare", bench -> Examples.run()), Examples.run(0.1));

        String report = MarkdownReport.write(CALM, List.of(results));

        assertThat(report)
                .startsWith("2026-05-04; a processor; a system; a Java; a Python. Load at the start: 0.10.\n")
                .contains("| some work | 0.500 s | 6.00 s | 12.0× | 10× the reference; 0.5 of bare | yes; **no** |")
                .contains(
                        "| some work | Java | 3 | 0.500 s | 0.900 s | 0.400 s | 0.900 s | 200 MB/s | 0.50 | 0.25 | 64.0 |")
                .contains("- example: Java: as told\n")
                .doesNotContain("busy");
    }

    @Test
    void tellsWhatWasNotMeasured() {
        results.add(Side.python(bench -> Examples.run()), Examples.run(6));
        results.fail(Side.java(bench -> Examples.run()), "no disk");

        String report = MarkdownReport.write(CALM, List.of(results));

        assertThat(report)
                .contains(
                        "| some work | failed | 6.00 s | – | 10× the reference; 0.5 of bare | not measured; not measured |")
                .contains("- example: Java failed: no disk\n");
    }

    @Test
    void warnsOfABusyMachine() {
        Machine busy = new Machine(CALM.date(), "p", "s", "j", "py", 0.51);

        assertThat(MarkdownReport.write(busy, List.of())).contains("The machine was busy");
    }

    @Test
    void drawsRatios(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("ratios.png");
        assertThat(RatioChart.write(List.of(results), file)).isFalse();
        results.add(Side.java(bench -> Examples.run()), Examples.run(0.1));
        results.add(Side.python(bench -> Examples.run()), Examples.run(6));

        assertThat(RatioChart.write(List.of(results), file)).isTrue();
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(500);
    }

    @Test
    void replacesTheResultsOfAPageAndNothingElse() {
        String page = "# Title\n<!-- results -->\nold\n<!-- end of results -->\nrest\n";

        assertThat(DocumentedResults.replace(page, "new\n"))
                .isEqualTo("# Title\n<!-- results -->\n\nnew\n\n<!-- end of results -->\nrest\n");
        assertThatThrownBy(() -> DocumentedResults.replace("# Title\n", "new\n"))
                .hasMessageContaining("<!-- results -->");
    }

    @Test
    void samplesAreSummedUp() {
        Samples even = new Samples(List.of(4.0, 1.0, 3.0, 2.0));

        assertThat(even.median()).isEqualTo(2.5);
        assertThat(even.min()).isEqualTo(1);
        assertThat(even.max()).isEqualTo(4);
        assertThat(even.percentile(75)).isEqualTo(3);
        assertThat(even.percentile(76)).isEqualTo(4);
        assertThatThrownBy(() -> new Samples(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersHaveThreeDigitsThatCount() {
        assertThat(MarkdownReport.rounded(0.0012345)).isEqualTo("0.00123");
        assertThat(MarkdownReport.rounded(12.345)).isEqualTo("12.3");
        assertThat(MarkdownReport.rounded(12345)).isEqualTo("12,345");
        assertThat(MarkdownReport.rounded(0)).isEqualTo("0");
    }
}
