package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.type.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The header of a {@code .npy} array (format 1.0, 2.0 and 3.0).
 *
 * @param type the element type
 * @param bigEndian whether the elements are of big-endian order
 * @param fortranOrder whether the first index varies fastest
 * @param shape the dimensions
 * @param size the number of bytes before the elements
 */
record NpyHeader(DataType type, boolean bigEndian, boolean fortranOrder, List<Long> shape, int size) {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int MAX_TEXT = 1 << 16;

    /** Reads the header of an array and checks that exactly its elements follow. */
    static NpyHeader read(String name, Bytes array) {
        if (array.size() < 10 || !Arrays.equals(array.copy(0, MAGIC.length).array(), MAGIC)) {
            throw NamedArray.unreadable(name, "it is no .npy array");
        }
        ByteBuffer start = array.copy(0, (int) Math.min(12, array.size()));
        int version = start.get(6);
        if (version < 1 || version > 3 || start.get(7) != 0) {
            throw NamedArray.unreadable(
                    name, "it is of .npy format " + version + "." + start.get(7) + "; known are 1.0, 2.0 and 3.0");
        }
        int prefix = version == 1 ? 10 : 12;
        long length = version == 1 || array.size() < 12 ? start.getShort(8) & 0xffff : start.getInt(8) & 0xffff_ffffL;
        if (length > MAX_TEXT || prefix + length > array.size()) {
            throw NamedArray.unreadable(name, "its header claims " + length + " bytes");
        }
        ByteBuffer text = array.copy(prefix, (int) length);
        NpyHeaderText parsed =
                new NpyHeaderText(name, StandardCharsets.UTF_8.decode(text).toString());
        NpyHeader header = of(name, parsed, prefix + (int) length);
        long expected = elementCount(name, header.shape);
        if (expected > (array.size() - header.size) / header.type.byteSize()
                || expected * header.type.byteSize() != array.size() - header.size) {
            throw NamedArray.unreadable(
                    name,
                    "its shape " + header.shape + " of " + header.type.numpyName() + " does not fit the "
                            + (array.size() - header.size) + " bytes that follow the header");
        }
        return header;
    }

    /** Tells whether the elements lie otherwise than tensors hold them. */
    boolean needsReordering() {
        return bigEndian || (fortranOrder && shape.size() > 1);
    }

    private static NpyHeader of(String name, NpyHeaderText text, int size) {
        String descr = text.descr();
        if (!descr.matches("[<>=|][a-zA-Z]\\d{1,9}")) {
            throw NamedArray.unreadable(name, "its dtype '" + descr + "' is none of numbers");
        }
        DataType type = typeOf(descr.substring(1));
        if (type == null) {
            throw NamedArray.unreadable(
                    name,
                    "its dtype '" + descr + "' can't be carried; known are "
                            + Arrays.stream(DataType.values())
                                    .map(DataType::numpyName)
                                    .collect(Collectors.joining(", "))
                            + ". Convert the array before it is saved");
        }
        return new NpyHeader(
                type, descr.charAt(0) == '>' && type.byteSize() > 1, text.fortranOrder(), text.shape(), size);
    }

    private static @Nullable DataType typeOf(String code) {
        return switch (code) {
            case "f2" -> DataType.FLOAT16;
            case "f4" -> DataType.FLOAT32;
            case "f8" -> DataType.FLOAT64;
            case "i1" -> DataType.INT8;
            case "i2" -> DataType.INT16;
            case "i4" -> DataType.INT32;
            case "i8" -> DataType.INT64;
            case "u1" -> DataType.UINT8;
            case "u2" -> DataType.UINT16;
            case "u4" -> DataType.UINT32;
            case "u8" -> DataType.UINT64;
            case "b1" -> DataType.BOOL;
            default -> null;
        };
    }

    private static String descrOf(DataType type) {
        String order = type.byteSize() == 1 ? "|" : "<";
        String kind = type == DataType.BOOL ? "b" : type.isFloatingPoint() ? "f" : type.isUnsigned() ? "u" : "i";
        return order + kind + type.byteSize();
    }

    private static long elementCount(String name, List<Long> shape) {
        long count = 1;
        try {
            for (long dimension : shape) {
                count = Math.multiplyExact(count, dimension);
            }
        } catch (ArithmeticException e) {
            throw NamedArray.unreadable(name, "its shape " + shape + " has more elements than can be counted");
        }
        return count;
    }

    /** Makes the header of a little-endian array in C order. */
    static Bytes write(DataType type, List<Long> shape) {
        String dimensions = shape.stream().map(Object::toString).collect(Collectors.joining(", "));
        String text = "{'descr': '" + descrOf(type) + "', 'fortran_order': False, 'shape': (" + dimensions
                + (shape.size() == 1 ? "," : "") + "), }";
        boolean large = text.length() + 1 + 10 + ALIGNMENT > 0xffff;
        int prefix = large ? 12 : 10;
        int size = (prefix + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).put((byte) (large ? 2 : 1)).put((byte) 0);
        if (large) {
            header.putInt(size - prefix);
        } else {
            header.putShort((short) (size - prefix));
        }
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return Bytes.of(header.put((byte) '\n').flip());
    }
}
