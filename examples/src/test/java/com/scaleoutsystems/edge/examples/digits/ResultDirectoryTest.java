package com.scaleoutsystems.edge.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultDirectoryTest {

    @TempDir
    private Path directory;

    @Test
    void resultsAppearTogether() throws IOException {
        try (ResultDirectory results = new ResultDirectory(directory)) {
            results.write("a", out -> out.write('1'));
            results.write("b", out -> out.write('2'));
            assertThat(directory.resolve("a")).doesNotExist();

            results.publish();
        }

        assertThat(directory.resolve("a")).hasContent("1");
        assertThat(directory.resolve("b")).hasContent("2");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void aFailureLeavesWhatWasThere() throws IOException {
        try (ResultDirectory results = new ResultDirectory(directory)) {
            results.write("a", out -> out.write('1'));
            results.publish();
        }

        assertThatThrownBy(() -> {
                    try (ResultDirectory results = new ResultDirectory(directory)) {
                        results.write("a", out -> out.write('2'));
                        results.write("b", out -> {
                            out.write('3');
                            throw new IOException("no space");
                        });
                        results.publish();
                    }
                })
                .hasMessage("no space");

        assertThat(directory.toFile().list()).containsExactly("a");
        assertThat(directory.resolve("a")).hasContent("1");
    }
}
