package com.scaleoutsystems.edge.model.internal.bytes;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A temporary file that is deleted when the last {@link Lease} on it ends. */
public final class TempFile {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Path path;
    private final AtomicInteger leases = new AtomicInteger();

    private TempFile(Path path) {
        this.path = path;
    }

    /**
     * Makes an empty file that only its owner may read, with a first lease on it.
     *
     * @param directory where; made if it is missing
     * @return the first lease
     * @throws IOException if the file can't be made
     */
    public static Lease create(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new TempFile(Files.createTempFile(directory, "scaleout-model-", ".tmp")).lease();
    }

    /**
     * Gives the file's path.
     *
     * @return the path, valid as long as a lease is held
     */
    public Path path() {
        return path;
    }

    /**
     * Takes another lease; the caller must hold one already.
     *
     * @return the lease
     */
    public Lease lease() {
        leases.incrementAndGet();
        return new Lease(this);
    }

    private void release() {
        if (leases.decrementAndGet() == 0) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // Some systems refuse to delete a file that is still mapped: then at the latest when the JVM ends.
                path.toFile().deleteOnExit();
            }
        }
    }

    /** A claim on the file. If it is forgotten instead of closed, the garbage collector closes it. */
    public static final class Lease implements AutoCloseable {
        private final TempFile file;
        private final Cleaner.Cleanable cleanable;

        private Lease(TempFile file) {
            this.file = file;
            this.cleanable = CLEANER.register(this, file::release);
        }

        /**
         * Gives the file.
         *
         * @return the file
         */
        public TempFile file() {
            return file;
        }

        /** Ends the claim; further calls do nothing. */
        @Override
        public void close() {
            cleanable.clean();
        }
    }
}
