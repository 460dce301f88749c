package com.scaleoutsystems.edge.model.internal.bytes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes bytes of unknown number: keeps a few on the heap and moves to a temporary file when they become many. */
public final class Spool extends OutputStream {
    private final Path directory;
    private final int threshold;
    private byte[] heap = new byte[1024];
    private long size;
    private TempFile.@Nullable Lease lease;
    private @Nullable OutputStream file;

    /**
     * A spool without content.
     *
     * @param directory where the temporary file goes
     * @param threshold the largest size that stays on the heap
     */
    public Spool(Path directory, int threshold) {
        this.directory = directory;
        this.threshold = threshold;
    }

    /**
     * Gives the number of bytes written so far.
     *
     * @return the size
     */
    public long size() {
        return size;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, source.length);
        if (file == null && size + length > threshold) {
            lease = TempFile.create(directory);
            file = new FileSink(lease.file().path());
            file.write(heap, 0, (int) size);
            heap = new byte[0];
        }
        if (file != null) {
            file.write(source, from, length);
        } else {
            int needed = (int) size + length;
            if (needed > heap.length) {
                heap = Arrays.copyOf(heap, (int) Math.min(threshold, Math.max(needed, heap.length * 2L)));
            }
            System.arraycopy(source, from, heap, (int) size, length);
        }
        size += length;
    }

    /**
     * Ends writing and gives what was written, good for as long as it is referred to.
     *
     * @return the bytes, and the lease on the file behind them if there is one
     * @throws IOException if the file can't be written
     * @throws com.scaleoutsystems.edge.ModelException if the file can't be mapped
     */
    public Stored finish() throws IOException {
        Stored stored = finishUnmapped();
        try {
            stored.bytes().mapped();
            return stored;
        } catch (RuntimeException | Error failure) {
            stored.close();
            throw failure;
        }
    }

    /**
     * Ends writing and gives what was written, which must be {@linkplain Bytes#mapped() mapped} before the lease ends if it is to
     * be used longer.
     *
     * @return the bytes, and the lease on the file behind them if there is one
     * @throws IOException if the file can't be written
     */
    public Stored finishUnmapped() throws IOException {
        if (file == null) {
            return new Stored(Bytes.of(Arrays.copyOf(heap, (int) size)), null);
        }
        file.close();
        TempFile.Lease held = Objects.requireNonNull(lease);
        Path path = held.file().path();
        long found = Files.size(path);
        if (found != size) {
            throw new IOException("The temporary file " + path + " has " + found + " bytes where " + size
                    + " were written; is something else changing it?");
        }
        lease = null;
        return new Stored(Bytes.mapLater(held, size), held);
    }

    /** Drops what was written, unless it was handed out. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
        if (lease != null) {
            lease.close();
        }
    }

    /**
     * What a spool has taken.
     *
     * @param bytes the bytes
     * @param lease the claim on the file that holds them; null if they are on the heap
     */
    public record Stored(Bytes bytes, TempFile.@Nullable Lease lease) implements AutoCloseable {
        /** Ends the claim on the file, if there is one. */
        @Override
        public void close() {
            if (lease != null) {
                lease.close();
            }
        }
    }
}
