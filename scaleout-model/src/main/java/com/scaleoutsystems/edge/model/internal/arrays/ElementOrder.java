package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Brings elements into little-endian C order. */
final class ElementOrder {
    private static final int BLOCK = 1 << 16;

    private ElementOrder() {}

    /** Writes the elements of a big-endian or Fortran-order array as little-endian elements in C order. */
    static void write(NpyHeader header, Bytes data, OutputStream out) throws IOException {
        int width = header.type().byteSize();
        long[] shape = header.shape().stream().mapToLong(Long::longValue).toArray();
        long[] strides = strides(shape, width, header.fortranOrder());
        long[] index = new long[shape.length];
        byte[] block = new byte[BLOCK];
        int filled = 0;
        long source = 0;
        for (long left = data.size() / width; left > 0; left--) {
            ByteBuffer element = data.view(source, width);
            for (int i = 0; i < width; i++) {
                block[filled + i] = element.get(header.bigEndian() ? width - 1 - i : i);
            }
            filled += width;
            if (filled == BLOCK) {
                out.write(block, 0, filled);
                filled = 0;
            }
            source = next(index, shape, strides, source);
        }
        out.write(block, 0, filled);
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
