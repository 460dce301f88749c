package com.scaleoutsystems.edge.client.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Code in Kotlin or Groovy throws checked exceptions wherever it likes. A guard that does not catch them is none. */
class GuardTest {

    @Test
    void aGuardCatchesCheckedExceptionsToo() {
        assertThat(SourceLines.filesBelow(Path.of("src", "main", "java")))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(read(file)).doesNotContain("RuntimeException | Error "));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
