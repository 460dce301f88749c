package com.scaleoutsystems.edge.model.internal.arrays;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import com.scaleoutsystems.edge.model.internal.zip.ZipArchive;
import com.scaleoutsystems.edge.model.internal.zip.ZipBuilder;
import com.scaleoutsystems.edge.model.internal.zip.ZipEntry;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Archives of {@code .npy} arrays, as NumPy's {@code savez} makes them. */
public final class Npz {
    private static final String SUFFIX = ".npy";

    private Npz() {}

    /**
     * Reads all arrays. Those that are stored, little-endian and in C order are views of the archive.
     *
     * <p>If all names are numbers they must be 0 to n-1, and the arrays come in that order, as the reference's
     * numpyhelper reads them; otherwise they come as they lie in the archive.
     *
     * @param npz the archive
     * @param workspace where decompressed arrays go
     * @param maxEntries the largest number of arrays to accept
     * @return the arrays
     */
    public static List<NamedArray> read(Bytes npz, Workspace workspace, int maxEntries) {
        ZipArchive archive = ZipArchive.open(npz, maxEntries);
        List<Encoded> encoded = new ArrayList<>();
        Iterator<Bytes> inflated = inflate(archive, workspace).iterator();
        for (ZipEntry entry : archive.entries().values()) {
            String name = arrayName(entry);
            Bytes content = entry.isStored() ? archive.storedContent(entry) : inflated.next();
            NpyHeader header = NpyHeader.read(name, content);
            encoded.add(new Encoded(name, header, Npy.elements(header, content)));
        }
        Iterator<Bytes> reordered = reorder(encoded, workspace).iterator();
        List<NamedArray> arrays = new ArrayList<>();
        for (Encoded each : encoded) {
            Bytes elements = each.header.needsReordering() ? reordered.next() : each.elements;
            arrays.add(new NamedArray(each.name, each.header.type(), each.header.shape(), elements));
        }
        return ordered(arrays);
    }

    /** An array whose elements still lie as they were written. */
    private record Encoded(String name, NpyHeader header, Bytes elements) {}

    private static List<Bytes> inflate(ZipArchive archive, Workspace workspace) {
        List<Workspace.SizedWriter> writers = new ArrayList<>();
        for (ZipEntry entry : archive.entries().values()) {
            if (!entry.isStored()) {
                workspace.claim(entry.name(), entry.size());
                writers.add(new Workspace.SizedWriter(entry.size(), spool -> {
                    try (InputStream in = archive.open(entry)) {
                        in.transferTo(spool);
                    }
                }));
            }
        }
        return workspace.collectEach(writers);
    }

    private static List<Bytes> reorder(List<Encoded> arrays, Workspace workspace) {
        List<Workspace.SizedWriter> writers = new ArrayList<>();
        for (Encoded array : arrays) {
            if (array.header.needsReordering()) {
                writers.add(new Workspace.SizedWriter(
                        array.elements.size(), spool -> ElementOrder.write(array.header, array.elements, spool)));
            }
        }
        return workspace.collectEach(writers);
    }

    private static String arrayName(ZipEntry entry) {
        if (!entry.name().endsWith(SUFFIX)) {
            throw NamedArray.unreadable(entry.name(), "it is no .npy array");
        }
        return entry.name().substring(0, entry.name().length() - SUFFIX.length());
    }

    private static List<NamedArray> ordered(List<NamedArray> arrays) {
        List<NamedArray> ordered = NamedArray.byNumber(arrays);
        int numbered = NamedArray.allNumbered(arrays) ? ordered.size() : 0;
        for (int i = 0; i < numbered; i++) {
            String name = ordered.get(i).name();
            if (!name.equals(Integer.toString(i))) {
                throw NamedArray.unreadable(
                        name,
                        "numbered tensors must be 0 to " + (ordered.size() - 1) + " without a gap, and " + i
                                + " is missing");
            }
        }
        return ordered;
    }

    /**
     * Lays out an archive of uncompressed arrays under their names.
     *
     * @param arrays the arrays
     * @return the archive's bytes; the elements are not copied
     */
    public static Bytes write(List<NamedArray> arrays) {
        ZipBuilder zip = new ZipBuilder();
        for (NamedArray array : arrays) {
            zip.addStored(array.name() + SUFFIX, Npy.write(array));
        }
        return zip.build().bytes();
    }
}
