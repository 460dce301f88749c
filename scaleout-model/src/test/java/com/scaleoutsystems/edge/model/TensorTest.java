package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.type.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void tensorKeepsTypeShapeAndElements() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        assertThat(tensor.dataType()).isEqualTo(DataType.FLOAT32);
        assertThat(tensor.shape()).containsExactly(2, 3);
        assertThat(tensor.elementCount()).isEqualTo(6);
        assertThat(tensor.byteSize()).isEqualTo(24);
        assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tensor).hasToString("float32[2, 3]");
    }

    @Test
    void tensorDoesNotFollowTheArraysItCameFrom() {
        float[] values = {1, 2};
        long[] shape = {2, 1};
        Tensor tensor = Tensor.ofFloats(values, shape);
        values[0] = 9;
        shape[0] = 9;
        tensor.shape()[0] = 9;
        tensor.toFloats()[0] = 9;
        assertThat(tensor.toFloats()).containsExactly(1, 2);
        assertThat(tensor.shape()).containsExactly(2, 1);
        assertThatThrownBy(() -> tensor.toBuffer().put((byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void tensorWithoutGivenShapeHasOneDimension() {
        assertThat(Tensor.ofInts(new int[] {1, 2, 3}).shape()).containsExactly(3);
        assertThat(Tensor.ofFloats(new float[0]).shape()).containsExactly(0);
    }

    @Test
    void scalarHasNoDimensions() {
        assertThat(Tensor.scalar(1.5f).shape()).isEmpty();
        assertThat(Tensor.scalar(1.5f).toFloats()).containsExactly(1.5f);
        assertThat(Tensor.scalar(1.5).dataType()).isEqualTo(DataType.FLOAT64);
        assertThat(Tensor.scalar(7).dataType()).isEqualTo(DataType.INT32);
        assertThat(Tensor.scalar(7L).dataType()).isEqualTo(DataType.INT64);
        assertThat(Tensor.scalar(true).toInts()).containsExactly(1);
        assertThat(Tensor.scalar(7L)).hasToString("int64[]");
    }

    @Test
    void shapeThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Tensor.ofFloats(new float[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2, 3] has 6 elements, but 5 values were given");
        assertThatThrownBy(() -> Tensor.ofFloats(new float[1], -1, -1)).hasMessageContaining("negative");
        assertThatThrownBy(() -> Tensor.ofFloats(new float[0], 1L << 32, 1L << 32))
                .hasMessageContaining("more elements than can be counted");
        assertThatThrownBy(() -> Tensor.ofFloats(new float[0], 3, 1L << 62))
                .hasMessageContaining("more elements than can be counted");
    }

    @Test
    void emptyShapeMayHaveLargeOtherDimensions() {
        assertThat(Tensor.ofFloats(new float[0], 3, 0, 2).shape()).containsExactly(3, 0, 2);
    }

    @Test
    void rawElementsOfAnyTypeAreTaken() {
        ByteBuffer raw =
                littleEndian(8).putShort((short) -1).putShort((short) 2).flip();
        Tensor tensor = Tensor.of(DataType.UINT16, raw, 2);
        assertThat(tensor.toInts()).containsExactly(65535, 2);
        assertThat(raw.remaining()).isEqualTo(4);
        assertThatThrownBy(() -> Tensor.of(DataType.FLOAT32, littleEndian(7)))
                .hasMessageContaining("7 bytes are no whole number of float32 elements of 4 bytes");
    }

    @Test
    void largeWholeNumbersAreNeverCutSilently() {
        Tensor longs = Tensor.ofLongs(new long[] {1L << 31, -5});
        assertThat(longs.toLongs()).containsExactly(1L << 31, -5);
        assertThatThrownBy(longs::toInts).hasMessageContaining("element 0 of the tensor is 2147483648");
        Tensor unsigned = Tensor.of(DataType.UINT64, littleEndian(8).putLong(-1).flip());
        assertThatThrownBy(unsigned::toLongs).hasMessageContaining("18446744073709551615");
        assertThatThrownBy(unsigned::toInts).hasMessageContaining("18446744073709551615");
        assertThat(unsigned.toDoubles()).containsExactly(0x1p64);
        assertThat(unsigned.toFloats()).containsExactly(0x1p64f);
        Tensor odd = Tensor.of(
                DataType.UINT64, littleEndian(8).putLong(0x8000_0000_0000_0401L).flip());
        assertThat(odd.toDoubles()).containsExactly(0x8000_0000_0000_0800L == 0 ? 0 : 0x1.0000000000001p63);
    }

    @Test
    void fractionsAreNeverCutSilently() {
        assertThatThrownBy(() -> Tensor.scalar(1.5f).toLongs())
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("float32");
        assertThatThrownBy(() -> Tensor.scalar(1.5).toInts()).hasMessageContaining("toDoubles()");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void everyTypeConvertsSmallNumbersExactly(DataType type) {
        // Truth values know only 0 and 1; more than one block, so that block borders are crossed.
        int count = 200_003;
        ByteBuffer raw = littleEndian(count * type.byteSize());
        for (int i = 0; i < count; i++) {
            int value = expected(type, i);
            switch (type) {
                case FLOAT16 -> raw.putShort(Float16.fromDouble(value));
                case FLOAT32 -> raw.putFloat(value);
                case FLOAT64 -> raw.putDouble(value);
                case INT8, UINT8, BOOL -> raw.put((byte) value);
                case INT16, UINT16 -> raw.putShort((short) value);
                case INT32, UINT32 -> raw.putInt(value);
                case INT64, UINT64 -> raw.putLong(value);
            }
        }
        Tensor tensor = Tensor.of(type, raw.flip());
        float[] floats = tensor.toFloats();
        double[] doubles = tensor.toDoubles();
        long[] longs = type.isFloatingPoint() ? null : tensor.toLongs();
        int[] ints = type.isFloatingPoint() ? null : tensor.toInts();
        for (int i = 0; i < count; i++) {
            int value = expected(type, i);
            assertThat(floats[i] == value && doubles[i] == value).isTrue();
            assertThat(longs == null || longs[i] == value).isTrue();
            assertThat(ints == null || ints[i] == value).isTrue();
        }
    }

    private static int expected(DataType type, int index) {
        if (type == DataType.BOOL) {
            return index % 2;
        }
        boolean signed = type.isFloatingPoint() || !type.isUnsigned();
        return signed ? index % 255 - 127 : index % 256;
    }

    @Test
    void partsAreReadByElement() {
        Tensor tensor = Tensor.ofLongs(new long[] {10, 11, 12, 13});
        assertThat(tensor.toBuffer(1, 2).asLongBuffer().get(1)).isEqualTo(12);
        assertThat(tensor.toBuffer(1, 2).remaining()).isEqualTo(16);
        assertThat(tensor.toBuffer(4, 0).remaining()).isZero();
        assertThatThrownBy(() -> tensor.toBuffer(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tensor.toBuffer(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tensorsAreEqualBitByBit() {
        Tensor tensor = Tensor.ofFloats(new float[] {0f, Float.NaN}, 2);
        assertThat(tensor).isEqualTo(Tensor.ofFloats(new float[] {0f, Float.NaN}, 2));
        assertThat(tensor).hasSameHashCodeAs(Tensor.ofFloats(new float[] {0f, Float.NaN}, 2));
        assertThat(tensor).isNotEqualTo(Tensor.ofFloats(new float[] {-0f, Float.NaN}, 2));
        assertThat(tensor).isNotEqualTo(Tensor.ofFloats(new float[] {0f, Float.NaN}, 2, 1));
        assertThat(Tensor.ofInts(new int[2])).isNotEqualTo(Tensor.ofFloats(new float[2]));
    }

    @Test
    void everyHalfSurvivesTheWayThroughDouble() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Float16.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(Float16.toFloat(Float16.fromDouble(value))).isNaN();
            } else {
                assertThat(Float16.fromDouble(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToTheNearestEven() {
        assertThat(Float16.fromDouble(1 + 0x1p-11)).isEqualTo(Float16.fromDouble(1));
        assertThat(Float16.fromDouble(1 + 0x1.8p-10)).isEqualTo(Float16.fromDouble(1 + 0x1p-9));
        assertThat(Float16.toFloat(Float16.fromDouble(65519.99))).isEqualTo(65504f);
        assertThat(Float16.toFloat(Float16.fromDouble(65520))).isInfinite();
        assertThat(Float16.toFloat(Float16.fromDouble(-1e10))).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Float16.fromDouble(0x1p-25)).isZero();
        assertThat(Float16.fromDouble(0x1.8p-25)).isEqualTo((short) 1);
        assertThat(Float16.toFloat((short) 0x3555)).isEqualTo(0.333251953125f);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void mappedTensorKeepsTypeAndShape(DataType type) {
        Tensor ones = Tensor.of(type, littleEndian(6 * type.byteSize()), 2, 3).map(zero -> zero + 1);

        assertThat(ones.dataType()).isEqualTo(type);
        assertThat(ones.shape()).containsExactly(2, 3);
        assertThat(ones.toDoubles()).containsOnly(1);
    }

    @Test
    void mappingSeesEveryElementOfEveryBlockInOrder() {
        float[] values = new float[200_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }

        float[] doubled = Tensor.ofFloats(values).map(value -> 2 * value).toFloats();

        for (int i = 0; i < values.length; i++) {
            assertThat(doubled[i]).isEqualTo(2f * i);
        }
        assertThat(Tensor.ofFloats(new float[0], 0, 3).map(value -> 1 / value).shape())
                .containsExactly(0, 3);
        assertThat(Tensor.scalar(2.5).map(value -> -value)).isEqualTo(Tensor.scalar(-2.5));
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void largeTensorIsConvertedLikeItsParts(DataType type) {
        byte[] bits = new byte[(5 << 20) + 3 * type.byteSize()];
        new Random(9).nextBytes(bits);
        Tensor tensor = Tensor.of(type, ByteBuffer.wrap(bits));
        int part = 1000;
        float[] floats = tensor.toFloats();
        double[] doubles = tensor.toDoubles();
        for (int from = 0; from + part < floats.length; from += 99 * part) {
            Tensor copy = Tensor.of(type, tensor.toBuffer(from, part));
            assertThat(Arrays.copyOfRange(floats, from, from + part)).isEqualTo(copy.toFloats());
            assertThat(Arrays.copyOfRange(doubles, from, from + part)).isEqualTo(copy.toDoubles());
        }
        assertThat(floats[floats.length - 1])
                .isEqualTo(
                        Tensor.of(type, tensor.toBuffer(floats.length - 1, 1)).toFloats()[0]);
    }
}
