package com.scaleoutsystems.edge.model.internal.npy;

import com.scaleoutsystems.edge.model.DataType;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.util.List;

/**
 * An array as tensors hold it: little-endian elements in C order.
 *
 * @param name its name, without {@code .npy}
 * @param type the element type
 * @param shape the dimensions
 * @param data the elements
 */
public record NpyArray(String name, DataType type, List<Long> shape, Bytes data) {}
