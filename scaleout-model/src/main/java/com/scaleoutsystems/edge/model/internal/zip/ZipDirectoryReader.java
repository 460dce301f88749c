package com.scaleoutsystems.edge.model.internal.zip;

import static com.scaleoutsystems.edge.model.internal.zip.ZipFormat.corrupt;
import static com.scaleoutsystems.edge.model.internal.zip.ZipFormat.truncated;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the directory of an archive and holds every local header against it. */
final class ZipDirectoryReader {
    private static final int MAX_COMMENT = ZipFormat.MAX_16;
    private static final int MAX_NAME = 4096;

    private final Bytes bytes;
    private final int maxEntries;

    ZipDirectoryReader(Bytes bytes, int maxEntries) {
        this.bytes = bytes;
        this.maxEntries = maxEntries;
    }

    /** Where the directory lies and how many entries it has. */
    private record Directory(long offset, long size, long count) {}

    List<ZipEntry> read() {
        Directory directory = findDirectory();
        if (directory.count > maxEntries) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    "The archive has " + directory.count + " entries, more than the limit of " + maxEntries
                            + "; raise ModelLimits.maxEntries if it can be trusted");
        }
        List<ZipEntry> entries = new ArrayList<>();
        long at = directory.offset;
        long end = directory.offset + directory.size;
        for (long i = 0; i < directory.count; i++) {
            if (end - at < ZipFormat.DIRECTORY_HEADER_SIZE) {
                throw corrupt("its directory ends within entry " + i + " of " + directory.count);
            }
            ByteBuffer header = bytes.copy(at, ZipFormat.DIRECTORY_HEADER_SIZE);
            int nameLength = header.getShort(28) & 0xffff;
            int extraLength = header.getShort(30) & 0xffff;
            int commentLength = header.getShort(32) & 0xffff;
            long next = at + ZipFormat.DIRECTORY_HEADER_SIZE + nameLength + extraLength + commentLength;
            if (header.getInt(0) != ZipFormat.DIRECTORY_HEADER || next > end) {
                throw corrupt("entry " + i + " of its directory is unreadable");
            }
            ByteBuffer tail = bytes.copy(at + ZipFormat.DIRECTORY_HEADER_SIZE, nameLength + extraLength);
            entries.add(readEntry(header, tail, nameLength, directory.offset));
            at = next;
        }
        if (at != end) {
            throw corrupt("its directory is longer than its " + directory.count + " entries");
        }
        checkOrder(entries);
        return entries;
    }

    private Directory findDirectory() {
        long endOffset = findEnd();
        ByteBuffer end = bytes.copy(endOffset, ZipFormat.END_SIZE);
        long count = end.getShort(10) & 0xffff;
        long size = end.getInt(12) & ZipFormat.MAX_32;
        long offset = end.getInt(16) & ZipFormat.MAX_32;
        if (end.getShort(4) != 0 || end.getShort(6) != 0 || end.getShort(8) != end.getShort(10)) {
            throw corrupt("it is one part of several, or its end record is wrong");
        }
        long directoryEnd = endOffset;
        if (count == ZipFormat.MAX_16 || size == ZipFormat.MAX_32 || offset == ZipFormat.MAX_32) {
            ByteBuffer end64 = findEnd64(endOffset);
            directoryEnd = end64.getLong(0);
            count = end64.getLong(8);
            size = end64.getLong(16);
            offset = end64.getLong(24);
        }
        if (count < 0 || size < 0 || offset < 0 || offset > directoryEnd || size != directoryEnd - offset) {
            throw corrupt("its directory (" + size + " bytes at " + offset + ") does not end at the end record at "
                    + directoryEnd);
        }
        return new Directory(offset, size, count);
    }

    private long findEnd() {
        long first = Math.max(0, bytes.size() - ZipFormat.END_SIZE - MAX_COMMENT);
        ByteBuffer tail = bytes.copy(first, (int) (bytes.size() - first));
        boolean complete = false;
        for (int at = tail.limit() - ZipFormat.END_SIZE; at >= 0; at--) {
            if (tail.getInt(at) == ZipFormat.END) {
                if ((tail.getShort(at + 20) & 0xffff) == tail.limit() - at - ZipFormat.END_SIZE) {
                    return first + at;
                }
                // An archive inside this one has such a record too, but not at the place that it names itself.
                long directory = (tail.getInt(at + 12) & ZipFormat.MAX_32) + (tail.getInt(at + 16) & ZipFormat.MAX_32);
                complete |= directory == first + at;
            }
        }
        if (complete) {
            throw new ModelException(
                    ErrorCode.DATA_LOSS,
                    "trailing_data",
                    "The archive's end record is not where the file ends: bytes were added; fetch it again");
        }
        throw truncated("its end record is missing");
    }

    /** Gives four longs: where the record starts, the number of entries, size and offset of the directory. */
    private ByteBuffer findEnd64(long endOffset) {
        long locatorOffset = endOffset - ZipFormat.END64_LOCATOR_SIZE;
        if (locatorOffset < 0) {
            throw corrupt("its ZIP64 locator is missing");
        }
        ByteBuffer locator = bytes.copy(locatorOffset, ZipFormat.END64_LOCATOR_SIZE);
        long recordOffset = locator.getLong(8);
        if (locator.getInt(0) != ZipFormat.END64_LOCATOR || locator.getInt(4) != 0 || locator.getInt(16) != 1) {
            throw corrupt("its ZIP64 locator is missing or wrong");
        }
        if (recordOffset < 0 || recordOffset != locatorOffset - ZipFormat.END64_SIZE) {
            throw corrupt("its ZIP64 end record at " + recordOffset + " does not end at the locator");
        }
        ByteBuffer record = bytes.copy(recordOffset, ZipFormat.END64_SIZE);
        if (record.getInt(0) != ZipFormat.END64
                || record.getLong(4) != ZipFormat.END64_SIZE - 12
                || record.getInt(16) != 0
                || record.getInt(20) != 0
                || record.getLong(24) != record.getLong(32)) {
            throw corrupt("its ZIP64 end record is wrong");
        }
        return ByteBuffer.allocate(32)
                .putLong(recordOffset)
                .putLong(record.getLong(32))
                .putLong(record.getLong(40))
                .putLong(record.getLong(48))
                .flip();
    }

    private ZipEntry readEntry(ByteBuffer header, ByteBuffer tail, int nameLength, long directoryOffset) {
        int flags = header.getShort(8) & 0xffff;
        int method = header.getShort(10) & 0xffff;
        byte[] rawName = new byte[nameLength];
        tail.get(rawName);
        String name = decodeName(rawName, flags);
        checkSupported(name, flags, method);

        Zip64Extra extra = new Zip64Extra(tail, name);
        long size = extra.resolve(header.getInt(24));
        long compressedSize = extra.resolve(header.getInt(20));
        long offset = extra.resolve(header.getInt(42));
        if (size < 0 || compressedSize < 0 || offset < 0 || offset > directoryOffset - ZipFormat.LOCAL_HEADER_SIZE) {
            throw corrupt("the entry '" + name + "' lies outside of it");
        }
        if (method == ZipFormat.STORED && size != compressedSize) {
            throw corrupt("the stored entry '" + name + "' has two sizes, " + size + " and " + compressedSize);
        }
        long crc = header.getInt(16) & ZipFormat.MAX_32;
        ZipEntry entry = new ZipEntry(name, flags, method, crc, compressedSize, size, offset, 0);
        return checkLocalHeader(entry, rawName, directoryOffset);
    }

    private static void checkSupported(String name, int flags, int method) {
        if ((flags & (ZipFormat.FLAG_ENCRYPTED | ZipFormat.FLAG_STRONG_ENCRYPTION | ZipFormat.FLAG_MASKED_HEADERS))
                != 0) {
            throw new ModelException(
                    ErrorCode.UNIMPLEMENTED,
                    "encrypted",
                    "The entry '" + name + "' is encrypted, which model files never are; store it unencrypted");
        }
        if (method != ZipFormat.STORED && method != ZipFormat.DEFLATED) {
            throw new ModelException(
                    ErrorCode.UNIMPLEMENTED,
                    "unsupported_method",
                    "The entry '" + name + "' uses compression method " + method
                            + "; only stored (0) and deflated (8) can be read");
        }
    }

    private ZipEntry checkLocalHeader(ZipEntry entry, byte[] rawName, long directoryOffset) {
        ByteBuffer header = bytes.copy(entry.headerOffset(), ZipFormat.LOCAL_HEADER_SIZE);
        int nameLength = header.getShort(26) & 0xffff;
        int extraLength = header.getShort(28) & 0xffff;
        long dataOffset = entry.headerOffset() + ZipFormat.LOCAL_HEADER_SIZE + nameLength + extraLength;
        if (header.getInt(0) != ZipFormat.LOCAL_HEADER
                || dataOffset > directoryOffset
                || entry.compressedSize() > directoryOffset - dataOffset) {
            throw corrupt("the entry '" + entry.name() + "' has no local header, or its data reach into the directory");
        }
        ByteBuffer tail = bytes.copy(entry.headerOffset() + ZipFormat.LOCAL_HEADER_SIZE, nameLength + extraLength);
        if (!tail.slice(0, nameLength).equals(ByteBuffer.wrap(rawName))) {
            throw corrupt("the entry '" + entry.name() + "' has another name in its local header");
        }
        tail.position(nameLength);
        int flags = header.getShort(6) & 0xffff;
        if (flags != entry.flags() || (header.getShort(8) & 0xffff) != entry.method()) {
            throw corrupt("the entry '" + entry.name() + "' has other flags or another method in its local header");
        }
        Zip64Extra extra = new Zip64Extra(tail, entry.name());
        long size = extra.resolve(header.getInt(22));
        long compressedSize = extra.resolve(header.getInt(18));
        long crc = header.getInt(14) & ZipFormat.MAX_32;
        // With a data descriptor the local header is written before the numbers are known and may leave them out.
        boolean leftOut = (flags & ZipFormat.FLAG_DESCRIPTOR) != 0 && size == 0 && compressedSize == 0 && crc == 0;
        if (!leftOut && (size != entry.size() || compressedSize != entry.compressedSize() || crc != entry.crc())) {
            throw corrupt("the entry '" + entry.name() + "' has another size or CRC in its local header");
        }
        return new ZipEntry(
                entry.name(),
                flags,
                entry.method(),
                entry.crc(),
                entry.compressedSize(),
                entry.size(),
                entry.headerOffset(),
                dataOffset);
    }

    private static void checkOrder(List<ZipEntry> entries) {
        long free = 0;
        for (ZipEntry entry : ZipEntry.inOrder(entries)) {
            if (free == 0 && entry.headerOffset() != 0) {
                throw corrupt("bytes lie before its first entry '" + entry.name() + "'");
            }
            if (entry.headerOffset() < free) {
                throw corrupt("the entry '" + entry.name() + "' overlaps another");
            }
            free = entry.dataEnd();
        }
    }

    private static String decodeName(byte[] raw, int flags) {
        if (raw.length > MAX_NAME) {
            throw corrupt("a name of " + raw.length + " bytes is longer than any entry needs");
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
            if (name.length() == raw.length || (flags & ZipFormat.FLAG_UTF8) != 0) {
                return name;
            }
        } catch (CharacterCodingException e) {
            // Told below, together with names in an unnamed character set.
        }
        throw corrupt("the name of an entry is neither ASCII nor marked as UTF-8");
    }

    /** The extra field with the numbers that need 64 bits, in the order size, compressed size, offset. */
    private static final class Zip64Extra {
        private final ByteBuffer values;
        private final String name;

        /** Takes the field, if there is one, out of the extra fields that remain in a buffer. */
        Zip64Extra(ByteBuffer extra, String name) {
            this.name = name;
            ByteBuffer found = ByteBuffer.allocate(0);
            while (extra.remaining() >= 4) {
                int id = extra.getShort() & 0xffff;
                int length = extra.getShort() & 0xffff;
                if (length > extra.remaining()) {
                    throw corrupt("the extra fields of '" + name + "' are unreadable");
                }
                if (id == ZipFormat.ZIP64_EXTRA) {
                    found = extra.slice(extra.position(), length).order(extra.order());
                }
                extra.position(extra.position() + length);
            }
            this.values = found;
        }

        long resolve(int value) {
            long unsigned = value & ZipFormat.MAX_32;
            if (unsigned != ZipFormat.MAX_32) {
                return unsigned;
            }
            if (values.remaining() < 8) {
                throw corrupt("the ZIP64 numbers of '" + name + "' are missing");
            }
            return values.getLong();
        }
    }
}
