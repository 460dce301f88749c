package com.scaleoutsystems.edge.model.internal.bytes;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * A CRC-32 that is put together from those of parts, so that no part need be read twice.
 *
 * <p>A CRC is the remainder of a polynomial; putting bytes behind a part multiplies its polynomial by a power of x. Both
 * are done here modulo the CRC's own polynomial, in its reflected notation, where the highest bit stands for x^0.
 */
final class Crc32Sum {
    private static final int POLYNOMIAL = 0xedb88320;
    private static final int ONE = 1 << 31;
    private static final int BLOCK = 1 << 16;
    private static final int PART = 8 << 20;

    /** At place k: x to the power of 8 times 2^k, which is what 2^k more bytes mean. */
    private static final int[] SHIFTS = shifts();

    private int sum;

    private static int[] shifts() {
        int[] shifts = new int[Long.SIZE];
        int power = ONE >>> 8;
        for (int k = 0; k < shifts.length; k++) {
            shifts[k] = power;
            power = multiply(power, power);
        }
        return shifts;
    }

    /** Adds a part by its own CRC and its length in bytes. */
    void add(long crc, long length) {
        int shifted = sum;
        for (int k = 0; length >>> k != 0 && k < Long.SIZE; k++) {
            if ((length >>> k & 1) != 0) {
                shifted = multiply(shifted, SHIFTS[k]);
            }
        }
        sum = shifted ^ (int) crc;
    }

    /** Gives the CRC of all parts one after the other. */
    long value() {
        return sum & 0xffff_ffffL;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int factor = b;
        for (int bits = a; bits != 0; bits <<= 1) {
            if (bits < 0) {
                product ^= factor;
            }
            factor = (factor & 1) == 0 ? factor >>> 1 : factor >>> 1 ^ POLYNOMIAL;
        }
        return product;
    }

    /** Computes the CRC of a buffer, the parts of a large one at the same time. */
    static long of(ByteBuffer buffer) {
        if (buffer.limit() <= PART) {
            return ofPart(buffer);
        }
        int parts = (buffer.limit() - 1) / PART + 1;
        long[] crcs = IntStream.range(0, parts)
                .parallel()
                .mapToLong(part -> ofPart(part(buffer, part)))
                .toArray();
        Crc32Sum sum = new Crc32Sum();
        for (int part = 0; part < parts; part++) {
            sum.add(crcs[part], part(buffer, part).limit());
        }
        return sum.value();
    }

    private static ByteBuffer part(ByteBuffer buffer, int part) {
        int from = part * PART;
        return buffer.slice(from, Math.min(PART, buffer.limit() - from));
    }

    private static long ofPart(ByteBuffer buffer) {
        CRC32 crc = new CRC32();
        update(crc, buffer);
        return crc.getValue();
    }

    /**
     * Feeds a whole buffer to a CRC, by way of the heap: native code that meets a mapped file which was cut short takes the
     * whole virtual machine down, copying only throws.
     */
    static void update(CRC32 crc, ByteBuffer buffer) {
        byte[] block = new byte[Math.min(BLOCK, buffer.limit())];
        for (int at = 0; at < buffer.limit(); at += block.length) {
            int length = Math.min(block.length, buffer.limit() - at);
            buffer.get(at, block, 0, length);
            crc.update(block, 0, length);
        }
    }
}
