package com.scaleoutsystems.edge.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.scaleoutsystems.edge.model.ModelHelper;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The helpers that keep numbers without their shapes: binaryhelper joins all arrays to one row of doubles, androidhelper to
 * one of floats. The reference itself cannot read such containers (unreadable-encodings), so it is handed what they hold.
 */
@Tag("interop")
class HelperExchangeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final ModelHelper BINARY = ModelSettings.defaults().helpers().get("binaryhelper");
    private static final ModelHelper ANDROID =
            ModelSettings.defaults().helpers().get("androidhelper");

    private static final double[] NUMBERS = {1.5, -2.25, 3, 1e300, -0.0, 0.1};
    private static final float[] WEIGHTS = {1.5f, -2.25f, 0.1f};

    @RegisterExtension
    final PythonPeers peers = PythonPeers.ofRelease("1.1.0");

    @Test
    void rowsOfNumbersCrossOverBothWays() throws IOException {
        Path folder = ModuleFiles.emptyFolder(peers.folder().resolve("models"));
        write(folder);

        String seen = peers.run("helper_exchange.py", folder);

        assertThat(JSON.readTree(seen))
                .isEqualTo(JSON.readTree(JSON.writeValueAsString(Map.of(
                        "binaryhelper", NUMBERS,
                        "androidhelper", doubles(WEIGHTS),
                        "without a container", NUMBERS))));
        ModelParameters numbers = ModelParameters.of(Tensor.ofDoubles(NUMBERS));
        try (ScaleoutModel container = ScaleoutModel.fromFile(folder.resolve("binary.scm"));
                ScaleoutModel binary = ScaleoutModel.fromFile(folder.resolve("binary.bin"));
                ScaleoutModel android = ScaleoutModel.fromFile(folder.resolve("android.bin"))) {
            assertThat(container.helperType()).contains("binaryhelper");
            assertThat(container.modelParameters()).isEqualTo(numbers);
            assertThat(binary.modelParameters(BINARY)).isEqualTo(numbers);
            assertThat(android.modelParameters(ANDROID)).isEqualTo(ModelParameters.of(Tensor.ofFloats(WEIGHTS)));
        }
    }

    private static void write(Path folder) throws IOException {
        ModelParameters parameters = ModelParameters.of(
                Tensor.ofDoubles(new double[] {1.5, -2.25, 3, 1e300}, 2, 2),
                Tensor.ofDoubles(new double[] {-0.0, 0.1}, 1, 2));
        ModelParameters weights = ModelParameters.of(
                List.of(Tensor.ofFloats(new float[] {1.5f}), Tensor.ofFloats(new float[] {-2.25f, 0.1f})));
        try (ScaleoutModel binary = ScaleoutModel.builder()
                        .trainingModel(parameters, BINARY)
                        .build();
                ScaleoutModel android =
                        ScaleoutModel.builder().trainingModel(weights, ANDROID).build();
                OutputStream raw = Files.newOutputStream(folder.resolve("java-binary.bin"))) {
            binary.saveTo(folder.resolve("java-binary.scm"));
            android.saveTo(folder.resolve("java-android.scm"));
            BINARY.encode(parameters, raw);
        }
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }
}
