package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Arrays cross over between this SDK and NumPy and the safetensors package without a bit changed. */
@Tag("interop")
class ArrayExchangeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void pythonReadsWhatJavaWrites() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("arrays"));
        ModelParameters parameters = named();
        List<Path> files = new ArrayList<>();
        List<Map<String, Object>> expected = new ArrayList<>();
        for (String suffix : List.of(".npz", ".safetensors")) {
            Path file = folder.resolve("arrays" + suffix);
            try (OutputStream out = Files.newOutputStream(file)) {
                if (suffix.equals(".npz")) {
                    parameters.writeNpz(out);
                } else {
                    parameters.writeSafetensors(out);
                }
            }
            files.add(file);
            expected.add(Descriptions.named(file, parameters));
        }
        for (Tensor tensor : parameters) {
            Path file = folder.resolve(files.size() + ".npy");
            try (OutputStream out = Files.newOutputStream(file)) {
                tensor.writeNpy(out);
            }
            files.add(file);
            expected.add(Descriptions.named(file, ModelParameters.of(tensor)));
        }

        String seen = peers.run(
                "array_exchange.py",
                Stream.concat(Stream.of("describe"), files.stream()).toArray());

        assertThat(JSON.readTree(seen)).isEqualTo(JSON.readTree(JSON.writeValueAsString(expected)));
    }

    @Test
    void javaReadsWhatPythonWrites() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("arrays"));

        String written = peers.run("array_exchange.py", "write", folder);

        List<Map<String, Object>> seen = new ArrayList<>();
        for (JsonNode description : JSON.readTree(written)) {
            Path file = folder.resolve(description.get("file").textValue());
            seen.add(Descriptions.named(file, read(file)));
        }
        assertThat(seen).hasSizeGreaterThan(20);
        assertThat(JSON.readTree(JSON.writeValueAsString(seen))).isEqualTo(JSON.readTree(written));
    }

    private static ModelParameters read(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(".npy")) {
            return ModelParameters.of(Tensor.readNpy(file));
        }
        return name.endsWith(".npz") ? ModelParameters.readNpz(file) : ModelParameters.readSafetensors(file);
    }

    private static ModelParameters named() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Tensor tensor : ExchangedModels.allTypes()) {
            tensors.put(tensor.dataType().numpyName(), tensor);
        }
        tensors.put("scalar", Tensor.scalar(0.5));
        tensors.put("empty", Tensor.ofLongs(new long[0], 3, 0));
        tensors.put("größe/层.weight", Tensor.ofFloats(new float[24], 2, 3, 4));
        return ModelParameters.ofNamed(tensors);
    }
}
