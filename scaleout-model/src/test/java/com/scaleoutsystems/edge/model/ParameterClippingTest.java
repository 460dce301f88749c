package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.scaleoutsystems.edge.ModelException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParameterClippingTest {
    private static final ModelParameters BASE = ModelParameters.of(
            Tensor.ofFloats(new float[] {1, 1}), Tensor.ofDoubles(new double[] {1}), Tensor.scalar(5L));

    @Test
    void normCountsAllFloatingPointTensors() {
        ModelParameters parameters = ModelParameters.of(
                Tensor.ofFloats(new float[] {2, 3}), Tensor.ofDoubles(new double[] {6}), Tensor.scalar(100L));
        assertThat(ParameterClipping.norm(parameters)).isEqualTo(7);
        assertThat(ParameterClipping.distance(parameters, BASE)).isEqualTo(Math.sqrt(1 + 4 + 25));
    }

    @Test
    void smallParametersStayAsTheyAre() {
        assertThat(ParameterClipping.clip(BASE, 10)).isSameAs(BASE);
        assertThat(ParameterClipping.clipUpdate(BASE, BASE, 0.1)).isSameAs(BASE);
    }

    @Test
    void largeParametersAreScaledDown() {
        ModelParameters parameters = ModelParameters.of(Tensor.ofFloats(new float[] {30, 40}), Tensor.scalar(7L))
                .withNames(List.of("a", "b"));
        ModelParameters clipped = ParameterClipping.clip(parameters, 5);
        assertThat(clipped.get("a").toFloats()).containsExactly(3, 4);
        assertThat(clipped.get("b").toLongs()).containsExactly(7);
    }

    @Test
    void updateIsShortenedTowardsItsBase() {
        ModelParameters parameters = ModelParameters.of(
                Tensor.ofFloats(new float[] {4, 5}), Tensor.ofDoubles(new double[] {1}), Tensor.scalar(6L));
        ModelParameters clipped = ParameterClipping.clipUpdate(parameters, BASE, 2.5);
        assertThat(clipped.get(0).toFloats()).containsExactly(2.5f, 3);
        assertThat(clipped.get(1).toDoubles()).containsExactly(1);
        assertThat(clipped.get(2).toLongs()).containsExactly(6);
    }

    @Test
    void largeTensorsAreClippedWhole() {
        Random random = new Random(3);
        float[] values = new float[100_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        ModelParameters clipped = ParameterClipping.clip(ModelParameters.of(Tensor.ofFloats(values)), 1);
        assertThat(ParameterClipping.norm(clipped)).isCloseTo(1, within(1e-6));
        assertThat(clipped.get(0).toFloats()[100_000] / clipped.get(0).toFloats()[0])
                .isCloseTo(values[100_000] / values[0], within(1e-4f));
    }

    @Test
    void divergedParametersAndWrongBoundsAreRefused() {
        ModelParameters diverged = ModelParameters.of(Tensor.ofFloats(new float[] {Float.NaN}));
        assertThatThrownBy(() -> ParameterClipping.clip(diverged, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("diverged");
        for (double bound : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> ParameterClipping.clip(BASE, bound)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ParameterClipping.distance(diverged, BASE)).isInstanceOf(ModelException.class);
    }
}
