package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    private static byte[] write(ModelParameters parameters) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parameters.writeSafetensors(out);
        return out.toByteArray();
    }

    private static ModelParameters read(byte[] file) {
        return ModelParameters.readSafetensors(new ByteArrayInputStream(file));
    }

    private static byte[] file(String header, int elements) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + elements)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static ModelParameters named() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", Tensor.ofFloats(new float[] {1, 2}, 1, 2));
        tensors.put("empty", Tensor.ofDoubles(new double[0], 0, 3));
        tensors.put("å", Tensor.scalar(3L));
        return ModelParameters.ofNamed(tensors);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void everyTypeSurvives(DataType type) {
        byte[] raw = new byte[6 * type.byteSize()];
        Arrays.fill(raw, (byte) 1);
        ModelParameters parameters =
                ModelParameters.of(Tensor.of(type, ByteBuffer.wrap(raw), 1, 2, 3), Tensor.scalar(1));
        assertThat(read(write(parameters))).isEqualTo(parameters);
    }

    @Test
    void namesAndOrderSurvive() {
        assertThat(read(write(named()))).isEqualTo(named());
        assertThat(read(write(ModelParameters.of())).size()).isZero();
    }

    @Test
    void layoutIsThatOfTheFormat() {
        byte[] file = write(ModelParameters.ofNamed(Map.of("a", Tensor.ofInts(new int[] {1, 2}))));
        String json = "{\"a\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long length = buffer.getLong();
        assertThat(length % 8).isZero();
        assertThat(new String(file, 8, (int) length, StandardCharsets.UTF_8).strip())
                .isEqualTo(json);
        assertThat(buffer.getInt((int) (8 + length))).isEqualTo(1);
        assertThat(file).hasSize((int) (8 + length + 8));
    }

    @Test
    void otherWritersOrderIsUnderstood() {
        // Some writers sort by name as text, and keep notes beside the tensors.
        String header = "{\"__metadata__\":{\"format\":\"np\"},"
                + "\"1\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]},"
                + "\"0\":{\"dtype\":\"BOOL\",\"shape\":[],\"data_offsets\":[0,1]}}  ";
        ModelParameters parameters = read(file(header, 3));
        assertThat(parameters.isNamed()).isFalse();
        assertThat(parameters.get(0).dataType()).isEqualTo(DataType.BOOL);
        assertThat(parameters.get(1).shape()).containsExactly(2);
    }

    @Test
    void fileIsReadWithoutBeingCopied() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        ModelParameters parameters = ModelParameters.of(Tensor.ofFloats(new float[1 << 19]));
        try (OutputStream out = Files.newOutputStream(file)) {
            parameters.writeSafetensors(out);
        }
        ModelParameters copy = ModelParameters.readSafetensors(file);
        assertThat(copy).isEqualTo(parameters);
        assertThat(copy.get(0).toBuffer().isDirect()).isTrue();
    }

    static Stream<String> badHeaders() {
        return Stream.of(
                "",
                "[]",
                "{",
                "{\"a\":1}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
                "{\"a\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void headerThatLiesIsRefused(String header) {
        assertThatThrownBy(() -> read(file(header, 8)))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("bad_tensor"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE, 100_000_001, 17 << 20})
    void headerThatClaimsTooMuchIsRefusedWithoutAllocating(long claim) {
        byte[] file = file("{}", 8);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, claim);
        assertThatThrownBy(() -> read(file))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("too_large"));
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = write(named());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(ModelException.class);
        }
    }

    @Test
    void reservedNameIsRefused() {
        assertThatThrownBy(() -> write(ModelParameters.ofNamed(Map.of("__metadata__", Tensor.scalar(1)))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("__metadata__");
    }

    @Test
    void limitsCanBeSet() throws IOException {
        Path file = Files.write(folder.resolve("weights.safetensors"), write(named()));
        ModelSettings settings =
                ModelSettings.defaults().withLimits(ModelLimits.defaults().withMaxEntries(2));
        assertThatThrownBy(() -> ModelParameters.readSafetensors(file, settings))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("too_large"))
                .hasMessageContaining("ModelLimits.maxEntries");
        assertThat(ModelParameters.readSafetensors(file)).isEqualTo(named());
    }
}
