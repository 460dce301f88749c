package com.scaleoutsystems.edge.model.internal.zip;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * An entry of an archive, as its directory describes it.
 *
 * @param name the name
 * @param flags the general purpose flags
 * @param method 0 for stored, 8 for deflated
 * @param crc the CRC-32 of the content
 * @param compressedSize the number of bytes in the archive
 * @param size the number of bytes of the content
 * @param headerOffset where the local header starts
 * @param dataOffset where the content starts
 */
public record ZipEntry(
        String name,
        int flags,
        int method,
        long crc,
        long compressedSize,
        long size,
        long headerOffset,
        long dataOffset) {
    /**
     * Tells whether the content lies in the archive as it is.
     *
     * @return true if it is not compressed
     */
    public boolean isStored() {
        return method == ZipFormat.STORED;
    }

    long dataEnd() {
        return dataOffset + compressedSize;
    }

    /** Sorts entries by where they lie, which need not be the order of the directory. */
    static List<ZipEntry> inOrder(Collection<ZipEntry> entries) {
        return entries.stream()
                .sorted(Comparator.comparingLong(ZipEntry::headerOffset))
                .toList();
    }

    void checkCrc(long found) {
        if (found != crc) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "crc",
                    String.format(
                            "The entry '%s' is damaged: its CRC-32 is %08x where the directory says %08x;"
                                    + " fetch the file again",
                            name, found, crc));
        }
    }

    ModelException wrongSize(String found) {
        return ZipFormat.corrupt(
                "the entry '" + name + "' holds " + found + " than the " + size + " bytes that the directory says");
    }
}
