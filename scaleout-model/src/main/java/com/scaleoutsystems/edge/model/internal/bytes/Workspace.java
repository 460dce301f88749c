package com.scaleoutsystems.edge.model.internal.bytes;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the bytes that one model needs beside its own are kept, and how many they may become in all.
 *
 * <p>Safe for use by many threads.
 */
public final class Workspace {
    private final Path directory;
    private final int heapThreshold;
    private final long expansionLimit;
    private long expanded;

    /**
     * An empty workspace.
     *
     * @param directory where temporary files go
     * @param heapThreshold the largest size of one piece that stays on the heap
     * @param expansionLimit how many bytes all decompressed content together may have
     */
    public Workspace(Path directory, int heapThreshold, long expansionLimit) {
        this.directory = directory;
        this.heapThreshold = heapThreshold;
        this.expansionLimit = expansionLimit;
    }

    /**
     * Reserves room for decompressed content, before any of it is made.
     *
     * @param name what is decompressed
     * @param size how large it will be
     */
    public synchronized void claim(String name, long size) {
        if (size > expansionLimit - expanded) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    "'" + name + "' expands to " + size
                            + " bytes, which brings the decompressed content over the limit of "
                            + expansionLimit
                            + " bytes; raise ModelLimits.expansionFactor or ModelLimits.expansionFloor if it can be trusted");
        }
        expanded += size;
    }

    /**
     * Collects what a writer makes, on the heap or in a file that disappears with the last use of the bytes.
     *
     * @param writer makes the content
     * @return the content
     */
    public Bytes collect(ContentWriter writer) {
        try (Spool spool = new Spool(directory, heapThreshold)) {
            writer.writeTo(spool);
            try (Spool.Stored stored = spool.finish()) {
                return stored.bytes();
            }
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    /**
     * Collects what several writers make, in one place.
     *
     * @param writers make the contents
     * @return the contents in order
     */
    public List<Bytes> collectEach(List<ContentWriter> writers) {
        List<Long> ends = new ArrayList<>();
        Bytes all = collect(spool -> {
            for (ContentWriter writer : writers) {
                writer.writeTo(spool);
                ends.add(spool.size());
            }
        });
        List<Bytes> contents = new ArrayList<>();
        long start = 0;
        for (long end : ends) {
            contents.add(all.region(start, end - start));
            start = end;
        }
        return contents;
    }

    /**
     * Describes a failure to take content in.
     *
     * @param directory where temporary files go
     * @param e the failure
     * @return the exception to throw
     */
    public static ModelException failed(Path directory, IOException e) {
        return new ModelException(
                ErrorCode.IO,
                "io",
                "Model data could not be read or written (temporary files go to " + directory + "): " + e.getMessage(),
                e);
    }

    /** Makes content. */
    @FunctionalInterface
    public interface ContentWriter {
        /**
         * Writes the content.
         *
         * @param spool where to
         * @throws IOException if reading or writing fails
         */
        void writeTo(Spool spool) throws IOException;
    }
}
