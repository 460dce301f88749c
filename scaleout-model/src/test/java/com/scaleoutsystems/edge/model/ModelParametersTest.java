package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelParametersTest {
    @TempDir
    Path folder;

    private static byte[] npz(ModelParameters parameters) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parameters.writeNpz(out);
        return out.toByteArray();
    }

    private static ModelParameters read(byte[] npz) {
        return ModelParameters.readNpz(new ByteArrayInputStream(npz));
    }

    private static ModelParameters named() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z/kernel", Tensor.ofFloats(new float[] {1, 2}, 2));
        tensors.put("ä", Tensor.scalar(3L));
        return ModelParameters.ofNamed(tensors);
    }

    @Test
    void tensorsComeInOrder() {
        Tensor first = Tensor.scalar(1);
        Tensor second = Tensor.scalar(2);
        ModelParameters parameters = ModelParameters.of(first, second);
        assertThat(parameters).containsExactly(first, second);
        assertThat(parameters.stream()).containsExactly(first, second);
        assertThat(parameters.size()).isEqualTo(2);
        assertThat(parameters.get(1)).isEqualTo(second);
        assertThat(parameters.get("1")).isEqualTo(second);
        assertThat(parameters.names()).containsExactly("0", "1");
        assertThat(parameters.isNamed()).isFalse();
        assertThat(parameters).hasToString("{0: int32[], 1: int32[]}");
    }

    @Test
    void namesKeepTheirOrder() {
        assertThat(named().names()).containsExactly("z/kernel", "ä");
        assertThat(named().isNamed()).isTrue();
        assertThat(named().get("ä").toLongs()).containsExactly(3);
    }

    @Test
    void wrongNamesAndPositionsAreTold() {
        assertThatThrownBy(() -> named().get("x"))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                .hasMessageContaining("z/kernel");
        assertThatThrownBy(() -> named().get(2)).hasMessageContaining("the parameters have 2");
        assertThatThrownBy(() -> named().withNames(List.of("a"))).hasMessageContaining("2 tensors, but 1 names");
        assertThatThrownBy(() -> named().withNames(List.of("a", "a"))).hasMessageContaining("the name 'a'");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void everyTypeSurvivesTheArchive(DataType type) {
        byte[] raw = new byte[6 * type.byteSize()];
        Arrays.setAll(new int[raw.length], i -> raw[i] = (byte) (type == DataType.BOOL ? i % 2 : 37 * i));
        ModelParameters parameters = ModelParameters.of(
                Tensor.of(type, ByteBuffer.wrap(raw), 1, 2, 3), Tensor.of(type, ByteBuffer.allocate(0), 0, 5));
        assertThat(read(npz(parameters))).isEqualTo(parameters);
    }

    @Test
    void namesSurviveTheArchive() {
        ModelParameters copy = read(npz(named()));
        assertThat(copy).isEqualTo(named());
        assertThat(copy.isNamed()).isTrue();
    }

    @Test
    void nothingSurvivesTheArchiveToo() {
        assertThat(read(npz(ModelParameters.of())).size()).isZero();
    }

    @Test
    void equalParametersGiveEqualBytes() {
        assertThat(npz(named())).isEqualTo(npz(named()));
    }

    @Test
    void manyTensorsKeepTheirNumbers() {
        ModelParameters parameters = ModelParameters.of(java.util.stream.IntStream.range(0, 70_000)
                .mapToObj(Tensor::scalar)
                .toList());
        byte[] npz = npz(parameters);
        assertThatThrownBy(() -> read(npz))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("too_large"))
                .hasMessageContaining("ModelLimits.maxEntries");
        ModelSettings settings =
                ModelSettings.defaults().withLimits(ModelLimits.defaults().withMaxEntries(70_000));
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(npz), settings)) {
            assertThat(model.modelParameters().get(69_999).toInts()).containsExactly(69_999);
        }
    }

    @Test
    void arraysAreAlignedAsNumpyAlignsThem() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz(named())))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readAllBytes();
                int headerSize = 10 + (content[8] & 0xff) + ((content[9] & 0xff) << 8);
                assertThat(headerSize % 64).isZero();
                assertThat(content[headerSize - 1]).isEqualTo((byte) '\n');
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
            }
        }
    }

    @Test
    void fileIsReadWithoutBeingCopied() throws IOException {
        Path file = folder.resolve("weights.npz");
        ModelParameters parameters = ModelParameters.of(Tensor.ofFloats(new float[1 << 19]));
        try (OutputStream out = Files.newOutputStream(file)) {
            parameters.writeNpz(out);
        }
        ModelParameters copy = ModelParameters.readNpz(file);
        assertThat(copy).isEqualTo(parameters);
        assertThat(copy.get(0).toBuffer().isDirect()).isTrue();
    }

    @Test
    void compressedArchiveIsRead() throws IOException {
        byte[] stored = npz(named());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream target = new ZipOutputStream(out);
                ZipInputStream source = new ZipInputStream(new ByteArrayInputStream(stored))) {
            for (ZipEntry entry = source.getNextEntry(); entry != null; entry = source.getNextEntry()) {
                target.putNextEntry(new ZipEntry(entry.getName()));
                source.transferTo(target);
            }
        }
        assertThat(read(out.toByteArray())).isEqualTo(named());
    }

    @Test
    void missingFileAndForeignContentAreTold() throws IOException {
        assertThatThrownBy(() -> ModelParameters.readNpz(folder.resolve("none.npz")))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                .hasMessageContaining("none.npz");
        assertThatThrownBy(() -> read("no archive at all, but long enough".getBytes()))
                .isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> ModelParameters.readNpz(folder)).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> ModelParameters.readNpz(new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("line broke");
                    }
                }))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("line broke");
    }

    @Test
    void everyTruncationOfAnArchiveIsRefused() {
        byte[] npz = npz(named());
        for (int length = 0; length < npz.length; length++) {
            byte[] cut = Arrays.copyOf(npz, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(ModelException.class);
        }
    }

    @Test
    void noSingleDamagedByteChangesAValueUnseen() {
        byte[] npz = npz(named());
        for (int at = 0; at < npz.length; at++) {
            byte[] damaged = npz.clone();
            damaged[at] ^= 0x10;
            try {
                ModelParameters copy = read(damaged);
                // Time stamps, versions and the like carry nothing; everything else must be noticed.
                assertThat(copy.tensors()).isEqualTo(named().tensors());
            } catch (ModelException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void targetThatFailsIsTold() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("disk full");
            }
        };
        assertThatThrownBy(() -> named().writeNpz(full))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO))
                .hasMessageContaining("disk full");
    }
}
