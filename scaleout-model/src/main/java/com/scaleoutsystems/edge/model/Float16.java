package com.scaleoutsystems.edge.model;

/** IEEE 754 half precision, which Java 17 has no methods for. */
final class Float16 {
    private Float16() {}

    static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float value = fraction * 0x1p-24f;
            return sign == 0 ? value : -value;
        }
        int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** Rounds to the nearest half, ties to even; too large becomes infinite. */
    static short fromDouble(double value) {
        int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        // Halfway between the largest half and the next power of two rounds up to infinity.
        if (size >= 65520.0) {
            return (short) (sign | 0x7c00);
        }
        int exponent = Math.max(Math.getExponent(size), -14);
        // The unit in the last place of this exponent; rint rounds ties to even.
        double ulp = Math.scalb(1.0, exponent - 10);
        long steps = (long) Math.rint(size / ulp);
        // At exponent -14 steps below 1024 are subnormal; carrying into the exponent field is just addition.
        long bits = exponent == -14 ? steps : ((long) (exponent + 14) << 10) + steps;
        return (short) (sign | bits);
    }
}
