package com.scaleoutsystems.edge.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.Tensor;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NetworkTest {

    @Test
    void gradientIsTheSlopeOfTheLoss() throws IOException {
        Examples examples = new Examples(
                DigitsData.bundled().ofClient(0, 1).images().stream().limit(20).toList());
        Weights weights = Weights.random(7);
        Network network = new Network(weights);
        Weights gradient = network.gradient(examples);

        int checked = 0;
        for (int t = 0; t < 4; t++) {
            float[] values = weights.tensors().get(t);
            for (int i = 0; i < values.length; i += Math.max(1, values.length / 100)) {
                assertThat((double) gradient.tensors().get(t)[i])
                        .as("tensor %d, value %d", t, i)
                        .isCloseTo(slope(network, examples, values, i), within(3e-3));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(200);
    }

    private static double slope(Network network, Examples examples, float[] values, int i) {
        float before = values[i];
        float step = 1e-3f;
        values[i] = before + step;
        double above = network.evaluate(examples).loss();
        values[i] = before - step;
        double below = network.evaluate(examples).loss();
        values[i] = before;
        return (above - below) / (2 * step);
    }

    @Test
    void weightsSurviveTheWayThroughAModel() {
        Weights weights = Weights.random(3);
        weights.b1[5] = 0.5f;
        weights.b2[9] = -0.25f;

        ModelParameters parameters = weights.toParameters();
        Weights back = Weights.of(parameters);

        assertThat(parameters.get(0).shape()).containsExactly(64, 32);
        assertThat(parameters.get(1).shape()).containsExactly(32);
        assertThat(parameters.get(2).shape()).containsExactly(32, 10);
        assertThat(parameters.get(3).shape()).containsExactly(10);
        for (int t = 0; t < 4; t++) {
            assertThat(back.tensors().get(t)).containsExactly(weights.tensors().get(t));
        }
    }

    @Test
    void anotherNetworksModelIsRefused() {
        ModelParameters other = ModelParameters.of(Tensor.ofFloats(new float[4], 2, 2));

        assertThatThrownBy(() -> Weights.of(other))
                .hasMessage("The model has 1 tensors; expected w1[64,32], b1[32], w2[32,10], b2[10]");
    }

    @Test
    void trainingLeavesTheStartAloneAndLowersTheLoss() throws IOException {
        Examples examples = DigitsData.bundled().ofClient(2, 5);
        Weights start = Weights.random(1);
        double before = new Network(start).evaluate(examples).loss();

        Weights trained = LocalTraining.train(start, examples, 1, () -> {});

        assertThat(start.w1).containsExactly(Weights.random(1).w1);
        assertThat(new Network(trained).evaluate(examples).loss()).isLessThan(before / 2);
    }

    @Test
    void trainingStopsWhenTheTaskIsAborted() throws IOException {
        Examples examples = DigitsData.bundled().ofClient(2, 5);
        IllegalStateException abort = new IllegalStateException("aborted");

        assertThatThrownBy(() -> LocalTraining.train(Weights.random(1), examples, 1, () -> {
                    throw abort;
                }))
                .isSameAs(abort);
    }
}
