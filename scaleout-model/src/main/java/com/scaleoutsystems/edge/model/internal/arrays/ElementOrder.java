package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Brings elements into little-endian C order. */
final class ElementOrder {
    /** A multiple of all element sizes. */
    private static final int BLOCK = 1 << 16;

    private ElementOrder() {}

    /** Writes the elements of a big-endian or Fortran-order array as little-endian elements in C order. */
    static void write(NpyHeader header, Bytes data, OutputStream out) throws IOException {
        int width = header.type().byteSize();
        long[] shape = header.shape().stream().mapToLong(Long::longValue).toArray();
        long[] strides = strides(shape, width, header.fortranOrder());
        long[] index = new long[shape.length];
        ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        long source = 0;
        for (long left = data.size(); left > 0; left -= block.limit()) {
            block.clear().limit((int) Math.min(BLOCK, left));
            while (block.hasRemaining()) {
                long element = data.getLittleEndian(source, width);
                put(
                        block,
                        header.bigEndian() ? Long.reverseBytes(element) >>> (Long.SIZE - 8 * width) : element,
                        width);
                source = next(index, shape, strides, source);
            }
            out.write(block.array(), 0, block.limit());
        }
    }

    private static void put(ByteBuffer block, long element, int width) {
        switch (width) {
            case 1 -> block.put((byte) element);
            case 2 -> block.putShort((short) element);
            case 4 -> block.putInt((int) element);
            default -> block.putLong(element);
        }
    }

    /** Steps to the next element in C order and gives its offset in the source. */
    private static long next(long[] index, long[] shape, long[] strides, long offset) {
        long result = offset;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            result += strides[axis];
            if (++index[axis] < shape[axis]) {
                return result;
            }
            result -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
        return result;
    }

    private static long[] strides(long[] shape, int width, boolean fortranOrder) {
        long[] strides = new long[shape.length];
        long stride = width;
        for (int i = 0; i < shape.length; i++) {
            int axis = fortranOrder ? i : shape.length - 1 - i;
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }
}
