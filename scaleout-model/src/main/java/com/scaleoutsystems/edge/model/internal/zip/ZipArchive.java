package com.scaleoutsystems.edge.model.internal.zip;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An archive that was opened by its directory and found sound: names are unique, every local header agrees with the
 * directory, entries do not overlap and nothing follows the end. Contents are checked when they are read.
 */
public final class ZipArchive {
    private final Bytes bytes;
    private final Map<String, ZipEntry> entries;

    ZipArchive(Bytes bytes, List<ZipEntry> entries) {
        this.bytes = splitAtContents(bytes, entries);
        Map<String, ZipEntry> byName = new LinkedHashMap<>();
        for (ZipEntry entry : entries) {
            if (byName.put(entry.name(), entry) != null) {
                throw new ModelException(
                        ErrorCode.DATA_LOSS,
                        "duplicate_entry",
                        "The archive holds the entry '" + entry.name()
                                + "' twice, so readers may differ on which one counts; build it anew");
            }
        }
        this.entries = Collections.unmodifiableMap(byName);
    }

    /**
     * Opens an archive.
     *
     * @param bytes the whole archive
     * @param maxEntries the largest number of entries to accept
     * @return the archive
     */
    public static ZipArchive open(Bytes bytes, int maxEntries) {
        return new ZipArchive(bytes, new ZipDirectoryReader(bytes, maxEntries).read());
    }

    /**
     * Makes the contents pieces of their own. The CRC of an archive that lies inside another then comes out of those of
     * its entries.
     */
    private static Bytes splitAtContents(Bytes bytes, List<ZipEntry> entries) {
        List<Bytes> parts = new ArrayList<>();
        long at = 0;
        for (ZipEntry entry : ZipEntry.inOrder(entries)) {
            if (entry.compressedSize() >= Bytes.LARGE) {
                parts.add(bytes.region(at, entry.dataOffset() - at));
                parts.add(bytes.region(entry.dataOffset(), entry.compressedSize()));
                at = entry.dataEnd();
            }
        }
        parts.add(bytes.region(at, bytes.size() - at));
        return Bytes.concat(parts);
    }

    /**
     * Gives the archive's own bytes.
     *
     * @return all bytes
     */
    public Bytes bytes() {
        return bytes;
    }

    /**
     * Gives the entries by name.
     *
     * @return all entries in the order of the directory
     */
    public Map<String, ZipEntry> entries() {
        return entries;
    }

    /**
     * Finds an entry.
     *
     * @param name its name
     * @return the entry, or null
     */
    public @Nullable ZipEntry find(String name) {
        return entries.get(name);
    }

    /**
     * Finds the entry that lies behind all others, which need not be the last of the directory.
     *
     * @return the entry
     * @throws java.util.NoSuchElementException if there are no entries
     */
    public ZipEntry lastEntry() {
        return Collections.max(entries.values(), Comparator.comparingLong(ZipEntry::headerOffset));
    }

    /**
     * Gives the bytes of an entry as they lie in the archive, unchecked.
     *
     * @param entry an entry of this archive
     * @return the content if it is stored, else the compressed bytes
     */
    public Bytes rawContent(ZipEntry entry) {
        return bytes.region(entry.dataOffset(), entry.compressedSize());
    }

    /**
     * Gives the content of a stored entry after checking its CRC.
     *
     * @param entry a stored entry of this archive
     * @return the content, a view of the archive
     */
    public Bytes storedContent(ZipEntry entry) {
        return checked(entry, rawContent(entry));
    }

    /**
     * Gives the content of a stored entry that should be an archive itself, after checking its CRC. Those of its own
     * entries come out on the way, so opening them later costs nothing more.
     *
     * @param entry a stored entry of this archive
     * @param maxEntries the largest number of entries to accept
     * @return the content, a view of this archive
     */
    public Bytes storedArchive(ZipEntry entry, int maxEntries) {
        Bytes content = rawContent(entry);
        try {
            content = open(content, maxEntries).bytes();
        } catch (ModelException e) {
            // The caller who opens it gets the error; here only the stored content counts.
            return checked(entry, content);
        }
        return checked(entry, content);
    }

    private static Bytes checked(ZipEntry entry, Bytes content) {
        entry.checkCrc(content.crc32());
        return content;
    }

    /**
     * Opens an entry's content. Reading it throws a {@link ModelException} where it is damaged, at the latest at its
     * end.
     *
     * @param entry an entry of this archive
     * @return the content
     */
    public InputStream open(ZipEntry entry) {
        return entry.isStored() ? storedContent(entry).openStream() : new InflatedStream(entry, rawContent(entry));
    }
}
