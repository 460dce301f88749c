package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Someone changes a model's file, whose bytes are not copied, while the model is in use. */
class ChangedFileTest {
    private static final int FLOATS = 1 << 16;
    private static final ModelSettings MAPPED = ModelSettings.defaults().withHeapThreshold(1_000);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("model.scm");
        write(file, 1);
        // So that each later change has another time, however coarse the times of the file system are.
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }

    private static void write(Path file, float value) {
        float[] values = new float[FLOATS];
        values[0] = value;
        try (ScaleoutModel model = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.ofFloats(values)))) {
            model.saveTo(file);
        }
    }

    /** As many bytes as there were, into the same file. */
    private void changeInPlace() throws IOException {
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
    }

    private static void assertChanged(ModelException failure) {
        assertThat(failure.code()).isEqualTo(ErrorCode.IO);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure).hasMessageContaining("was changed while it was in use");
    }

    @Test
    void aFileThatIsChangedInPlaceIsNotReadToItsEnd() throws IOException {
        try (ScaleoutModel model = ScaleoutModel.fromFile(file, MAPPED);
                ScaleoutModel renamed = model.withModelId("other");
                InputStream begun = model.openStream()) {
            begun.readNBytes(1_000);
            changeInPlace();

            assertThatThrownBy(begun::readAllBytes)
                    .isInstanceOfSatisfying(ModelException.class, ChangedFileTest::assertChanged);
            assertThatThrownBy(model::openStream)
                    .isInstanceOfSatisfying(ModelException.class, ChangedFileTest::assertChanged);
            assertThatThrownBy(renamed::openStream)
                    .as("a model that has most of its bytes from this file")
                    .isInstanceOfSatisfying(ModelException.class, ChangedFileTest::assertChanged);
        }
    }

    /** As programs replace files that others may be reading. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a mapped file cannot be replaced there")
    void aFileThatIsReplacedOrDeletedIsReadAsItWas() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Path next = folder.resolve("next");
        write(next, 2);
        try (ScaleoutModel model = ScaleoutModel.fromFile(file, MAPPED)) {
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            try (InputStream bytes = model.openStream()) {
                assertThat(bytes.readAllBytes()).isEqualTo(before);
            }
            Files.delete(file);
            try (InputStream bytes = model.openStream()) {
                assertThat(bytes.readAllBytes()).isEqualTo(before);
            }
        }
    }
}
