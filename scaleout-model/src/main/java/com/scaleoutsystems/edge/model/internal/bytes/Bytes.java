package com.scaleoutsystems.edge.model.internal.bytes;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes of any length, made of pieces: heap arrays and regions of mapped files.
 *
 * <p>Regions and concatenations share the pieces, nothing is copied. All reads are absolute, so any number of threads
 * may read at once, and since no channel is held that an interrupt could close, no thread can break another's
 * reading. A mapping lives until nothing refers to it; where the operating system allows it, that is longer
 * than the file's name.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(List.of());

    /** From this size on, a piece is worth being told apart from its neighbours. */
    public static final int LARGE = 1 << 16;

    private static final int BLOCK = 1 << 16;

    /** From this size on, work is worth spreading over the processors. */
    static final int WORTH_SHARING = 8 << 20;

    private final Piece[] pieces;
    /** Where each piece starts; one more entry than pieces, the last is the size. */
    private final long[] starts;

    /** A run of bytes in one buffer, which a file that is not mapped yet gives when it is needed. */
    private static final class Piece {
        private static final long UNKNOWN = -1;

        /** Read-only, little-endian, from position 0; null until it is needed if the bytes lie in a file that may be unmapped. */
        private volatile @Nullable ByteBuffer buffer;

        private final @Nullable Unmapped unmapped;
        private final @Nullable Watched watched;
        private final int size;

        private volatile long crc = UNKNOWN;

        /** Where the bytes lie in a file that is not mapped yet. */
        private record Unmapped(LateMapping file, int segment, int from) {}

        Piece(ByteBuffer buffer, @Nullable Watched watched) {
            this.buffer = readOnly(buffer);
            this.unmapped = null;
            this.watched = watched;
            this.size = buffer.limit();
        }

        private Piece(Unmapped unmapped, int size) {
            this.unmapped = unmapped;
            this.watched = null;
            this.size = size;
        }

        static List<Piece> of(LateMapping file) {
            List<Piece> pieces = new ArrayList<>();
            for (int size : file.segmentSizes()) {
                pieces.add(new Piece(new Unmapped(file, pieces.size(), 0), size));
            }
            return pieces;
        }

        private static ByteBuffer readOnly(ByteBuffer buffer) {
            return buffer.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        ByteBuffer buffer() {
            ByteBuffer present = buffer;
            if (present == null) {
                Unmapped place = Objects.requireNonNull(unmapped);
                present = readOnly(place.file.segment(place.segment).slice(place.from, size));
                buffer = present;
            }
            return present;
        }

        void get(int at, byte[] target, int from, int count) {
            if (buffer == null
                    && unmapped != null
                    && unmapped.file.read(unmapped.segment, unmapped.from + at, target, from, count)) {
                return;
            }
            buffer().get(at, target, from, count);
        }

        boolean isOnHeap() {
            return unmapped == null && !buffer().isDirect();
        }

        int size() {
            return size;
        }

        Piece slice(int from, int count) {
            if (count == size()) {
                return this;
            }
            if (buffer == null && unmapped != null) {
                return new Piece(new Unmapped(unmapped.file, unmapped.segment, unmapped.from + from), count);
            }
            return new Piece(buffer().slice(from, count), watched);
        }

        /** Computed once: a piece often is a part of several sequences, each with a CRC of its own. */
        long crc32() {
            if (crc == UNKNOWN) {
                crc = Crc32Sum.of(buffer());
            }
            return crc;
        }

        void addTo(CRC32 sum) {
            if (buffer == null) {
                byte[] copy = new byte[size];
                get(0, copy, 0, size);
                sum.update(copy);
            } else {
                Crc32Sum.update(sum, buffer());
            }
        }

        boolean isLarge() {
            return size() >= LARGE;
        }
    }

    private Bytes(List<Piece> pieces) {
        this.pieces = pieces.toArray(Piece[]::new);
        this.starts = new long[pieces.size() + 1];
        for (int i = 0; i < this.pieces.length; i++) {
            starts[i + 1] = starts[i] + this.pieces[i].size();
        }
    }

    /**
     * Wraps an array, which must not change afterwards.
     *
     * @param array the bytes
     * @return the same bytes
     */
    public static Bytes of(byte[] array) {
        return of(ByteBuffer.wrap(array));
    }

    /**
     * Wraps the rest of a buffer, whose content must not change afterwards.
     *
     * @param buffer the bytes between position and limit
     * @return the same bytes
     */
    public static Bytes of(ByteBuffer buffer) {
        return buffer.hasRemaining() ? new Bytes(List.of(new Piece(buffer.slice(), null))) : EMPTY;
    }

    /**
     * Puts sequences one after the other without copying.
     *
     * @param parts the parts in order
     * @return all parts as one sequence
     */
    public static Bytes concat(List<Bytes> parts) {
        List<Piece> pieces = new ArrayList<>();
        for (Bytes part : parts) {
            pieces.addAll(Arrays.asList(part.pieces));
        }
        return new Bytes(pieces);
    }

    /**
     * Maps a whole file. An interrupt of the calling thread does not hinder it and stays set.
     *
     * @param file the file; it must not be changed while the bytes are in use
     * @return the file's bytes
     * @throws IOException if the file can't be opened or mapped
     */
    public static Bytes map(Path file) throws IOException {
        return map(file, null);
    }

    /**
     * Maps a whole file of somebody else, so that {@link #requireUnchanged} can tell whether it was changed since.
     *
     * @param file the file; it must not be changed while the bytes are in use
     * @return the file's bytes
     * @throws IOException if the file can't be opened or mapped
     */
    public static Bytes mapWatched(Path file) throws IOException {
        return map(file, new Watched(file, FileStamp.of(file)));
    }

    private static Bytes map(Path file, @Nullable Watched watched) throws IOException {
        return new Bytes(LateMapping.map(file).stream()
                .map(segment -> new Piece(segment, watched))
                .toList());
    }

    /** A file that others may change, and how it was when it was mapped. */
    private record Watched(Path file, FileStamp stamp) {

        /** A file that was moved, deleted or replaced does no harm: the mapping keeps the bytes of the former one. */
        boolean isChanged() {
            try {
                FileStamp now = FileStamp.of(file);
                return Objects.equals(now.key(), stamp.key()) && !now.equals(stamp);
            } catch (IOException e) {
                return false;
            }
        }
    }

    /**
     * Makes sure that no watched file was changed in place since it was mapped.
     *
     * @throws ModelException with code {@code IO} if one was
     */
    public void requireUnchanged() {
        Watched last = null;
        for (Piece piece : pieces) {
            Watched watched = piece.watched;
            if (watched != null && !watched.equals(last) && watched.isChanged()) {
                throw new ModelException(
                        ErrorCode.IO,
                        "io",
                        "The model file " + watched.file
                                + " was changed while it was in use; do not change a file that a"
                                + " model was opened from: write another file and move it to this name, or open it again");
            }
            last = watched;
        }
    }

    /**
     * Gives the bytes of a temporary file, which is mapped when more of it is read than a directory, or at the latest by
     * {@link #mapped}.
     *
     * @param lease keeps the file; not to be closed before it is mapped if the bytes are to be used longer
     * @param size the file's size
     * @return the file's bytes
     */
    static Bytes mapLater(TempFile.Lease lease, long size) {
        return new Bytes(Piece.of(new LateMapping(lease, size)));
    }

    /**
     * Maps what is not mapped yet. From here on the bytes are good for as long as they are referred to.
     *
     * @return this
     * @throws ModelException if the file is gone or can't be mapped
     */
    public Bytes mapped() {
        for (Piece piece : pieces) {
            piece.buffer();
        }
        return this;
    }

    /**
     * Gives the length.
     *
     * @return the number of bytes
     */
    public long size() {
        return starts[pieces.length];
    }

    /**
     * Gives a part without copying.
     *
     * @param offset where it starts
     * @param count how many bytes
     * @return the part
     */
    public Bytes region(long offset, long count) {
        Objects.checkFromIndexSize(offset, count, size());
        if (count == 0) {
            return EMPTY;
        }
        if (count == size()) {
            return this;
        }
        List<Piece> parts = new ArrayList<>();
        long end = offset + count;
        for (int i = pieceAt(offset); i < pieces.length && starts[i] < end; i++) {
            int from = (int) (Math.max(offset, starts[i]) - starts[i]);
            int to = (int) (Math.min(end, starts[i + 1]) - starts[i]);
            parts.add(pieces[i].slice(from, to - from));
        }
        return new Bytes(parts);
    }

    private int pieceAt(long offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    /**
     * Copies bytes out.
     *
     * @param offset where to start
     * @param target where to put them
     * @param from the first index in target
     * @param count how many
     */
    public void get(long offset, byte[] target, int from, int count) {
        Objects.checkFromIndexSize(offset, count, size());
        Objects.checkFromIndexSize(from, count, target.length);
        int at = from;
        int left = count;
        long position = offset;
        for (int i = count == 0 ? pieces.length : pieceAt(offset); left > 0; i++) {
            int inPiece = (int) (position - starts[i]);
            int step = (int) Math.min(left, starts[i + 1] - position);
            try {
                pieces[i].get(inPiece, target, at, step);
            } catch (InternalError e) {
                throw changedUnderneath(e);
            }
            at += step;
            left -= step;
            position += step;
        }
    }

    /**
     * Reads one number.
     *
     * @param offset where it starts
     * @param width how many bytes it has: 1, 2, 4 or 8
     * @return the number; without a sign if it has fewer than 8 bytes
     */
    public long getLittleEndian(long offset, int width) {
        int i = pieces.length == 1 ? 0 : pieceAt(offset);
        long inPiece = offset - starts[i];
        Piece holder = pieces[i];
        if (inPiece + width > holder.size()) {
            return Bytes.of(copy(offset, width)).getLittleEndian(0, width);
        }
        ByteBuffer piece = holder.buffer();
        return switch (width) {
            case 1 -> piece.get((int) inPiece) & 0xff;
            case 2 -> piece.getShort((int) inPiece) & 0xffff;
            case 4 -> piece.getInt((int) inPiece) & 0xffff_ffffL;
            case 8 -> piece.getLong((int) inPiece);
            default -> throw new IllegalArgumentException("No number has " + width + " bytes");
        };
    }

    /**
     * Copies a part to a heap buffer of little-endian order.
     *
     * @param offset where to start
     * @param length how many bytes
     * @return a buffer of its own, at position 0
     */
    public ByteBuffer copy(long offset, int length) {
        byte[] target = new byte[length];
        get(offset, target, 0, length);
        return ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Gives a part as a read-only buffer of little-endian order: a view if it lies in one piece, else a copy.
     *
     * @param offset where to start
     * @param count how many bytes
     * @return a buffer of its own, at position 0
     */
    public ByteBuffer view(long offset, int count) {
        Objects.checkFromIndexSize(offset, count, size());
        if (count > 0) {
            int i = pieceAt(offset);
            if (offset + count <= starts[i + 1]) {
                return pieces[i]
                        .buffer()
                        .slice((int) (offset - starts[i]), count)
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        return copy(offset, count).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Computes the CRC-32. Large pieces are read only once, however many sequences share them, and by all processors.
     *
     * @return the checksum of all bytes, as ZIP uses it
     */
    public long crc32() {
        Crc32Sum sum = new Crc32Sum();
        CRC32 small = new CRC32();
        long smallSize = 0;
        try {
            if (size() >= WORTH_SHARING) {
                Arrays.stream(pieces).parallel().filter(Piece::isLarge).forEach(Piece::crc32);
            }
            for (Piece piece : pieces) {
                if (!piece.isLarge()) {
                    piece.addTo(small);
                    smallSize += piece.size();
                } else {
                    sum.add(small.getValue(), smallSize);
                    small.reset();
                    smallSize = 0;
                    sum.add(piece.crc32(), piece.size());
                }
            }
        } catch (InternalError e) {
            throw changedUnderneath(e);
        }
        sum.add(small.getValue(), smallSize);
        return sum.value();
    }

    /**
     * Compares two sequences.
     *
     * @param other the other sequence
     * @return true if both have the same bytes
     */
    public boolean contentEquals(Bytes other) {
        if (size() != other.size()) {
            return false;
        }
        // Copied, like all that native code reads: see Crc32Sum.
        byte[] mine = new byte[(int) Math.min(BLOCK, size())];
        byte[] theirs = new byte[mine.length];
        for (long at = 0; at < size(); at += mine.length) {
            int length = (int) Math.min(mine.length, size() - at);
            get(at, mine, 0, length);
            other.get(at, theirs, 0, length);
            if (!Arrays.equals(mine, 0, length, theirs, 0, length)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Hashes the beginning of the sequence.
     *
     * @return the same number for equal sequences
     */
    public int contentHash() {
        return view(0, (int) Math.min(1024, size())).hashCode();
    }

    /**
     * Tells how much of the sequence is held on the heap.
     *
     * @return the number of bytes that are in no file
     */
    public long heapSize() {
        long sum = 0;
        for (Piece piece : pieces) {
            sum += piece.isOnHeap() ? piece.size() : 0;
        }
        return sum;
    }

    /**
     * Writes all bytes out.
     *
     * @param out where to; not closed
     * @throws IOException if the target fails
     */
    public void writeTo(OutputStream out) throws IOException {
        byte[] block = new byte[(int) Math.min(BLOCK, size())];
        for (long at = 0; at < size(); ) {
            int step = (int) Math.min(block.length, size() - at);
            get(at, block, 0, step);
            out.write(block, 0, step);
            at += step;
        }
    }

    /**
     * Opens a stream of all bytes, independent of every other. Its last byte comes only if {@link #requireUnchanged} passes then.
     *
     * @return a stream that needs no closing
     * @throws ModelException with code {@code IO} if a watched file was changed already
     */
    public InputStream openStream() {
        requireUnchanged();
        return new BytesInputStream(this);
    }

    /**
     * Describes the error that the virtual machine throws where a mapped file has lost its bytes. It may come a little late,
     * so that whoever reads has the error instead of this exception.
     *
     * @param e the error
     * @return the exception to throw
     */
    public static ModelException changedUnderneath(InternalError e) {
        return new ModelException(
                ErrorCode.IO,
                "io",
                "A mapped model file was cut short or became unreadable while it was in use; "
                        + "do not change a file that a model was opened from",
                e);
    }
}
