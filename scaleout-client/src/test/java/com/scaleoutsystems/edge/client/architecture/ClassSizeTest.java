package com.scaleoutsystems.edge.client.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class that outgrows this size has two jobs. */
class ClassSizeTest {

    private static final int MOST_LINES = 400;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scaleout-client",
                "scaleout-model",
                "scaleout-sandbox",
                "scaleout-testing",
                "scaleout-micrometer",
                "scaleout-opentelemetry",
                "scaleout-spring-boot-starter",
                "scaleout-cli",
                "examples",
                "benchmarks"
            })
    void noClassOfMainIsTooLarge(String module) {
        List<Path> files = SourceLines.filesBelow(Path.of("..", module, "src", "main", "java"));

        assertThat(files).isNotEmpty();
        assertThat(tooLarge(files)).isEmpty();
    }

    @Test
    void commentsAndBlankLinesAreNoCode() {
        String source = """
                package planted;

                /**
                 * A comment.
                 */
                final class Planted {
                    /* One more. */
                    // And one more.
                    int one; // the end of a line
                }
                """;

        assertThat(SourceLines.ofCode(source)).isEqualTo(4);
    }

    @Test
    void aClassThatIsTooLargeIsFound(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("Fits.java"), "int line;\n".repeat(MOST_LINES) + "// a comment\n");
        Files.writeString(folder.resolve("TooLarge.java"), "int line;\n".repeat(MOST_LINES + 1));

        assertThat(tooLarge(SourceLines.filesBelow(folder))).containsExactly("401 lines of code in TooLarge.java");
    }

    private static List<String> tooLarge(List<Path> files) {
        return files.stream()
                .filter(file -> SourceLines.ofCode(file) > MOST_LINES)
                .map(file -> SourceLines.ofCode(file) + " lines of code in " + file.getFileName())
                .toList();
    }
}
