package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.json.MetadataJson;
import com.scaleoutsystems.edge.model.type.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The safetensors format: the length of a header, the header as JSON, then all elements, little-endian and in C order,
 * one tensor after the other without gaps.
 */
public final class Safetensors {
    /** The format's own limit of the header. */
    private static final long MAX_HEADER = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final int ALIGNMENT = 8;

    private static final Map<DataType, String> CODES = codes();

    private Safetensors() {}

    private static Map<DataType, String> codes() {
        Map<DataType, String> codes = new LinkedHashMap<>();
        for (DataType type : DataType.values()) {
            String kind = type.isFloatingPoint() ? "F" : type.isUnsigned() ? "U" : "I";
            codes.put(type, type == DataType.BOOL ? "BOOL" : kind + 8 * type.byteSize());
        }
        return codes;
    }

    /** A tensor and where its elements lie. */
    private record Placed(String name, DataType type, List<Long> shape, long begin, long end) {}

    /**
     * Reads all tensors as views of the file, in the order of their elements; if all names are numbers, in that of the
     * numbers.
     *
     * @param file the whole file
     * @param maxHeader the largest header to accept, in bytes
     * @param maxEntries the largest number of tensors to accept
     * @return the tensors
     */
    public static List<NamedArray> read(Bytes file, long maxHeader, int maxEntries) {
        if (file.size() < Long.BYTES) {
            throw bad("it has " + file.size() + " bytes, too few for the length of a header");
        }
        long length = file.copy(0, Long.BYTES).getLong(0);
        if (length < 0 || length > Math.min(maxHeader, MAX_HEADER)) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    "The safetensors header claims " + Long.toUnsignedString(length) + " bytes, more than the limit of "
                            + Math.min(maxHeader, MAX_HEADER)
                            + "; it is damaged, or raise ModelLimits.maxMetadataBytes if it can be trusted");
        }
        if (length > file.size() - Long.BYTES) {
            throw bad("its header claims " + length + " bytes, but the file has only " + file.size());
        }
        Map<String, @Nullable Object> header;
        try {
            header = MetadataJson.read(
                    "the header", file.copy(Long.BYTES, (int) length).array());
        } catch (ModelException e) {
            throw bad("" + e.getMessage());
        }
        Bytes elements = file.region(Long.BYTES + length, file.size() - Long.BYTES - length);
        return NamedArray.byNumber(arrays(placed(header, maxEntries), elements));
    }

    private static List<Placed> placed(Map<String, @Nullable Object> header, int maxEntries) {
        List<Placed> tensors = new ArrayList<>();
        header.forEach((name, value) -> {
            if (!name.equals(METADATA)) {
                tensors.add(place(name, value));
            }
        });
        if (tensors.size() > maxEntries) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    "The safetensors file has " + tensors.size() + " tensors, more than the limit of " + maxEntries
                            + "; raise ModelLimits.maxEntries if it can be trusted");
        }
        tensors.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
        return tensors;
    }

    private static List<NamedArray> arrays(List<Placed> tensors, Bytes elements) {
        List<NamedArray> arrays = new ArrayList<>();
        long free = 0;
        for (Placed tensor : tensors) {
            if (tensor.begin != free || tensor.end > elements.size()) {
                throw bad("the elements of '" + tensor.name + "' (" + tensor.begin + " to " + tensor.end
                        + ") do not follow those before, which end at " + free + " of " + elements.size());
            }
            Bytes data = elements.region(tensor.begin, tensor.end - tensor.begin);
            arrays.add(new NamedArray(tensor.name, tensor.type, tensor.shape, data));
            free = tensor.end;
        }
        if (free != elements.size()) {
            throw bad((elements.size() - free) + " bytes at its end belong to no tensor");
        }
        return arrays;
    }

    private static Placed place(String name, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> fields) || !(fields.get("dtype") instanceof String code)) {
            throw bad("the tensor '" + name + "' has no dtype");
        }
        DataType type = typeOf(name, code);
        List<Long> shape = numbers(name, "shape", fields.get("shape"));
        List<Long> offsets = numbers(name, "data_offsets", fields.get("data_offsets"));
        if (offsets.size() != 2 || offsets.get(1) < offsets.get(0)) {
            throw bad("the data_offsets of '" + name + "' are " + offsets + ", not where elements begin and end");
        }
        long size = offsets.get(1) - offsets.get(0);
        if (byteSize(name, shape, type) != size) {
            throw bad("the tensor '" + name + "' of " + code + shape + " does not fit its " + size + " bytes");
        }
        return new Placed(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private static DataType typeOf(String name, String code) {
        return CODES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(code))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> bad("the tensor '" + name + "' is of the dtype " + code + "; known are "
                        + CODES.values() + ". Convert it before it is saved"));
    }

    private static List<Long> numbers(String name, String field, @Nullable Object value) {
        List<Long> numbers = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object each : list) {
                boolean whole = each instanceof Integer || each instanceof Long;
                if (!whole || ((Number) each).longValue() < 0) {
                    throw bad("the " + field + " of '" + name + "' hold " + each + ", no whole number of 0 or more");
                }
                numbers.add(((Number) each).longValue());
            }
            return numbers;
        }
        throw bad("the tensor '" + name + "' has no " + field);
    }

    private static long byteSize(String name, List<Long> shape, DataType type) {
        try {
            long size = type.byteSize();
            for (long dimension : shape) {
                size = Math.multiplyExact(size, dimension);
            }
            return size;
        } catch (ArithmeticException e) {
            throw bad("the shape " + shape + " of '" + name + "' has more elements than can be counted");
        }
    }

    /**
     * Lays out a file. The elements are not copied.
     *
     * @param arrays the tensors
     * @return the file's bytes
     */
    public static Bytes write(List<NamedArray> arrays) {
        Map<String, Object> header = new LinkedHashMap<>();
        List<Bytes> parts = new ArrayList<>();
        long position = 0;
        for (NamedArray array : arrays) {
            if (array.name().equals(METADATA)) {
                throw new ModelException(
                        ErrorCode.INVALID_ARGUMENT,
                        "bad_tensor",
                        "A tensor can't have the name " + METADATA + " in a safetensors file; choose another");
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("dtype", CODES.getOrDefault(array.type(), ""));
            fields.put("shape", array.shape());
            fields.put("data_offsets", List.of(position, position + array.data().size()));
            header.put(array.name(), fields);
            position += array.data().size();
            parts.add(array.data());
        }
        byte[] json = MetadataJson.write(header);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(length).put(json);
        Arrays.fill(start.array(), start.position(), start.capacity(), (byte) ' ');
        parts.add(0, Bytes.of(start.rewind()));
        return Bytes.concat(parts);
    }

    private static ModelException bad(String what) {
        return new ModelException(ErrorCode.DATA_LOSS, "bad_tensor", "The safetensors file can't be read: " + what);
    }
}
