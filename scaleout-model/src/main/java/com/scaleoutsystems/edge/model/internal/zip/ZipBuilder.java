package com.scaleoutsystems.edge.model.internal.zip;

import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Lays out an archive: headers made here, contents taken as they are. Equal input gives equal bytes, and no content is
 * copied.
 */
public final class ZipBuilder {
    private static final int BLOCK = 1 << 16;

    private final List<Bytes> parts = new ArrayList<>();
    private final List<ZipEntry> entries = new ArrayList<>();
    private long position;

    /**
     * Begins with everything before a given entry of another archive, byte by byte.
     *
     * @param archive the other archive
     * @param end the entry to stop at; all entries that lie before it are kept
     */
    public void addBefore(ZipArchive archive, ZipEntry end) {
        if (position != 0) {
            throw new IllegalStateException("Only an empty archive can begin like another");
        }
        append(archive.bytes().region(0, end.headerOffset()));
        for (ZipEntry entry : archive.entries().values()) {
            if (entry.headerOffset() < end.headerOffset()) {
                entries.add(entry);
            }
        }
    }

    /**
     * Adds an entry whose content stays uncompressed.
     *
     * @param name its name
     * @param content its content
     */
    public void addStored(String name, Bytes content) {
        add(name, ZipFormat.STORED, content.crc32(), content.size(), content);
    }

    /**
     * Adds an entry whose content is compressed.
     *
     * @param name its name
     * @param content its content
     * @param workspace where the compressed content goes
     */
    public void addDeflated(String name, Bytes content, Workspace workspace) {
        Bytes compressed = workspace.collect(spool -> {
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            try {
                // Finished, not closed: the spool is not this stream's to close.
                DeflaterOutputStream out = new DeflaterOutputStream(spool, deflater, BLOCK);
                content.writeTo(out);
                out.finish();
            } finally {
                deflater.end();
            }
        });
        add(name, ZipFormat.DEFLATED, content.crc32(), content.size(), compressed);
    }

    /**
     * Adds an entry of another archive without looking at its content.
     *
     * @param archive the other archive
     * @param entry the entry
     */
    public void addFrom(ZipArchive archive, ZipEntry entry) {
        add(entry.name(), entry.method(), entry.crc(), entry.size(), archive.rawContent(entry));
    }

    private void add(String name, int method, long crc, long size, Bytes content) {
        byte[] rawName = name.getBytes(StandardCharsets.UTF_8);
        int flags = rawName.length == name.length() ? 0 : ZipFormat.FLAG_UTF8;
        boolean large = size >= ZipFormat.MAX_32 || content.size() >= ZipFormat.MAX_32;
        int extra = large ? 20 : 0;
        ByteBuffer header = allocate(ZipFormat.LOCAL_HEADER_SIZE + rawName.length + extra)
                .putInt(ZipFormat.LOCAL_HEADER)
                .putShort((short) (large ? 45 : 20))
                .putShort((short) flags)
                .putShort((short) method)
                .putShort((short) 0)
                .putShort((short) ZipFormat.DOS_DATE)
                .putInt((int) crc)
                .putInt(large ? -1 : (int) content.size())
                .putInt(large ? -1 : (int) size)
                .putShort((short) rawName.length)
                .putShort((short) extra)
                .put(rawName);
        if (large) {
            header.putShort((short) ZipFormat.ZIP64_EXTRA).putShort((short) 16);
            header.putLong(size).putLong(content.size());
        }
        long start = position;
        append(Bytes.of(header.flip()));
        entries.add(new ZipEntry(name, flags, method, crc, content.size(), size, start, position));
        append(content);
    }

    private void append(Bytes part) {
        parts.add(part);
        position += part.size();
    }

    /**
     * Tells whether an entry was added.
     *
     * @param name its name
     * @return true if it is among the entries so far
     */
    public boolean contains(String name) {
        return entries.stream().anyMatch(entry -> entry.name().equals(name));
    }

    /**
     * Ends the archive with its directory.
     *
     * @return the archive
     */
    public ZipArchive build() {
        long directoryOffset = position;
        for (ZipEntry entry : entries) {
            append(directoryHeader(entry));
        }
        append(end(directoryOffset, position - directoryOffset));
        return new ZipArchive(Bytes.concat(parts), entries);
    }

    private static Bytes directoryHeader(ZipEntry entry) {
        byte[] rawName = entry.name().getBytes(StandardCharsets.UTF_8);
        boolean largeSizes = entry.size() >= ZipFormat.MAX_32 || entry.compressedSize() >= ZipFormat.MAX_32;
        boolean largeOffset = entry.headerOffset() >= ZipFormat.MAX_32;
        int values = (largeSizes ? 16 : 0) + (largeOffset ? 8 : 0);
        int extra = values == 0 ? 0 : values + 4;
        ByteBuffer header = allocate(ZipFormat.DIRECTORY_HEADER_SIZE + rawName.length + extra)
                .putInt(ZipFormat.DIRECTORY_HEADER)
                .putShort((short) (extra == 0 ? 20 : 45))
                .putShort((short) (extra == 0 ? 20 : 45))
                .putShort((short) entry.flags())
                .putShort((short) entry.method())
                .putShort((short) 0)
                .putShort((short) ZipFormat.DOS_DATE)
                .putInt((int) entry.crc())
                .putInt(largeSizes ? -1 : (int) entry.compressedSize())
                .putInt(largeSizes ? -1 : (int) entry.size())
                .putShort((short) rawName.length)
                .putShort((short) extra)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(largeOffset ? -1 : (int) entry.headerOffset())
                .put(rawName);
        if (extra != 0) {
            header.putShort((short) ZipFormat.ZIP64_EXTRA).putShort((short) values);
            if (largeSizes) {
                header.putLong(entry.size()).putLong(entry.compressedSize());
            }
            if (largeOffset) {
                header.putLong(entry.headerOffset());
            }
        }
        return Bytes.of(header.flip());
    }

    private Bytes end(long directoryOffset, long directorySize) {
        boolean large = entries.size() >= ZipFormat.MAX_16
                || directoryOffset >= ZipFormat.MAX_32
                || directorySize >= ZipFormat.MAX_32;
        ByteBuffer end =
                allocate((large ? ZipFormat.END64_SIZE + ZipFormat.END64_LOCATOR_SIZE : 0) + ZipFormat.END_SIZE);
        if (large) {
            end.putInt(ZipFormat.END64)
                    .putLong(ZipFormat.END64_SIZE - 12)
                    .putShort((short) 45)
                    .putShort((short) 45)
                    .putInt(0)
                    .putInt(0)
                    .putLong(entries.size())
                    .putLong(entries.size())
                    .putLong(directorySize)
                    .putLong(directoryOffset)
                    .putInt(ZipFormat.END64_LOCATOR)
                    .putInt(0)
                    .putLong(directoryOffset + directorySize)
                    .putInt(1);
        }
        short count = (short) Math.min(entries.size(), ZipFormat.MAX_16);
        end.putInt(ZipFormat.END)
                .putInt(0)
                .putShort(count)
                .putShort(count)
                .putInt((int) Math.min(directorySize, ZipFormat.MAX_32))
                .putInt((int) Math.min(directoryOffset, ZipFormat.MAX_32))
                .putShort((short) 0);
        return Bytes.of(end.flip());
    }

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
