package com.scaleoutsystems.edge.model.internal.zip;

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
}
