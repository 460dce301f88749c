package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.Tensor;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Parameters of every kind, to be read by others. */
final class ExchangedModels {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ExchangedModels() {}

    /** Compares what a Python program has printed with what was seen here. */
    static void assertSame(String reference, List<Map<String, Object>> java) throws IOException {
        JsonNode theirs = JSON.readTree(reference);
        assertThat(theirs).hasSize(java.size());
        for (int i = 0; i < java.size(); i++) {
            assertThat(JSON.readTree(JSON.writeValueAsString(java.get(i)))).isEqualTo(theirs.get(i));
        }
    }

    static Map<String, ModelParameters> byName() {
        Map<String, ModelParameters> models = new LinkedHashMap<>();
        Random random = new Random(7);
        models.put("all_types", allTypes());
        models.put(
                "special_floats",
                ModelParameters.of(
                        Tensor.ofFloats(new float[] {
                            0,
                            -0f,
                            Float.NaN,
                            Float.POSITIVE_INFINITY,
                            Float.NEGATIVE_INFINITY,
                            Float.MIN_VALUE,
                            Float.MAX_VALUE
                        }),
                        Tensor.ofDoubles(new double[] {0, -0d, Double.NaN, Double.MIN_VALUE, Double.MAX_VALUE})));
        models.put(
                "shapes",
                ModelParameters.of(
                        Tensor.scalar(0.5f),
                        Tensor.scalar(7L),
                        Tensor.ofFloats(new float[0], 0, 3),
                        Tensor.ofInts(IntStream.range(0, 24).toArray(), 2, 3, 4)));
        models.put(
                "more_than_ten",
                ModelParameters.of(IntStream.range(0, 12)
                        .mapToObj(i -> Tensor.ofInts(new int[] {i}))
                        .toList()));
        Map<String, Tensor> named = new LinkedHashMap<>();
        named.put("layer.weight", Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2));
        named.put("layer.bias", Tensor.ofFloats(new float[] {5, 6}));
        models.put("named", ModelParameters.ofNamed(named));
        models.put("large", ModelParameters.of(randomTensor(DataType.FLOAT32, random, 1000, 1000)));
        return models;
    }

    /** A tensor of each type. */
    static ModelParameters allTypes() {
        Random random = new Random(8);
        return ModelParameters.of(Stream.of(DataType.values())
                .map(type -> randomTensor(type, random, 3, 5))
                .toList());
    }

    /** Any bits are a value, except of bool. */
    private static Tensor randomTensor(DataType type, Random random, long rows, long columns) {
        byte[] bits = new byte[Math.toIntExact(rows * columns * type.byteSize())];
        random.nextBytes(bits);
        if (type == DataType.BOOL) {
            for (int i = 0; i < bits.length; i++) {
                bits[i] &= 1;
            }
        }
        return Tensor.of(type, ByteBuffer.wrap(bits), rows, columns);
    }
}
