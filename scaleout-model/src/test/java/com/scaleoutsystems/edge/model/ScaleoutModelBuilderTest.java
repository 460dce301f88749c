package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleoutModelBuilderTest {
    @TempDir
    Path folder;

    private static ScaleoutModelBuilder builder() {
        return ScaleoutModel.builder().trainingModel(ModelParameters.of(Tensor.scalar(1f)));
    }

    private static byte[] bytes(ScaleoutModel model) {
        return Vectors.readAll(model.openStream());
    }

    @Test
    void everyPartIsKept() throws IOException {
        Path file = Files.write(folder.resolve("content"), new byte[] {5, 6});
        try (ScaleoutModel model = builder()
                        .inferenceModel(new byte[] {1}, "onnx")
                        .file("a", new byte[] {2})
                        .file("b", new ByteArrayInputStream(new byte[] {3, 4}))
                        .file("ü☃.txt", file)
                        .build();
                ScaleoutModel copy = ScaleoutModel.fromStream(model.openStream())) {
            assertThat(copy.inferenceModelFormat()).contains("onnx");
            assertThat(Vectors.readAll(copy.openInferenceModel())).containsExactly(1);
            assertThat(copy.fileNames()).containsExactly("a", "b", "ü☃.txt");
            assertThat(Vectors.readAll(copy.openFile("b"))).containsExactly(3, 4);
            assertThat(Vectors.readAll(copy.openFile("ü☃.txt"))).containsExactly(5, 6);
            assertThat(copy.modelParameters().get(0).toFloats()).containsExactly(1);
        }
    }

    @Test
    void encodedTrainingModelIsKeptAsItIs() throws IOException {
        byte[] raw = {1, 2, 3};
        Path file = Files.write(folder.resolve("weights.bin"), raw);
        try (ScaleoutModel fromFile =
                        ScaleoutModel.builder().modelId("m").trainingModel(file).build();
                ScaleoutModel fromStream = ScaleoutModel.builder()
                        .modelId("m")
                        .trainingModel(new ByteArrayInputStream(raw))
                        .build();
                ScaleoutModel named = ScaleoutModel.builder()
                        .trainingModel(file)
                        .helperType("torchhelper")
                        .build()) {
            assertThat(Vectors.readAll(fromFile.openTrainingModel())).isEqualTo(raw);
            assertThat(bytes(fromFile)).isEqualTo(bytes(fromStream));
            assertThat(fromFile.helperType()).isEmpty();
            assertThat(named.helperType()).contains("torchhelper");
            assertThatThrownBy(named::modelParameters)
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo("unknown_helper"))
                    .hasMessageContaining("torchhelper");
        }
    }

    @Test
    void npzGivenAsAFileIsKnownAsOne() {
        try (ScaleoutModel model = ScaleoutModel.builder()
                .trainingModel(Vectors.path("legacy/helper.npz"))
                .build()) {
            assertThat(model.helperType()).contains("numpyhelper");
            assertThat(model.modelParameters().size()).isEqualTo(2);
        }
    }

    @Test
    void fileThatChangesAfterwardsChangesNoModel() throws IOException {
        Path file = Files.write(folder.resolve("content"), new byte[3 << 20]);
        try (ScaleoutModel model = builder().file("content", file).build()) {
            Files.write(file, new byte[] {1});
            assertThat(Vectors.readAll(model.openFile("content")))
                    .hasSize(3 << 20)
                    .containsOnly(0);
        }
    }

    @Test
    void builderBuildsTheSameTwice() {
        ScaleoutModelBuilder builder = builder().modelId("m").file("a", new ByteArrayInputStream(new byte[] {3, 4}));
        try (ScaleoutModel first = builder.build();
                ScaleoutModel second = builder.build()) {
            assertThat(bytes(first)).isEqualTo(bytes(second));
        }
    }

    @Test
    void unchangedModelStaysWhatItIs() {
        try (ScaleoutModel model = builder().modelId("m").build();
                ScaleoutModel same = model.toBuilder().build();
                ScaleoutModel sameId = model.toBuilder().modelId("m").build()) {
            assertThat(same.modelId()).isEqualTo("m");
            assertThat(same.checksum()).isEqualTo(model.checksum());
            assertThat(sameId.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void changedModelGetsANewIdUnlessOneIsGiven() {
        try (ScaleoutModel model = builder().modelId("m").build();
                ScaleoutModel changed = model.toBuilder().metadata("a", 1).build();
                ScaleoutModel kept =
                        model.toBuilder().metadata("a", 1).modelId("m").build()) {
            assertThat(changed.modelId()).isNotEqualTo("m").hasSize(36);
            assertThat(kept.modelId()).isEqualTo("m");
            assertThat(kept.metadata()).containsEntry("a", 1);
        }
    }

    @Test
    void partsAreReplacedAndRemoved() {
        try (ScaleoutModel model = builder()
                        .inferenceModel(new byte[] {1}, "onnx")
                        .file("a", new byte[] {2})
                        .file("b", new byte[] {3})
                        .metadata("gone", true)
                        .build();
                ScaleoutModel changed = model.toBuilder()
                        .removeInferenceModel()
                        .removeFile("a")
                        .file("b", new byte[] {4})
                        .removeMetadata("gone")
                        .build()) {
            assertThat(changed.hasInferenceModel()).isFalse();
            assertThat(changed.inferenceModelFormat()).isEmpty();
            assertThat(changed.fileNames()).containsExactly("b");
            assertThat(Vectors.readAll(changed.openFile("b"))).containsExactly(4);
            assertThat(changed.metadata()).doesNotContainKey("gone");
            assertThat(changed.modelParameters()).isEqualTo(model.modelParameters());
            assertThat(model.fileNames()).containsExactly("a", "b");
        }
    }

    @Test
    void unknownEntriesAreCarriedOn() {
        try (ScaleoutModel model = ScaleoutModel.fromFile(Vectors.path("containers/unknown-entries.scm"));
                ScaleoutModel changed = model.toBuilder().metadata("a", 1).build()) {
            assertThat(changed.content().container().archive().entries()).containsKey("future/thing.bin");
            assertThat(changed.fileNames()).isEqualTo(model.fileNames());
        }
    }

    @Test
    void oldVersionKeyIsCarriedAsTheReferenceCarriesIt() {
        try (ScaleoutModel model = ScaleoutModel.fromFile(Vectors.path("containers/from-1.0.2.scm"));
                ScaleoutModel changed = model.withModelId("m")) {
            assertThat(changed.metadata()).containsEntry("version", 2);
            assertThat(changed.formatVersion()).isEqualTo(2);
        }
    }

    @Test
    void metadataOfEveryJsonKindIsKept() {
        Map<String, Object> nested = new HashMap<>();
        nested.put("none", null);
        nested.put("list", Arrays.asList(1, "x", null, List.of()));
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("text", "a\"\\\n å 😀");
        metadata.put("long", 1L << 40);
        metadata.put("big", new BigInteger("123456789012345678901234567890"));
        metadata.put("double", -0.0);
        metadata.put("float", 0.1f);
        metadata.put("short", (short) 3);
        metadata.put("array", new double[] {1.5, 2});
        metadata.put("nested", nested);
        metadata.put("none", null);
        try (ScaleoutModel model = builder().metadata(metadata).build();
                ScaleoutModel copy = ScaleoutModel.fromStream(model.openStream())) {
            assertThat(copy.metadata())
                    .containsEntry("text", "a\"\\\n å 😀")
                    .containsEntry("long", 1L << 40)
                    .containsEntry("big", new BigInteger("123456789012345678901234567890"))
                    .containsEntry("double", -0.0)
                    .containsEntry("float", 0.1)
                    .containsEntry("short", 3)
                    .containsEntry("array", List.of(1.5, 2.0))
                    .containsEntry("nested", nested)
                    .containsEntry("none", null);
            assertThat(copy.metadata()).isEqualTo(model.metadata());
        }
    }

    @Test
    void numbersThatJsonLacksBecomeNull() {
        try (ScaleoutModel model = builder()
                .metadata("loss", Double.NaN)
                .metadata("list", List.of(1.0, Double.POSITIVE_INFINITY))
                .build()) {
            assertThat(model.metadata()).containsEntry("loss", null).containsEntry("list", Arrays.asList(1.0, null));
        }
    }

    @Test
    void metadataThatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> builder().metadata("thing", new Object()))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("metadata.thing is a java.lang.Object");
        Map<String, Object> cycle = new HashMap<>();
        cycle.put("self", Collections.singletonList(cycle));
        assertThatThrownBy(() -> builder().metadata(cycle)).hasMessageContaining("nested more than");
        assertThatThrownBy(() -> builder().metadata("map", Map.of(1, 2))).hasMessageContaining("a key that is no text");
    }

    @Test
    void metadataOfAnotherModelMayBePassedOn() {
        try (ScaleoutModel model = builder().modelId("m").metadata("round", 1).build();
                ScaleoutModel next = ScaleoutModel.fromModelParameters(model.modelParameters(), model.metadata())) {
            assertThat(next.metadata()).containsEntry("round", 1).containsEntry("model_id", next.modelId());
            assertThat(next.modelId()).isNotEqualTo("m");
        }
    }

    @Test
    void readMetadataCannotBeChanged() {
        try (ScaleoutModel model = builder().metadata("a", List.of(1)).build()) {
            assertThatThrownBy(() -> model.metadata().put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a\\b", "..", "a..b", ".", "a\0b", "a\nb"})
    void fileNamesThatAreNoPlainNamesAreRefused(String name) {
        assertThatThrownBy(() -> builder().file(name, new byte[1]))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("unsafe_name"));
    }

    @Test
    void fileNamesThatCannotBeWrittenAreRefused() {
        for (String name : List.of("x".repeat(256), "half\ud83d")) {
            assertThatThrownBy(() -> builder().file(name, new byte[1]))
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.reason()).isEqualTo("unsafe_name"));
        }
        String longest = "å".repeat(255);
        try (ScaleoutModel model = builder().file(longest, new byte[1]).build();
                ScaleoutModel copy = ScaleoutModel.fromStream(model.openStream())) {
            assertThat(copy.fileNames()).containsExactly(longest);
        }
    }

    @Test
    void removingWhatIsNotThereIsNoChange() {
        try (ScaleoutModel model = builder().modelId("m").build();
                ScaleoutModel same = model.toBuilder()
                        .removeFile("none")
                        .removeInferenceModel()
                        .removeMetadata("none")
                        .build()) {
            assertThat(same.modelId()).isEqualTo("m");
            assertThat(same.checksum()).isEqualTo(model.checksum());
        }
    }

    @Test
    void modelWithoutAnyModelIsRefused() {
        assertThatThrownBy(() -> ScaleoutModel.builder().metadata("a", 1).build())
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessageContaining("trainingModel");
        assertThatThrownBy(() -> ScaleoutModel.builder().modelId("")).hasMessageContaining("must not be empty");
        assertThatThrownBy(() -> builder().trainingModel(folder.resolve("none")))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
}
