package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.type.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What averaging and clipping share. */
final class ParameterMath {
    private ParameterMath() {}

    /** Gives the values of one block of elements; the array may be longer and may be used again. */
    interface Blocks {
        double[] get(int block);
    }

    static void requireAlike(ModelParameters expected, ModelParameters found) {
        if (expected.size() != found.size()) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bad_tensor",
                    "The parameters have " + found.size() + " tensors where " + expected.size() + " are expected");
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).isLike(found.get(i))) {
                throw new ModelException(
                        ErrorCode.INVALID_ARGUMENT,
                        "bad_tensor",
                        "The tensor '" + expected.names().get(i) + "' is " + found.get(i) + " where " + expected.get(i)
                                + " is expected; all parameters must come from one architecture");
            }
        }
    }

    /** Makes a tensor of the type and shape of another from new values, block by block. */
    static Tensor build(Tensor like, int blockSize, Blocks values) {
        int width = like.dataType().byteSize();
        List<Bytes> blocks = new ArrayList<>();
        for (long from = 0; from < like.elementCount(); from += blockSize) {
            int length = (int) Math.min(blockSize, like.elementCount() - from);
            ByteBuffer target = ByteBuffer.allocate(length * width).order(ByteOrder.LITTLE_ENDIAN);
            double[] block = values.get((int) (from / blockSize));
            for (int i = 0; i < length; i++) {
                put(like.dataType(), target, block[i]);
            }
            blocks.add(Bytes.of(target.array()));
        }
        return new Tensor(like.dataType(), like.shape(), Bytes.concat(blocks));
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
