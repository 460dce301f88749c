package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.Vectors.Vector;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Payloads without an envelope travel as they are, and npz archives among them decode. */
class LegacyVectorsTest {
    private static final Set<String> DECODABLE = Set.of("legacy/helper.npz", "legacy/arr.npz", "legacy/named.npz");

    static Stream<Vector> payloads() {
        return Vectors.ofKind("legacy");
    }

    @Test
    void thereArePayloads() {
        assertThat(payloads()).hasSizeGreaterThanOrEqualTo(9);
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void payloadIsRawAndItsChecksumIsThatOfTheBytesReceived(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromStream(new ByteArrayInputStream(vector.bytes()))) {
            assertThat(model.isRaw()).isTrue();
            assertThat(model.checksum())
                    .isEqualTo(vector.expect().get("payload_sha256").textValue());
            assertThat(Vectors.readAll(model.openStream())).isEqualTo(vector.bytes());
            assertThat(Vectors.readAll(model.openTrainingModel())).isEqualTo(vector.bytes());
            assertThat(model.metadata()).containsOnlyKeys("model_id").containsEntry("model_id", model.modelId());
            assertThat(model.formatVersion()).isEqualTo(2);
            assertThat(model.fileNames()).isEmpty();
            assertThat(model.hasTrainingModel()).isTrue();
            assertThat(model.hasInferenceModel()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void payloadDecodesWhereItIsAnArchiveOfNumbers(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path())) {
            if (DECODABLE.contains(vector.id())) {
                ContainerVectorsTest.assertTensors(
                        model.modelParameters(), vector.expect().get("tensors"));
            } else {
                assertThatThrownBy(model::modelParameters)
                        .isInstanceOfSatisfying(
                                ModelException.class,
                                e -> assertThat(e.reason()).isEqualTo("bad_tensor"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void payloadTakesAnotherIdWithoutChangingItsBytes(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path());
                ScaleoutModel renamed = model.withModelId("asked-for-id")) {
            assertThat(renamed.modelId()).isEqualTo("asked-for-id");
            assertThat(renamed.metadata()).isEqualTo(Map.of("model_id", "asked-for-id"));
            assertThat(renamed.isRaw()).isTrue();
            assertThat(renamed.checksum()).isEqualTo(model.checksum());
        }
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void payloadBecomesTheTrainingModelOfAContainer(Vector vector) {
        try (ScaleoutModel model = ScaleoutModel.fromFile(vector.path());
                ScaleoutModel container = model.toBuilder().modelId("m").build()) {
            assertThat(container.isContainer()).isTrue();
            assertThat(Vectors.readAll(container.openTrainingModel())).isEqualTo(vector.bytes());
        }
    }
}
