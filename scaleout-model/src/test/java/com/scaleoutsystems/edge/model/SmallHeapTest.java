package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap that a model needs does not grow with the model: {@link SmallHeap} runs in one of 32 MiB, whatever the size. */
class SmallHeapTest {
    private static final String HEAP = "-Xmx32m";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void modelMovesThroughASmallHeap(int mebibytes) throws Exception {
        assertMoved(mebibytes);
    }

    @Tag("huge")
    @Test
    void modelOfFourGibibytesMovesThroughASmallHeap() throws Exception {
        assertMoved(4096);
    }

    private void assertMoved(int mebibytes) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        folder.toString(),
                        Integer.toString(mebibytes))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(() -> read(log)).isZero();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.{npy,tmp}");
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
