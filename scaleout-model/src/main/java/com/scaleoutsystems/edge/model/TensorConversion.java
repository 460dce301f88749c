package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.type.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Turns little-endian elements of any type into Java arrays and back, block by block. */
final class TensorConversion {
    /** A multiple of all element sizes, small enough to stay in the processor's cache. */
    private static final int BLOCK = 1 << 16;

    private TensorConversion() {}

    /** Gives the values of one block of elements; the array may be longer and may be used again. */
    interface Blocks {
        double[] get(int block);
    }

    private interface Block {
        /** Converts a block whose first element is the one of the given index. */
        void convert(ByteBuffer block, int first, int count);
    }

    private static void forEachBlock(DataType type, Bytes data, Block block) {
        int width = type.byteSize();
        try {
            for (long at = 0; at < data.size(); at += BLOCK) {
                int length = (int) Math.min(BLOCK, data.size() - at);
                block.convert(data.view(at, length), (int) (at / width), length / width);
            }
        } catch (InternalError e) {
            throw Bytes.changedUnderneath(e);
        }
    }

    static float[] toFloats(DataType type, Bytes data, int count) {
        float[] result = new float[count];
        forEachBlock(type, data, (block, first, length) -> {
            switch (type) {
                case FLOAT32 -> block.asFloatBuffer().get(result, first, length);
                case FLOAT16 -> {
                    for (int i = 0; i < length; i++) {
                        result[first + i] = Float16.toFloat(block.getShort(2 * i));
                    }
                }
                case FLOAT64 -> {
                    for (int i = 0; i < length; i++) {
                        result[first + i] = (float) block.getDouble(8 * i);
                    }
                }
                case UINT64 -> {
                    for (int i = 0; i < length; i++) {
                        result[first + i] = unsignedToFloat(block.getLong(8 * i));
                    }
                }
                default -> {
                    for (int i = 0; i < length; i++) {
                        result[first + i] = (float) whole(type, block, i);
                    }
                }
            }
        });
        return result;
    }

    static double[] toDoubles(DataType type, Bytes data, int count) {
        double[] result = new double[count];
        forEachBlock(type, data, (block, first, length) -> toDoubles(type, block, length, result, first));
        return result;
    }

    /** Converts the first elements of a block into a part of an array. */
    static void toDoubles(DataType type, ByteBuffer block, int length, double[] result, int first) {
        try {
            convert(type, block, length, result, first);
        } catch (InternalError e) {
            throw Bytes.changedUnderneath(e);
        }
    }

    private static void convert(DataType type, ByteBuffer block, int length, double[] result, int first) {
        switch (type) {
            case FLOAT64 -> block.asDoubleBuffer().get(result, first, length);
            case FLOAT32 -> {
                for (int i = 0; i < length; i++) {
                    result[first + i] = block.getFloat(4 * i);
                }
            }
            case FLOAT16 -> {
                for (int i = 0; i < length; i++) {
                    result[first + i] = Float16.toFloat(block.getShort(2 * i));
                }
            }
            case UINT64 -> {
                for (int i = 0; i < length; i++) {
                    result[first + i] = unsignedToDouble(block.getLong(8 * i));
                }
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    result[first + i] = whole(type, block, i);
                }
            }
        }
    }

    static long[] toLongs(DataType type, Bytes data, int count) {
        requireWhole(type);
        long[] result = new long[count];
        forEachBlock(type, data, (block, first, length) -> {
            for (int i = 0; i < length; i++) {
                long value = whole(type, block, i);
                if (value < 0 && type == DataType.UINT64) {
                    throw outOfRange(Long.toUnsignedString(value), first + i, "long");
                }
                result[first + i] = value;
            }
        });
        return result;
    }

    static int[] toInts(DataType type, Bytes data, int count) {
        requireWhole(type);
        int[] result = new int[count];
        forEachBlock(type, data, (block, first, length) -> {
            if (type == DataType.INT32) {
                block.asIntBuffer().get(result, first, length);
                return;
            }
            for (int i = 0; i < length; i++) {
                long value = whole(type, block, i);
                if (value != (int) value || (value < 0 && type == DataType.UINT64)) {
                    String text = type == DataType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
                    throw outOfRange(text, first + i, "int");
                }
                result[first + i] = (int) value;
            }
        });
        return result;
    }

    private static long whole(DataType type, ByteBuffer block, int index) {
        return switch (type) {
            case INT8 -> block.get(index);
            case UINT8 -> block.get(index) & 0xff;
            case BOOL -> block.get(index) == 0 ? 0 : 1;
            case INT16 -> block.getShort(2 * index);
            case UINT16 -> block.getShort(2 * index) & 0xffff;
            case INT32 -> block.getInt(4 * index);
            case UINT32 -> block.getInt(4 * index) & 0xffff_ffffL;
            case INT64, UINT64 -> block.getLong(8 * index);
            case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException(type + " has no whole numbers");
        };
    }

    private static double unsignedToDouble(long value) {
        // The lowest bit is kept as a sticky bit, so that halving first does not round twice.
        return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
    }

    private static float unsignedToFloat(long value) {
        return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0f;
    }

    private static void requireWhole(DataType type) {
        if (type.isFloatingPoint()) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bad_tensor",
                    "The tensor holds " + type.numpyName()
                            + ", which whole numbers can't carry; use toFloats() or toDoubles()");
        }
    }

    private static ModelException outOfRange(String value, int index, String target) {
        return new ModelException(
                ErrorCode.INVALID_ARGUMENT,
                "bad_tensor",
                "The element " + index + " of the tensor is " + value + ", which does not fit " + target
                        + "; use a wider type");
    }

    /** Lays out new elements of a type, block by block. */
    static Bytes fromDoubles(DataType type, long elementCount, int blockSize, Blocks values) {
        int width = type.byteSize();
        List<Bytes> blocks = new ArrayList<>();
        for (long from = 0; from < elementCount; from += blockSize) {
            int length = (int) Math.min(blockSize, elementCount - from);
            ByteBuffer target = ByteBuffer.allocate(length * width).order(ByteOrder.LITTLE_ENDIAN);
            double[] block = values.get((int) (from / blockSize));
            for (int i = 0; i < length; i++) {
                put(type, target, block[i]);
            }
            blocks.add(Bytes.of(target.array()));
        }
        return Bytes.concat(blocks);
    }

    private static void put(DataType type, ByteBuffer target, double value) {
        switch (type) {
            case FLOAT64 -> target.putDouble(value);
            case FLOAT32 -> target.putFloat((float) value);
            case FLOAT16 -> target.putShort(Float16.fromDouble(value));
            case INT64 -> target.putLong((long) Math.rint(value));
            case UINT64 -> target.putLong(toUnsigned(Math.rint(value)));
            case INT32, UINT32 -> target.putInt((int) (long) Math.rint(value));
            case INT16, UINT16 -> target.putShort((short) (long) Math.rint(value));
            case INT8, UINT8 -> target.put((byte) (long) Math.rint(value));
            case BOOL -> target.put((byte) (value > 0.5 ? 1 : 0));
        }
    }

    private static long toUnsigned(double value) {
        return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) ^ Long.MIN_VALUE;
    }
}
