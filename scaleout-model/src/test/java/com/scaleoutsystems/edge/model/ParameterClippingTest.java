package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ParameterClippingTest {

    private static ModelParameters parameters(float... values) {
        return ModelParameters.of(
                Tensor.ofFloats(new float[] {values[0]}, 1), Tensor.ofFloats(new float[] {values[1]}, 1));
    }

    @Test
    void theNormGoesOverAllTensors() {
        assertThat(ParameterClipping.norm(parameters(3, 4))).isEqualTo(5);
        assertThat(ParameterClipping.distance(parameters(4, 6), parameters(1, 2)))
                .isEqualTo(5);
    }

    @Test
    void whatIsTooLongIsScaledAndWhatIsNotIsLeft() {
        ModelParameters clipped = ParameterClipping.clip(parameters(3, 4), 1);

        assertThat(clipped.get(0).toFloats()[0]).isCloseTo(0.6f, within(1e-6f));
        assertThat(clipped.get(1).toFloats()[0]).isCloseTo(0.8f, within(1e-6f));
        assertThat(ParameterClipping.clip(parameters(3, 4), 10).get(1).toFloats())
                .containsExactly(4);
    }

    @Test
    void anUpdateIsClippedAroundItsBase() {
        ModelParameters clipped = ParameterClipping.clipUpdate(parameters(4, 6), parameters(1, 2), 2.5);

        assertThat(clipped.get(0).toFloats()[0]).isCloseTo(2.5f, within(1e-6f));
        assertThat(clipped.get(1).toFloats()[0]).isCloseTo(4f, within(1e-6f));
    }
}
