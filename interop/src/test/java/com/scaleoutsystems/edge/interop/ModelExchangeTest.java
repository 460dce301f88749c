package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.DataType;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models cross over between this SDK and the reference's own ScaleoutModel and numpyhelper without a bit changed. */
@Tag("interop")
class ModelExchangeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Object> METADATA = Map.of(
            "note",
            "größer als 0 \uD83D\uDE42",
            "nested",
            Map.of("list", List.of(1, 2.5, true), "big", (1L << 53) + 1));

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void referenceReadsWhatJavaWrites() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("models"));
        List<Path> files = new ArrayList<>();
        List<Map<String, Object>> expected = new ArrayList<>();
        for (Map.Entry<String, ModelParameters> entry : models().entrySet()) {
            ModelParameters parameters = entry.getValue();
            Path container = folder.resolve(entry.getKey() + ".scm");
            try (ScaleoutModel model = ScaleoutModel.builder()
                    .trainingModel(parameters)
                    .metadata(METADATA)
                    .file("labels.txt", "ja\nnein\n".getBytes(StandardCharsets.UTF_8))
                    .inferenceModel(new byte[] {0, 1, 2, 3}, "onnx")
                    .build()) {
                model.saveTo(container);
                files.add(container);
                expected.add(Descriptions.container(container, model, parameters));
            }
            if (!parameters.isNamed()) {
                Path archive = folder.resolve(entry.getKey() + ".npz");
                try (OutputStream out = Files.newOutputStream(archive)) {
                    parameters.writeNpz(out);
                }
                files.add(archive);
                expected.add(Descriptions.archive(archive, parameters));
            }
        }

        String seen = peers.run(
                "model_exchange.py",
                Stream.concat(Stream.of("describe"), files.stream()).toArray());

        assertSame(seen, expected);
    }

    @Test
    void javaReadsWhatTheReferenceWrites() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("models"));

        String written = peers.run("model_exchange.py", "write", folder);

        List<Map<String, Object>> seen = new ArrayList<>();
        for (JsonNode description : JSON.readTree(written)) {
            Path file = folder.resolve(description.get("file").textValue());
            try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
                if (model.isContainer()) {
                    seen.add(Descriptions.container(file, model, model.modelParameters()));
                } else {
                    assertThat(ModelParameters.readNpz(file)).isEqualTo(model.modelParameters());
                    seen.add(Descriptions.archive(file, model.modelParameters()));
                }
            }
        }
        assertThat(seen).hasSize(10);
        assertSame(written, seen);
    }

    private static void assertSame(String reference, List<Map<String, Object>> java) throws IOException {
        JsonNode theirs = JSON.readTree(reference);
        assertThat(theirs).hasSize(java.size());
        for (int i = 0; i < java.size(); i++) {
            assertThat(JSON.readTree(JSON.writeValueAsString(java.get(i)))).isEqualTo(theirs.get(i));
        }
    }

    private static Map<String, ModelParameters> models() {
        Map<String, ModelParameters> models = new LinkedHashMap<>();
        Random random = new Random(7);
        models.put(
                "all_types",
                ModelParameters.of(Stream.of(DataType.values())
                        .map(type -> randomTensor(type, random))
                        .toList()));
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

    /** Any bits are a value, except of bool. */
    private static Tensor randomTensor(DataType type, Random random) {
        return randomTensor(type, random, 3, 5);
    }

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
