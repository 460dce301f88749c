package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelHelperTest {
    private static final ModelParameters PARAMETERS =
            ModelParameters.of(Tensor.ofDoubles(new double[] {1.5, -2}), Tensor.ofDoubles(new double[] {3}, 1, 1));

    /** Writes the first tensor as text. */
    private static final ModelHelper TEXT = new ModelHelper() {
        @Override
        public String helperType() {
            return "texthelper";
        }

        @Override
        public void encode(ModelParameters parameters, OutputStream out) throws IOException {
            for (double value : parameters.get(0).toDoubles()) {
                out.write((value + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public ModelParameters decode(InputStream in) throws IOException {
            return ModelParameters.of(Tensor.ofDoubles(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .mapToDouble(Double::parseDouble)
                    .toArray()));
        }
    };

    private static ModelHelper builtIn(String name) {
        return ModelSettings.defaults().helpers().get(name);
    }

    @Test
    void helpersOfTheReferenceAreKnown() {
        assertThat(ModelSettings.defaults().helpers()).containsOnlyKeys("numpyhelper", "binaryhelper", "androidhelper");
    }

    @Test
    void binaryHelperJoinsAllElements() {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(PARAMETERS, builtIn("binaryhelper"))
                .build()) {
            assertThat(model.helperType()).contains("binaryhelper");
            assertThat(model.modelParameters())
                    .isEqualTo(ModelParameters.of(Tensor.ofDoubles(new double[] {1.5, -2, 3})));
            assertThat(Vectors.readAll(model.openTrainingModel())).hasSize(24);
        }
    }

    @Test
    void androidHelperJoinsAllElementsAsFloats() {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(PARAMETERS, builtIn("androidhelper"))
                .build()) {
            assertThat(model.helperType()).contains("androidhelper");
            assertThat(model.modelParameters())
                    .isEqualTo(ModelParameters.of(Tensor.ofFloats(new float[] {1.5f, -2, 3})));
        }
    }

    @Test
    void builtInHelpersWorkOnStreamsToo() throws IOException {
        for (ModelHelper helper : ModelSettings.defaults().helpers().values()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            helper.encode(PARAMETERS, out);
            ModelParameters decoded = helper.decode(new ByteArrayInputStream(out.toByteArray()));
            assertThat(decoded.get(0).toDoubles()).startsWith(1.5, -2);
        }
    }

    @Test
    void bytesThatAreNoRowOfNumbersAreRefused() {
        for (String name : List.of("binaryhelper", "androidhelper", "numpyhelper")) {
            try (ScaleoutModel model = ScaleoutModel.builder()
                    .trainingModel(new ByteArrayInputStream(new byte[7]))
                    .helperType(name)
                    .build()) {
                assertThatThrownBy(model::modelParameters)
                        .isInstanceOfSatisfying(
                                ModelException.class,
                                e -> assertThat(e.reason()).isEqualTo("bad_tensor"));
            }
        }
    }

    @Test
    void rawNumbersAreDecodedWithTheHelperThatIsNamed() {
        try (ScaleoutModel model = ScaleoutModel.fromFile(Vectors.path("legacy/raw-f64.bin"))) {
            ModelParameters parameters = model.modelParameters(builtIn("binaryhelper"));
            assertThat(parameters.get(0).shape()).containsExactly(7);
        }
    }

    @Test
    void helperOfOnesOwnIsFoundByItsName() {
        ModelSettings settings = ModelSettings.defaults().withHelper(TEXT);
        try (ScaleoutModel model =
                        ScaleoutModel.builder().trainingModel(PARAMETERS, TEXT).build();
                ScaleoutModel known = ScaleoutModel.fromStream(model.openStream(), settings);
                ScaleoutModel unknown = ScaleoutModel.fromStream(model.openStream())) {
            assertThat(Vectors.readAll(model.openTrainingModel())).asString().isEqualTo("1.5\n-2.0\n");
            assertThat(known.modelParameters()).isEqualTo(ModelParameters.of(PARAMETERS.get(0)));
            assertThatThrownBy(unknown::modelParameters)
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo("unknown_helper"))
                    .hasMessageContaining("[androidhelper, binaryhelper, numpyhelper]");
            assertThat(unknown.modelParameters(TEXT)).isEqualTo(known.modelParameters());
        }
    }

    @Test
    void nameOfTheHelperMayBeGivenBeforeTheContent() {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .helperType("texthelper")
                .trainingModel(new ByteArrayInputStream(new byte[0]))
                .build()) {
            assertThat(model.helperType()).contains("texthelper");
        }
    }

    @Test
    void metadataPassedOnDoesNotChangeTheEncoding() {
        try (ScaleoutModel model =
                        ScaleoutModel.builder().trainingModel(PARAMETERS, TEXT).build();
                ScaleoutModel next = ScaleoutModel.fromModelParameters(PARAMETERS, model.metadata())) {
            assertThat(next.helperType()).contains("numpyhelper");
            assertThat(next.modelParameters()).isEqualTo(PARAMETERS);
        }
    }

    @Test
    void namesOfTensorsTravelWithEveryHelper() {
        ModelParameters named = ModelParameters.of(PARAMETERS.get(0)).withNames(List.of("bias"));
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(named, builtIn("binaryhelper"))
                .build()) {
            assertThat(model.modelParameters().names()).containsExactly("bias");
        }
    }
}
