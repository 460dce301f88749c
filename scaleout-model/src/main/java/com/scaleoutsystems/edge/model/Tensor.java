package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.arrays.NamedArray;
import com.scaleoutsystems.edge.model.internal.arrays.Npy;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A typed array of any number of dimensions: the weights of one layer, a bias, a step counter.
 *
 * <p>Immutable and safe for use by many threads. Elements are little-endian and in C order (the last index varies
 * fastest). A tensor that was read from a large model is a view of a file, not a copy on the heap; it stays valid after the model is
 * closed.
 *
 * <p>A tensor may have more elements than an array can hold. The methods that return arrays then throw, and {@link #toBuffer(long,
 * int)} reads it in parts.
 *
 * @since 0.1.0
 */
public final class Tensor {
    /** Elements of one heap array when tensors are made, so that no array exceeds what the JVM allows. */
    private static final int ENCODE_BLOCK = 1 << 26;

    private static final int MAP_BLOCK = 1 << 16;

    private final DataType dataType;
    private final long[] shape;
    private final long elementCount;
    private final Bytes data;

    /** Takes the parts as they are: data must be little-endian, in C order, and of the right size. */
    Tensor(DataType dataType, long[] shape, Bytes data) {
        this.dataType = dataType;
        this.shape = shape;
        this.elementCount = data.size() / dataType.byteSize();
        this.data = data;
    }

    /**
     * Makes a {@link DataType#FLOAT32} tensor.
     *
     * @param values the elements in C order; copied
     * @param shape the dimensions; none means one dimension of all values
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not have as many elements as there are values
     */
    public static Tensor ofFloats(float[] values, long... shape) {
        return encode(
                DataType.FLOAT32,
                values.length,
                shape,
                (target, from, count) -> target.asFloatBuffer().put(values, from, count));
    }

    /**
     * Makes a {@link DataType#FLOAT64} tensor.
     *
     * @param values the elements in C order; copied
     * @param shape the dimensions; none means one dimension of all values
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not have as many elements as there are values
     */
    public static Tensor ofDoubles(double[] values, long... shape) {
        return encode(
                DataType.FLOAT64,
                values.length,
                shape,
                (target, from, count) -> target.asDoubleBuffer().put(values, from, count));
    }

    /**
     * Makes an {@link DataType#INT32} tensor.
     *
     * @param values the elements in C order; copied
     * @param shape the dimensions; none means one dimension of all values
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not have as many elements as there are values
     */
    public static Tensor ofInts(int[] values, long... shape) {
        return encode(
                DataType.INT32,
                values.length,
                shape,
                (target, from, count) -> target.asIntBuffer().put(values, from, count));
    }

    /**
     * Makes an {@link DataType#INT64} tensor.
     *
     * @param values the elements in C order; copied
     * @param shape the dimensions; none means one dimension of all values
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not have as many elements as there are values
     */
    public static Tensor ofLongs(long[] values, long... shape) {
        return encode(
                DataType.INT64,
                values.length,
                shape,
                (target, from, count) -> target.asLongBuffer().put(values, from, count));
    }

    /**
     * Makes an {@link DataType#INT8} tensor. For {@link DataType#UINT8} use {@link #of(DataType, ByteBuffer, long...)}.
     *
     * @param values the elements in C order; copied
     * @param shape the dimensions; none means one dimension of all values
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not have as many elements as there are values
     */
    public static Tensor ofBytes(byte[] values, long... shape) {
        return encode(DataType.INT8, values.length, shape, (target, from, count) -> target.put(values, from, count));
    }

    /**
     * Makes a {@link DataType#BOOL} tensor.
     *
     * @param values the elements in C order; copied
     * @param shape the dimensions; none means one dimension of all values
     * @return the tensor
     * @throws IllegalArgumentException if the shape does not have as many elements as there are values
     */
    public static Tensor ofBooleans(boolean[] values, long... shape) {
        return encode(DataType.BOOL, values.length, shape, (target, from, count) -> {
            for (int i = from; i < from + count; i++) {
                target.put((byte) (values[i] ? 1 : 0));
            }
        });
    }

    /**
     * Makes a tensor of any type from raw elements.
     *
     * @param dataType the element type
     * @param elements the elements between the buffer's position and limit, little-endian and in C order; copied
     * @param shape the dimensions; none means one dimension of all elements
     * @return the tensor
     * @throws IllegalArgumentException if the bytes are not whole elements, or not as many as the shape has
     */
    public static Tensor of(DataType dataType, ByteBuffer elements, long... shape) {
        ByteBuffer source = elements.slice();
        if (source.remaining() % dataType.byteSize() != 0) {
            throw invalid(source.remaining() + " bytes are no whole number of " + dataType.numpyName() + " elements of "
                    + dataType.byteSize() + " bytes");
        }
        long[] dimensions = checkedShape(source.remaining() / dataType.byteSize(), shape);
        byte[] copy = new byte[source.remaining()];
        source.get(copy);
        return new Tensor(dataType, dimensions, Bytes.of(copy));
    }

    /**
     * Makes a {@link DataType#FLOAT32} tensor without dimensions.
     *
     * @param value the only element
     * @return the tensor
     */
    public static Tensor scalar(float value) {
        return ofFloats(new float[] {value}).withoutDimensions();
    }

    /**
     * Makes a {@link DataType#FLOAT64} tensor without dimensions.
     *
     * @param value the only element
     * @return the tensor
     */
    public static Tensor scalar(double value) {
        return ofDoubles(new double[] {value}).withoutDimensions();
    }

    /**
     * Makes an {@link DataType#INT32} tensor without dimensions.
     *
     * @param value the only element
     * @return the tensor
     */
    public static Tensor scalar(int value) {
        return ofInts(new int[] {value}).withoutDimensions();
    }

    /**
     * Makes an {@link DataType#INT64} tensor without dimensions.
     *
     * @param value the only element
     * @return the tensor
     */
    public static Tensor scalar(long value) {
        return ofLongs(new long[] {value}).withoutDimensions();
    }

    /**
     * Makes a {@link DataType#BOOL} tensor without dimensions.
     *
     * @param value the only element
     * @return the tensor
     */
    public static Tensor scalar(boolean value) {
        return ofBooleans(new boolean[] {value}).withoutDimensions();
    }

    private Tensor withoutDimensions() {
        return new Tensor(dataType, new long[0], data);
    }

    /**
     * Reads a {@code .npy} file. If the tensor in the file is little-endian and in C order, it is a view of the file, so the file must not
     * change.
     *
     * @param file the file
     * @return the tensor
     * @throws ModelException if the file is damaged or contains anything other than numbers
     */
    public static Tensor readNpy(Path file) {
        return readNpy(ModelFiles.open(file, ReadSettings.defaults()));
    }

    /**
     * Reads a {@code .npy} file from a stream.
     *
     * @param in the content; read to its end, not closed
     * @return the tensor
     * @throws ModelException if the content is damaged or contains anything other than numbers
     */
    public static Tensor readNpy(InputStream in) {
        return readNpy(ModelFiles.receive(in, ReadSettings.defaults()));
    }

    private static Tensor readNpy(Bytes file) {
        return of(Npy.read("npy", file, ReadSettings.defaults().workspace(file.size())));
    }

    static Tensor of(NamedArray array) {
        long[] shape = array.shape().stream().mapToLong(Long::longValue).toArray();
        return new Tensor(array.type(), shape, array.data());
    }

    NamedArray toArray(String name) {
        return new NamedArray(name, dataType, Arrays.stream(shape).boxed().toList(), data);
    }

    /**
     * Writes a {@code .npy} file, little-endian and in C order.
     *
     * @param out the target; not closed
     * @throws ModelException if the target fails
     */
    public void writeNpy(OutputStream out) {
        ModelFiles.write(Npy.write(toArray("npy")), out);
    }

    private interface Encoder {
        void encode(ByteBuffer target, int from, int count);
    }

    private static Tensor encode(DataType type, int count, long[] shape, Encoder encoder) {
        long[] dimensions = checkedShape(count, shape);
        List<Bytes> blocks = new ArrayList<>();
        for (int from = 0; from < count; from += ENCODE_BLOCK) {
            int step = Math.min(ENCODE_BLOCK, count - from);
            ByteBuffer block = ByteBuffer.allocate(step * type.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
            encoder.encode(block, from, step);
            blocks.add(Bytes.of(block.array()));
        }
        return new Tensor(type, dimensions, Bytes.concat(blocks));
    }

    private static long[] checkedShape(long count, long[] shape) {
        if (shape.length == 0) {
            return new long[] {count};
        }
        long product = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw invalid("the shape " + Arrays.toString(shape) + " has a negative dimension");
            }
            long high = Math.multiplyHigh(product, dimension);
            product *= dimension;
            if (high != 0 || product < 0) {
                throw invalid("the shape " + Arrays.toString(shape) + " has more elements than can be counted");
            }
        }
        if (product != count) {
            throw invalid("the shape " + Arrays.toString(shape) + " has " + product + " elements, but " + count
                    + " values were given");
        }
        return shape.clone();
    }

    /**
     * Gives the element type.
     *
     * @return the type
     */
    public DataType dataType() {
        return dataType;
    }

    /**
     * Gives the dimensions.
     *
     * @return a copy of the shape; empty for a scalar
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Gives the number of elements, which may exceed what an array can hold.
     *
     * @return the product of the shape; 1 for a scalar
     */
    public long elementCount() {
        return elementCount;
    }

    /**
     * Gives the size of all elements.
     *
     * @return the size in bytes
     */
    public long byteSize() {
        return data.size();
    }

    /**
     * Converts all elements to {@code float}.
     *
     * <p>{@link DataType#FLOAT64} and large whole numbers are rounded to the nearest {@code float}; {@link DataType#BOOL}
     * becomes 0 or 1.
     *
     * @return a new array in C order
     * @throws ModelException if there are more elements than an array can hold
     */
    public float[] toFloats() {
        return TensorConversion.toFloats(dataType, data, arrayLength());
    }

    /**
     * Converts all elements to {@code double}.
     *
     * <p>Exact for all types but 64-bit whole numbers beyond 2^53, which are rounded; {@link DataType#BOOL} becomes 0
     * or 1.
     *
     * @return a new array in C order
     * @throws ModelException if there are more elements than an array can hold
     */
    public double[] toDoubles() {
        return TensorConversion.toDoubles(dataType, data, arrayLength());
    }

    /**
     * Converts all elements to {@code long}, without any loss: {@link DataType#BOOL} becomes 0 or 1.
     *
     * @return a new array in C order
     * @throws ModelException if the elements are floating-point numbers, if a {@link DataType#UINT64} element exceeds
     *     {@link Long#MAX_VALUE}, or if there are more elements than an array can hold
     */
    public long[] toLongs() {
        return TensorConversion.toLongs(dataType, data, arrayLength());
    }

    /**
     * Converts all elements to {@code int}, without any loss: {@link DataType#BOOL} becomes 0 or 1.
     *
     * @return a new array in C order
     * @throws ModelException if the elements are floating-point numbers, if an element is outside the range of
     *     {@code int}, or if there are more elements than an array can hold
     */
    public int[] toInts() {
        return TensorConversion.toInts(dataType, data, arrayLength());
    }

    /**
     * Makes a tensor of the same type and shape whose elements are computed from these, one by one. Works block by block, so
     * no array of all elements is made.
     *
     * @param function takes each element as {@link #toDoubles} gives it; its result is rounded to the element type
     * @return the new tensor
     */
    public Tensor map(DoubleUnaryOperator function) {
        double[] values = new double[MAP_BLOCK];
        return withElements(MAP_BLOCK, block -> {
            long from = (long) block * MAP_BLOCK;
            int count = (int) Math.min(MAP_BLOCK, elementCount - from);
            TensorConversion.toDoubles(dataType, toBuffer(from, count), count, values, 0);
            for (int i = 0; i < count; i++) {
                values[i] = function.applyAsDouble(values[i]);
            }
            return values;
        });
    }

    /** Makes a tensor of the same type and shape from new values, block by block. */
    Tensor withElements(int blockSize, TensorConversion.Blocks values) {
        return new Tensor(dataType, shape, TensorConversion.fromDoubles(dataType, elementCount, blockSize, values));
    }

    /**
     * Gives the raw elements.
     *
     * @return a new read-only buffer: little-endian, in C order, at position 0; a view, not a copy, wherever the
     *     elements lie in one piece
     * @throws ModelException if the elements have 2 GiB or more; use {@link #toBuffer(long, int)}
     */
    public ByteBuffer toBuffer() {
        if (data.size() > Integer.MAX_VALUE - 8) {
            throw tooLarge("one buffer");
        }
        return data.view(0, (int) data.size());
    }

    /**
     * Gives some of the raw elements.
     *
     * @param firstElement the index of the first element in C order
     * @param count how many elements
     * @return a new read-only buffer: little-endian, in C order, at position 0
     * @throws IllegalArgumentException if the range lies outside of the tensor
     * @throws ModelException if the range has 2 GiB or more
     */
    public ByteBuffer toBuffer(long firstElement, int count) {
        if (firstElement < 0 || count < 0 || firstElement > elementCount - count) {
            throw invalid("the elements from " + firstElement + ", " + count + " of them, lie outside of the "
                    + elementCount + " of the tensor");
        }
        long length = (long) count * dataType.byteSize();
        if (length > Integer.MAX_VALUE - 8) {
            throw tooLarge("one buffer");
        }
        return data.view(firstElement * dataType.byteSize(), (int) length);
    }

    Bytes data() {
        return data;
    }

    boolean isLike(Tensor other) {
        return dataType == other.dataType && Arrays.equals(shape, other.shape);
    }

    private int arrayLength() {
        if (elementCount > Integer.MAX_VALUE - 8) {
            throw tooLarge("one array");
        }
        return (int) elementCount;
    }

    private ModelException tooLarge(String what) {
        return new ModelException(
                ErrorCode.RESOURCE_EXHAUSTED,
                "too_large",
                "The tensor " + this + " has " + elementCount + " elements (" + data.size() + " bytes), too many for "
                        + what + "; read it in parts with toBuffer(firstElement, count)");
    }

    private static IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException("Not a tensor: " + what);
    }

    /** Tells whether the other is a tensor of the same type and shape whose elements are equal bit by bit. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tensor tensor && isLike(tensor) && data.contentEquals(tensor.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * dataType.hashCode() + Arrays.hashCode(shape)) + data.contentHash();
    }

    /** Gives type and shape, for example {@code float32[64, 10]}. */
    @Override
    public String toString() {
        return dataType.numpyName() + Arrays.toString(shape);
    }
}
