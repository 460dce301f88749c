package com.scaleoutsystems.edge.model.type;

/**
 * The element types of a tensor, named as NumPy names them.
 *
 * @since 0.1.0
 */
public enum DataType {
    /** IEEE 754 half precision, 2 bytes. */
    FLOAT16("float16", 2, Kind.FLOAT),
    /** IEEE 754 single precision, 4 bytes. */
    FLOAT32("float32", 4, Kind.FLOAT),
    /** IEEE 754 double precision, 8 bytes. */
    FLOAT64("float64", 8, Kind.FLOAT),
    /** Signed, 1 byte. */
    INT8("int8", 1, Kind.SIGNED),
    /** Signed, 2 bytes. */
    INT16("int16", 2, Kind.SIGNED),
    /** Signed, 4 bytes. */
    INT32("int32", 4, Kind.SIGNED),
    /** Signed, 8 bytes. */
    INT64("int64", 8, Kind.SIGNED),
    /** Unsigned, 1 byte. */
    UINT8("uint8", 1, Kind.UNSIGNED),
    /** Unsigned, 2 bytes. */
    UINT16("uint16", 2, Kind.UNSIGNED),
    /** Unsigned, 4 bytes. */
    UINT32("uint32", 4, Kind.UNSIGNED),
    /** Unsigned, 8 bytes. */
    UINT64("uint64", 8, Kind.UNSIGNED),
    /** A truth value, 1 byte: 0 is false, all else is true. */
    BOOL("bool", 1, Kind.BOOL);

    private enum Kind {
        FLOAT,
        SIGNED,
        UNSIGNED,
        BOOL
    }

    private final String numpyName;
    private final int byteSize;
    private final Kind kind;

    DataType(String numpyName, int byteSize, Kind kind) {
        this.numpyName = numpyName;
        this.byteSize = byteSize;
        this.kind = kind;
    }

    /**
     * Gives NumPy's name of the type.
     *
     * @return the name, for example {@code float32}
     */
    public String numpyName() {
        return numpyName;
    }

    /**
     * Gives the size of one element.
     *
     * @return the size in bytes: 1, 2, 4 or 8
     */
    public int byteSize() {
        return byteSize;
    }

    /**
     * Tells whether the elements are floating-point numbers.
     *
     * @return true for {@link #FLOAT16}, {@link #FLOAT32} and {@link #FLOAT64}
     */
    public boolean isFloatingPoint() {
        return kind == Kind.FLOAT;
    }

    /**
     * Tells whether the elements are whole numbers without a sign.
     *
     * @return true for the {@code UINT} types
     */
    public boolean isUnsigned() {
        return kind == Kind.UNSIGNED;
    }
}
