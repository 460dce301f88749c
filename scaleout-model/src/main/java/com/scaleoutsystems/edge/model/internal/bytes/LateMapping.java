package com.scaleoutsystems.edge.model.internal.bytes;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that is mapped only when more of it is wanted than a look at its directory: a mapping holds on to the file's room on the
 * disk until the garbage collector finds that nothing refers to it, which may be long after the file was deleted.
 *
 * <p>Until it is mapped, the file must keep its name and its lease must not be closed.
 */
final class LateMapping {
    /** So much in one segment, since a buffer counts in int. */
    static final long SEGMENT = 1L << 30;

    /** Enough for the directory of a model; where there is more to read, the mapping is cheaper. */
    private static final int MOST_READS = 256;

    private static final int LARGEST_READ = 1 << 17;

    private final long size;

    /** Held so that the garbage collector does not close it too early; null once the file is mapped. */
    private TempFile.@Nullable Lease lease;

    private int reads;
    private @Nullable List<ByteBuffer> segments;

    LateMapping(TempFile.Lease lease, long size) {
        this.size = size;
        this.lease = lease;
    }

    /** How many bytes each segment has. */
    List<Integer> segmentSizes() {
        List<Integer> sizes = new ArrayList<>();
        for (long at = 0; at < size; at += SEGMENT) {
            sizes.add((int) Math.min(SEGMENT, size - at));
        }
        return sizes;
    }

    /** Reads some bytes without a mapping; gives false, and nothing, where the mapping is the better way. */
    synchronized boolean read(int segment, int at, byte[] target, int from, int count) {
        if (segments != null || count > LARGEST_READ || reads == MOST_READS) {
            return false;
        }
        reads++;
        // Not through a channel, which an interrupt of this thread would close.
        try (RandomAccessFile in = new RandomAccessFile(file().toFile(), "r")) {
            in.seek(segment * SEGMENT + at);
            in.readFully(target, from, count);
            return true;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Maps the file if it is not yet. */
    synchronized ByteBuffer segment(int segment) {
        if (segments == null) {
            try {
                List<ByteBuffer> found = map(file());
                long total = found.stream().mapToLong(ByteBuffer::remaining).sum();
                if (total != size) {
                    throw new EOFException("it has " + total + " bytes where " + size + " were written");
                }
                segments = found;
                lease = null;
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
        return segments.get(segment);
    }

    private Path file() {
        return Objects.requireNonNull(lease, "asked for once it is mapped")
                .file()
                .path();
    }

    private ModelException unreadable(IOException e) {
        return new ModelException(ErrorCode.IO, "io", "The temporary file " + file() + " can't be read: " + e, e);
    }

    /** The JDK hides a lack of memory in an exception that says only that mapping has failed. */
    static IOException notMapped(Path file, IOException e) {
        if (e.getCause() instanceof OutOfMemoryError) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "memory",
                    "The system lets this process map no more files, so " + file
                            + " can't be used; close models that are no longer needed, or raise the process's limit of"
                            + " address space (ulimit -v) or of mappings (vm.max_map_count)",
                    e);
        }
        return e;
    }

    /** Maps a whole file. An interrupt of the calling thread does not hinder it and stays set. */
    static List<ByteBuffer> map(Path file) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    long size = channel.size();
                    List<ByteBuffer> segments = new ArrayList<>();
                    for (long at = 0; at < size; at += SEGMENT) {
                        segments.add(channel.map(MapMode.READ_ONLY, at, Math.min(SEGMENT, size - at)));
                    }
                    return segments;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                } catch (IOException e) {
                    throw notMapped(file, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
