package com.scaleoutsystems.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFileTest {

    @TempDir
    Path folder;

    private final List<EdgeException> told = new ArrayList<>();

    @Test
    void theCountGoesOnThroughAllProcesses() {
        for (long first : List.of(0L, 2L, 4L)) {
            try (SequenceFile count = new SequenceFile(Optional.of(folder), told::add)) {
                assertThat(count.next()).isEqualTo(first);
                assertThat(count.next()).isEqualTo(first + 1);
            }
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aFullDiskIsToldOnceAndTheCountGoesOn() throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(full).isWritable();
        Files.createSymbolicLink(folder.resolve("log-rate.next"), full);

        try (SequenceFile count = new SequenceFile(Optional.of(folder), told::add)) {
            assertThat(List.of(count.next(), count.next(), count.next())).containsExactly(0L, 1L, 2L);
        }
        assertThat(told).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.IO);
            assertThat(error).hasMessageContaining("--log-rate");
        });
    }
}
