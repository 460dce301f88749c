package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.type.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParameterAverageTest {
    private static ModelParameters floats(float... values) {
        return ModelParameters.of(Tensor.ofFloats(values));
    }

    @Test
    void averageIsWeighted() {
        ModelParameters average = new ParameterAverage()
                .add(floats(1, 10), 1)
                .add(floats(4, 40), 2)
                .result();
        assertThat(average.get(0).toFloats()).containsExactly(3, 30);
        assertThat(average.get(0).dataType()).isEqualTo(DataType.FLOAT32);
    }

    @Test
    void averageOfOneIsItself() {
        Random random = new Random(5);
        float[] values = new float[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        assertThat(new ParameterAverage().add(floats(values), 1).result()).isEqualTo(floats(values));
    }

    @Test
    void sameOrderGivesTheSameBits() {
        Random random = new Random(6);
        List<ModelParameters> updates = java.util.stream.IntStream.range(0, 7)
                .mapToObj(i -> floats(random.nextFloat(), random.nextFloat(), random.nextFloat()))
                .toList();
        ParameterAverage first = new ParameterAverage();
        ParameterAverage second = new ParameterAverage();
        for (int i = 0; i < updates.size(); i++) {
            first.add(updates.get(i), 0.1 * (i + 1));
            second.add(updates.get(i), 0.1 * (i + 1));
            first.result();
        }
        assertThat(first.result()).isEqualTo(second.result());
        assertThat(first.count()).isEqualTo(7);
        assertThat(first.totalWeight()).isEqualTo(second.totalWeight());
    }

    @Test
    void sumsDoNotLoseSmallUpdates() {
        // In single precision 1 + 2^-30 is 1 again.
        ParameterAverage average = new ParameterAverage();
        average.add(floats(0x1p30f), 1);
        for (int i = 0; i < 1000; i++) {
            average.add(floats(1), 1);
        }
        assertThat(average.result().get(0).toFloats()[0] * 1001.0).isCloseTo(0x1p30 + 1000, within(100));
    }

    private static org.assertj.core.data.Offset<Double> within(double value) {
        return org.assertj.core.data.Offset.offset(value);
    }

    @Test
    void everyTypeIsAveragedToItself() {
        ByteBuffer unsigned = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        unsigned.putLong(-2048).flip();
        for (Tensor tensor : List.of(
                Tensor.of(DataType.UINT64, unsigned),
                Tensor.ofLongs(new long[] {-7, 1L << 53}),
                Tensor.ofInts(new int[] {Integer.MIN_VALUE, 3}),
                Tensor.ofBytes(new byte[] {-128, 127}),
                Tensor.ofBooleans(new boolean[] {true, false}),
                Tensor.ofDoubles(new double[] {Math.PI, -0.0}),
                Tensor.of(DataType.FLOAT16, ByteBuffer.wrap(new byte[] {0, 0x3c})))) {
            ModelParameters parameters = ModelParameters.of(tensor);
            assertThat(new ParameterAverage()
                            .add(parameters, 2)
                            .add(parameters, 2)
                            .result())
                    .isEqualTo(parameters);
        }
    }

    @Test
    void wholeNumbersAreRoundedToTheNearest() {
        ModelParameters low = ModelParameters.of(Tensor.ofInts(new int[] {0, 1, -3}), Tensor.scalar(false));
        ModelParameters high = ModelParameters.of(Tensor.ofInts(new int[] {3, 2, -4}), Tensor.scalar(true));
        ModelParameters average =
                new ParameterAverage().add(low, 1).add(high, 3).result();
        assertThat(average.get(0).toInts()).containsExactly(2, 2, -4);
        assertThat(average.get(1).toInts()).containsExactly(1);
    }

    @Test
    void namesOfTheFirstStay() {
        ModelParameters named = floats(1).withNames(List.of("bias"));
        assertThat(new ParameterAverage()
                        .add(named, 1)
                        .add(floats(2), 1)
                        .result()
                        .names())
                .containsExactly("bias");
    }

    @Test
    void differentArchitectureIsRefusedAndChangesNothing() {
        ParameterAverage average = new ParameterAverage().add(floats(1, 2), 1);
        assertThatThrownBy(() -> average.add(floats(1, 2, 3), 1))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("float32[3] where float32[2] is expected");
        assertThatThrownBy(() -> average.add(ModelParameters.of(Tensor.ofDoubles(new double[2])), 1))
                .hasMessageContaining("float64[2]");
        assertThatThrownBy(() -> average.add(ModelParameters.of(), 1)).hasMessageContaining("0 tensors where 1");
        assertThat(average.result()).isEqualTo(floats(1, 2));
    }

    @Test
    void wrongWeightsAndNothingAtAllAreRefused() {
        ParameterAverage average = new ParameterAverage();
        for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> average.add(floats(1), weight))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Double.toString(weight));
        }
        assertThatThrownBy(average::result).hasMessageContaining("nothing to average");
        average.add(floats(1), 0);
        assertThatThrownBy(average::result).isInstanceOf(ModelException.class);
    }
}
