package com.scaleoutsystems.edge.model.internal.bytes;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the bytes that one model needs beside its own are kept, and how many they may become in all.
 *
 * <p>Safe for use by many threads.
 */
public final class Workspace {
    /** From this size on, several processors are worth their hire. */
    private static final long PARALLEL_FROM = 4 << 20;

    private final Path directory;
    private final int heapThreshold;
    private final long expansionLimit;
    private long expanded;
    private long start;

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
     * Gives a workspace for one attempt: it begins with what this one has claimed, and what it claims itself counts here only
     * once it is {@linkplain #adopt adopted}.
     *
     * @return the workspace
     */
    public synchronized Workspace attempt() {
        Workspace attempt = new Workspace(directory, heapThreshold, expansionLimit);
        attempt.expanded = expanded;
        attempt.start = expanded;
        return attempt;
    }

    /**
     * Counts what an attempt has claimed.
     *
     * @param name what it made
     * @param attempt the attempt
     */
    public void adopt(String name, Workspace attempt) {
        claim(name, attempt.ownClaims());
    }

    private synchronized long ownClaims() {
        return expanded - start;
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
     * Collects what several writers make. If it is much, they run side by side on all processors.
     *
     * @param writers make the contents
     * @return the contents in the order of the writers
     */
    public List<Bytes> collectEach(List<SizedWriter> writers) {
        long total = writers.stream().mapToLong(SizedWriter::size).sum();
        int lanes = total < PARALLEL_FROM
                ? 1
                : Math.min(writers.size(), Runtime.getRuntime().availableProcessors());
        Map<SizedWriter, Bytes> contents = new ConcurrentHashMap<>();
        share(writers, Math.max(1, lanes)).parallelStream().forEach(lane -> contents.putAll(collectInOneFile(lane)));
        return writers.stream().map(contents::get).toList();
    }

    /** Deals writers out so that all lanes get about the same number of bytes. */
    private static List<List<SizedWriter>> share(List<SizedWriter> writers, int count) {
        List<List<SizedWriter>> lanes = new ArrayList<>();
        long[] sizes = new long[count];
        for (int i = 0; i < count; i++) {
            lanes.add(new ArrayList<>());
        }
        List<SizedWriter> largestFirst = new ArrayList<>(writers);
        largestFirst.sort(Comparator.comparingLong(SizedWriter::size).reversed());
        for (SizedWriter writer : largestFirst) {
            int shortest = 0;
            for (int i = 1; i < count; i++) {
                shortest = sizes[i] < sizes[shortest] ? i : shortest;
            }
            lanes.get(shortest).add(writer);
            sizes[shortest] += writer.size();
        }
        return lanes;
    }

    private Map<SizedWriter, Bytes> collectInOneFile(List<SizedWriter> writers) {
        Bytes all = collect(spool -> {
            for (SizedWriter writer : writers) {
                writer.writeTo(spool);
            }
        });
        Map<SizedWriter, Bytes> contents = new HashMap<>();
        long start = 0;
        for (SizedWriter writer : writers) {
            contents.put(writer, all.region(start, writer.size()));
            start += writer.size();
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
                "Model data could not be read or written (temporary files go to " + directory + "): " + e,
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

    /** Makes content of a known size. */
    public static final class SizedWriter implements ContentWriter {
        private final long size;
        private final ContentWriter writer;

        /**
         * Tells how much a writer makes.
         *
         * @param size the exact number of bytes
         * @param writer makes the content
         */
        public SizedWriter(long size, ContentWriter writer) {
            this.size = size;
            this.writer = writer;
        }

        long size() {
            return size;
        }

        @Override
        public void writeTo(Spool spool) throws IOException {
            writer.writeTo(spool);
        }
    }
}
