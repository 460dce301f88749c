package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.Vectors.Vector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged, hostile and too new containers are refused, at the latest when the damaged part is read. */
class RefusedVectorsTest {
    /** Where the vectors leave it open, what this SDK does: a reason, or nothing where it accepts. */
    private static final Map<String, Optional<String>> CHOICES = Map.<String, Optional<String>>ofEntries(
            Map.entry("refused/version-fraction", Optional.of("bad_metadata")),
            Map.entry("refused/version-negative", Optional.of("bad_metadata")),
            Map.entry("refused/metadata-bom", Optional.of("bad_metadata")),
            Map.entry("refused/metadata-duplicate-keys", Optional.of("bad_metadata")),
            Map.entry("refused/unknown-helper", Optional.of("unknown_helper")),
            Map.entry("refused/helper-not-a-name", Optional.of("unknown_helper")),
            Map.entry("refused/helper-number", Optional.of("unknown_helper")),
            Map.entry("refused/no-model-id", Optional.of("missing_model_id")),
            Map.entry("refused/model-id-number", Optional.of("missing_model_id")),
            Map.entry("refused/trailing-bytes", Optional.of("trailing_data")),
            // Begins with no entry of a container, so it is raw, and bytes of no known encoding.
            Map.entry("refused/prefixed", Optional.of("bad_tensor")),
            Map.entry("refused/metadata-case", Optional.of("bad_tensor")),
            Map.entry("refused/bzip2-method", Optional.of("unsupported_method")),
            Map.entry("refused/lzma-method", Optional.of("unsupported_method")),
            Map.entry("refused/npy-long-data", Optional.of("bad_tensor")),
            Map.entry("refused/training-not-npz", Optional.of("bad_tensor")));

    /** These open, for their damage lies in what only decoding reads. */
    private static final Set<String> OPENED = Set.of("unknown_helper", "missing_training_model");

    static Stream<Vector> refused() {
        return Vectors.ofKind("refused");
    }

    @Test
    void everyOpenChoiceIsMade() {
        assertThat(refused().filter(vector -> must(vector).equals("either")).map(Vector::id))
                .containsExactlyInAnyOrderElementsOf(CHOICES.keySet());
        assertThat(refused()).hasSizeGreaterThanOrEqualTo(55);
    }

    @Test
    void everyReasonStandsInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(refused()
                        .filter(vector -> !must(vector).equals("either"))
                        .map(vector -> "`" + expectedReason(vector) + "`"))
                .allSatisfy(reason -> assertThat(readme).contains(reason));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void containerFromFileIsRefusedForTheRightReason(Vector vector) {
        assertThat(refusal(() -> ScaleoutModel.fromFile(vector.path()))).contains(expectedReason(vector));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void containerFromStreamIsRefusedForTheRightReason(Vector vector) {
        ModelSettings settings = ModelSettings.defaults().withHeapThreshold(16);
        assertThat(refusal(() -> ScaleoutModel.fromStream(new ByteArrayInputStream(vector.bytes()), settings)))
                .contains(expectedReason(vector));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void containerOfUnknownHelperStillOpens(Vector vector) {
        if (OPENED.contains(expectedReason(vector))) {
            try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
                assertThat(model.isContainer()).isTrue();
                assertThat(model.hasTrainingModel())
                        .isEqualTo(!expectedReason(vector).equals("missing_training_model"));
            }
        }
    }

    private static String must(Vector vector) {
        return vector.expect().get("must").textValue();
    }

    private static String expectedReason(Vector vector) {
        return must(vector).equals("either")
                ? CHOICES.get(vector.id()).orElseThrow()
                : vector.expect().get("reason").textValue();
    }

    private interface Opener {
        ScaleoutModel open();
    }

    /** Opens a model and reads everything in it; gives the reason where that is refused. */
    private static Optional<String> refusal(Opener opener) {
        try (ScaleoutModel model = opener.open()) {
            model.modelParameters();
            if (model.hasInferenceModel()) {
                Vectors.readAll(model.openInferenceModel());
            }
            model.fileNames().forEach(name -> Vectors.readAll(model.openFile(name)));
            return Optional.empty();
        } catch (ModelException e) {
            assertThat(e.getMessage()).isNotBlank();
            return Optional.of(e.reason());
        }
    }
}
