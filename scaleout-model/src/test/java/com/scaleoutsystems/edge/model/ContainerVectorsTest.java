package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.Vectors.Vector;
import com.scaleoutsystems.edge.proto.FileChunk;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Containers made by all releases of the reference client are read as it reads them. */
class ContainerVectorsTest {
    /** Vectors whose tensors hold complex numbers or text, which this SDK does not carry. */
    private static final Set<String> WITHOUT_NUMBERS = Set.of("container/more-dtypes", "container/dict-params-trap");

    static Stream<Vector> containers() {
        return Vectors.ofKind("container");
    }

    @Test
    void thereAreContainers() {
        assertThat(containers()).hasSizeGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void containerFromFileIsReadAsTheReferenceReadsIt(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            assertMatches(model, vector);
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void containerFromStreamIsReadAsTheReferenceReadsIt(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(vector.bytes()))) {
            assertMatches(model, vector);
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void containerFromItsOwnChunksIsTheSame(Vector vector) {
        try (ScaleoutModel source = ScaleoutModel.fromFile(vector.path());
                ScaleoutModel model = ScaleoutModel.fromFileChunkStream(source.fileChunkStream(100))) {
            assertMatches(model, vector);
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void containerOverTheHeapThresholdIsReadTheSame(Vector vector) {
        ModelSettings settings = ModelSettings.defaults().withHeapThreshold(16);
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(vector.bytes()), settings)) {
            assertThat(model.file()).isPresent();
            assertMatches(model, vector);
        }
    }

    private static void assertMatches(ScaleoutModel model, Vector vector) {
        JsonNode expect = vector.expect();
        assertThat(model.isContainer()).isTrue();
        assertThat(model.isRaw()).isFalse();
        assertThat(model.modelId()).isEqualTo(expect.get("model_id").textValue());
        assertThat(model.formatVersion()).isEqualTo(expect.get("format_version").intValue());
        assertThat(model.size()).isEqualTo(vector.node().get("size").longValue());
        assertThat(model.checksum()).isEqualTo(expect.get("checksum").textValue());
        assertThat(Vectors.sha256(Vectors.readAll(model.openStream())))
                .isEqualTo(expect.get("checksum").textValue());
        assertSameJson(model.metadata(), expect.get("metadata"));
        assertThat(chunkSizes(model.fileChunkStream())).isEqualTo(ints(expect.get("chunk_sizes_1MiB")));
        assertParts(model, expect);
        if (WITHOUT_NUMBERS.contains(vector.id())) {
            assertThatThrownBy(model::modelParameters)
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo("bad_tensor"));
        } else {
            assertTensors(model.modelParameters(), expect.get("tensors"));
        }
    }

    private static void assertParts(ScaleoutModel model, JsonNode expect) {
        assertThat(Vectors.sha256(Vectors.readAll(model.openTrainingModel())))
                .isEqualTo(expect.get("training_model").get("sha256").textValue());
        assertThat(model.hasInferenceModel())
                .isEqualTo(expect.get("has_inference_model").booleanValue());
        assertThat(model.inferenceModelFormat().orElse(null))
                .isEqualTo(expect.get("inference_model_format").textValue());
        if (model.hasInferenceModel()) {
            assertThat(Vectors.sha256(Vectors.readAll(model.openInferenceModel())))
                    .isEqualTo(expect.get("inference_model").get("sha256").textValue());
        }
        List<String> names = new ArrayList<>();
        for (JsonNode file : expect.get("files")) {
            String name = file.get("name").textValue();
            names.add(name);
            assertThat(Vectors.sha256(Vectors.readAll(model.openFile(name))))
                    .isEqualTo(file.get("sha256").textValue());
        }
        assertThat(model.fileNames()).isEqualTo(names);
    }

    static void assertTensors(ModelParameters parameters, JsonNode tensors) {
        assertThat(parameters.size()).isEqualTo(tensors.size());
        List<JsonNode> ordered = StreamSupport.stream(tensors.spliterator(), false)
                .sorted(Comparator.comparingInt(
                        tensor -> tensor.get("name").textValue().matches("\\d+")
                                ? Integer.parseInt(tensor.get("name").textValue())
                                : 0))
                .toList();
        for (int i = 0; i < ordered.size(); i++) {
            JsonNode expected = ordered.get(i);
            Tensor tensor = parameters.get(i);
            assertThat(parameters.names().get(i)).isEqualTo(expected.get("name").textValue());
            assertThat(tensor.dataType().numpyName())
                    .isEqualTo(expected.get("dtype").textValue());
            assertThat(tensor.shape()).isEqualTo(longs(expected.get("shape")));
            assertThat(tensor.elementCount()).isEqualTo(expected.get("count").longValue());
            assertThat(tensor.byteSize()).isEqualTo(expected.get("nbytes").longValue());
            assertThat(Vectors.sha256(bytes(tensor.toBuffer())))
                    .isEqualTo(expected.get("sha256_le_c").textValue());
            assertFirstValues(tensor, expected.get("first"));
        }
    }

    private static void assertFirstValues(Tensor tensor, JsonNode first) {
        double[] doubles = tensor.toDoubles();
        for (int i = 0; i < first.size(); i++) {
            JsonNode value = first.get(i);
            double expected = value.isTextual()
                    ? Double.parseDouble(value.textValue())
                    : value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.doubleValue();
            // Not ==, for NaN must equal NaN, and minus zero must differ from zero.
            assertThat(Double.compare(doubles[i], expected)).isZero();
            if (!tensor.dataType().isFloatingPoint()) {
                assertThat(tensor.toLongs()[i]).isEqualTo((long) expected);
            }
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] result = new byte[buffer.remaining()];
        buffer.get(result);
        return result;
    }

    static List<Integer> chunkSizes(Iterator<FileChunk> chunks) {
        List<Integer> sizes = new ArrayList<>();
        chunks.forEachRemaining(chunk -> sizes.add(chunk.getData().size()));
        return sizes;
    }

    static List<Integer> ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::intValue)
                .toList();
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::longValue)
                .toArray();
    }

    /** The manifest is strict JSON, so numbers that JSON lacks stand there as texts. */
    private static void assertSameJson(Object found, JsonNode expected) {
        if (expected.isObject()) {
            Map<?, ?> map = (Map<?, ?>) found;
            List<String> keys = new ArrayList<>();
            expected.fieldNames().forEachRemaining(keys::add);
            assertThat(new ArrayList<Object>(map.keySet())).isEqualTo(keys);
            keys.forEach(key -> assertSameJson(map.get(key), expected.get(key)));
        } else if (expected.isArray()) {
            List<?> list = (List<?>) found;
            assertThat(list).hasSize(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertSameJson(list.get(i), expected.get(i));
            }
        } else {
            Function<Object, String> text = value -> value instanceof String ? (String) value : String.valueOf(value);
            assertThat(text.apply(found)).isEqualTo(expected.isNull() ? "null" : expected.asText());
        }
    }
}
