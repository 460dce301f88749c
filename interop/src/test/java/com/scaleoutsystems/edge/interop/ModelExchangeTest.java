package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        for (Map.Entry<String, ModelParameters> entry : ExchangedModels.byName().entrySet()) {
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

        ExchangedModels.assertSame(seen, expected);
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
        ExchangedModels.assertSame(written, seen);
    }
}
