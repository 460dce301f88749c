package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    /** A file with the given header and data. */
    private static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static ModelParameters read(byte[] bytes) {
        return ModelParameters.readSafetensors(new ByteArrayInputStream(bytes));
    }

    @Test
    void tensorsKeepNamesTypesShapesAndValues() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("layer.weight", Tensor.ofFloats(new float[] {1, -2, Float.NaN, 4, 5, 6}, 2, 3));
        tensors.put("layer.steps", Tensor.ofLongs(new long[] {Long.MIN_VALUE, 7}, 2));
        tensors.put("scale", Tensor.scalar(0.5f));
        tensors.put("nothing", Tensor.ofDoubles(new double[0], 0, 3));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ModelParameters.ofNamed(tensors).writeSafetensors(out);
        ModelParameters read = read(out.toByteArray());

        assertThat(read.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        tensors.forEach((name, tensor) -> {
            assertThat(read.get(name).dataType()).isEqualTo(tensor.dataType());
            assertThat(read.get(name).shape()).isEqualTo(tensor.shape());
            assertThat(read.get(name).toDoubles()).isEqualTo(tensor.toDoubles());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{not json",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 4]}}",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 0]}}",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 400]}}",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [-1], \"data_offsets\": [0, 4]}}",
                "{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 4], \"data_offsets\": [0, 4]}}",
                "{\"a\": {\"dtype\": \"Q7\", \"shape\": [1], \"data_offsets\": [0, 4]}}",
                "{\"a\": {\"shape\": [1], \"data_offsets\": [0, 4]}}"
            })
    void aHeaderThatMakesNoSenseIsRefused(String header) {
        assertThatThrownBy(() -> read(file(header, 4))).isInstanceOf(ModelException.class);
    }

    @Test
    void aHeaderLengthThatLiesIsRefusedWithoutAllocatingIt() {
        byte[] lying = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(1L << 60)
                .array();

        assertThatThrownBy(() -> read(lying)).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> read(new byte[3])).isInstanceOf(ModelException.class);
    }
}
