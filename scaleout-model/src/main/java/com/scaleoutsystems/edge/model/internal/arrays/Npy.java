package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import java.util.List;

/** The {@code .npy} format: a header, then the elements of one array. */
public final class Npy {
    private Npy() {}

    /**
     * Reads an array. If it is little-endian and in C order, its elements are a view of the file.
     *
     * @param name its name, for messages
     * @param file the whole file
     * @param workspace where elements go that must be reordered
     * @return the array
     */
    public static NamedArray read(String name, Bytes file, Workspace workspace) {
        NpyHeader header = NpyHeader.read(name, file);
        Bytes elements = elements(header, file);
        if (header.needsReordering()) {
            elements = workspace.collect(spool -> ElementOrder.write(header, elements(header, file), spool));
        }
        return new NamedArray(name, header.type(), header.shape(), elements);
    }

    static Bytes elements(NpyHeader header, Bytes file) {
        return file.region(header.size(), file.size() - header.size());
    }

    /**
     * Lays out a file.
     *
     * @param array the array
     * @return the file's bytes; the elements are not copied
     */
    public static Bytes write(NamedArray array) {
        return Bytes.concat(List.of(NpyHeader.write(array.type(), array.shape()), array.data()));
    }
}
