package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.type.DataType;
import java.util.Comparator;
import java.util.List;

/**
 * An array as tensors hold it: little-endian elements in C order.
 *
 * @param name its name, without the suffix of a file
 * @param type the element type
 * @param shape the dimensions
 * @param data the elements
 */
public record NamedArray(String name, DataType type, List<Long> shape, Bytes data) {
    static boolean allNumbered(List<NamedArray> arrays) {
        return arrays.stream().allMatch(array -> array.name.matches("\\d{1,9}"));
    }

    /** Sorts arrays by number if all names are numbers; leaves them alone otherwise. */
    static List<NamedArray> byNumber(List<NamedArray> arrays) {
        return allNumbered(arrays)
                ? arrays.stream()
                        .sorted(Comparator.comparingInt(array -> Integer.parseInt(array.name())))
                        .toList()
                : arrays;
    }

    static ModelException unreadable(String name, String what) {
        return new ModelException(
                ErrorCode.DATA_LOSS, "bad_tensor", "The tensor '" + name + "' can't be read: " + what);
    }
}
