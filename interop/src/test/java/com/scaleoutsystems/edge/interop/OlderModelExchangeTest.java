package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same with the last of the releases 1.0.2 to 1.0.7, whose containers are alike: they keep the format's version under
 * another key, which either side takes for metadata of the user, and know no attached files.
 */
@Tag("interop")
class OlderModelExchangeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.0.7");

    @Test
    void olderReleaseReadsWhatJavaWrites() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("models"));
        List<Path> files = new ArrayList<>();
        List<Map<String, Object>> expected = new ArrayList<>();
        for (Map.Entry<String, ModelParameters> entry : ExchangedModels.byName().entrySet()) {
            Path file = folder.resolve(entry.getKey() + ".scm");
            try (ScaleoutModel model = ScaleoutModel.builder()
                    .trainingModel(entry.getValue())
                    .metadata("note", "größer als 0")
                    .inferenceModel(new byte[] {0, 1, 2, 3}, "onnx")
                    .build()) {
                model.saveTo(file);
                files.add(file);
                expected.add(withMetadata(Descriptions.container(file, model, entry.getValue()), "_version"));
            }
        }

        String seen = peers.run(
                "model_exchange.py",
                Stream.concat(Stream.of("describe"), files.stream()).toArray());

        ExchangedModels.assertSame(seen, expected);
    }

    @Test
    void javaReadsWhatAnOlderReleaseWrites() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("models"));

        String written = peers.run("model_exchange.py", "write", folder);

        int containers = 0;
        for (JsonNode description : JSON.readTree(written)) {
            Path file = folder.resolve(description.get("file").textValue());
            try (ScaleoutModel model = ScaleoutModel.fromFile(file)) {
                if (model.isContainer()) {
                    containers++;
                    assertThat(model.formatVersion()).isEqualTo(2);
                    @SuppressWarnings("unchecked")
                    Map<String, Object> theirs = JSON.convertValue(description, Map.class);
                    ExchangedModels.assertSame(
                            JSON.writeValueAsString(List.of(withMetadata(theirs, "version"))),
                            List.of(Descriptions.container(file, model, model.modelParameters())));
                }
            }
        }
        assertThat(containers).isEqualTo(5);
    }

    private static Map<String, Object> withMetadata(Map<String, Object> description, String versionKey) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        ((Map<?, ?>) description.get("metadata")).forEach((key, value) -> metadata.put((String) key, value));
        metadata.put(versionKey, 2);
        Map<String, Object> copy = new LinkedHashMap<>(description);
        copy.put("metadata", metadata);
        return copy;
    }
}
