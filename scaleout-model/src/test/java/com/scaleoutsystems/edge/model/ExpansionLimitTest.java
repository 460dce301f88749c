package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What counts towards the limit of decompressed content, and how often. */
class ExpansionLimitTest {
    private static final int SIZE = 100_000;

    private static final ModelHelper HELPER = BuiltInHelper.NUMPY;

    private static ModelSettings atMost(long expanded) {
        return ModelSettings.defaults()
                .withLimits(ModelLimits.defaults().withExpansionFloor(expanded).withExpansionFactor(0));
    }

    /** An archive of one array of zeros, compressed as NumPy's {@code savez_compressed} does. */
    private static byte[] compressedNpz() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("0.npy"));
            Tensor.ofBytes(new byte[SIZE]).writeNpy(zip);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static ScaleoutModel twiceCompressed(ModelSettings settings) {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(new ByteArrayInputStream(compressedNpz()))
                .file("zeros", new byte[SIZE])
                .compressed(true)
                .build()) {
            return ScaleoutModel.fromStream(model.openStream(), settings);
        }
    }

    private static void assertTooLarge(Runnable reader) {
        assertThatThrownBy(reader::run)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("too_large"))
                .hasMessageContaining("ModelLimits.expansionFloor");
    }

    @Test
    void limitOfAnArchiveCanBeSet() {
        byte[] npz = compressedNpz();
        assertTooLarge(() -> ModelParameters.readNpz(new ByteArrayInputStream(npz), atMost(SIZE)));
        assertThat(ModelParameters.readNpz(new ByteArrayInputStream(npz), atMost(SIZE + 1000))
                        .get(0)
                        .elementCount())
                .isEqualTo(SIZE);
    }

    @Test
    void allPartsCountTogether() {
        try (ScaleoutModel model = twiceCompressed(atMost(SIZE + 2000))) {
            model.modelParameters();
            assertTooLarge(() -> model.openFile("zeros"));
        }
        try (ScaleoutModel model = twiceCompressed(atMost(SIZE + 2000))) {
            model.openFile("zeros");
            assertTooLarge(model::modelParameters);
            assertTooLarge(() -> model.modelParameters(HELPER));
        }
    }

    @Test
    void whatIsReadAgainCountsOnce() {
        try (ScaleoutModel model = twiceCompressed(atMost(3 * SIZE + 3000))) {
            for (int i = 0; i < 5; i++) {
                model.openTrainingModel();
                model.openFile("zeros");
                model.modelParameters();
                assertThat(model.modelParameters(HELPER).get(0).elementCount()).isEqualTo(SIZE);
            }
        }
    }

    @Test
    void whatFailedDoesNotCount() {
        byte[] content = new byte[SIZE];
        new Random(3).nextBytes(content);
        byte[] damaged;
        try (ScaleoutModel model = ScaleoutModel.builder()
                .inferenceModel(content, "none")
                .compressed(true)
                .build()) {
            damaged = Vectors.readAll(model.openStream());
        }
        damaged[SIZE / 2] ^= 0x55;
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(damaged), atMost(SIZE + 1000))) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(model::openInferenceModel)
                        .isInstanceOfSatisfying(
                                ModelException.class,
                                e -> assertThat(e.reason()).isIn("crc", "corrupt_zip"));
            }
        }
    }
}
