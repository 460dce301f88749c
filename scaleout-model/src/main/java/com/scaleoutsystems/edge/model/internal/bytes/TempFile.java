package com.scaleoutsystems.edge.model.internal.bytes;

import com.scaleoutsystems.edge.internal.OwnedFiles;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A temporary file that is deleted when the last {@link Lease} on it ends. */
public final class TempFile {
    private static final Cleaner CLEANER = Cleaner.create();

    private final OwnedFiles owner;
    private final Path path;
    private final AtomicInteger leases = new AtomicInteger();

    private TempFile(OwnedFiles owner, Path path) {
        this.owner = owner;
        this.path = path;
    }

    /**
     * Makes an empty file that only its owner may read, with a first lease on it. If the process is killed, the next one that makes such
     * a file in the directory deletes it.
     *
     * @param directory where; made if it is missing
     * @return the first lease
     * @throws IOException if the file can't be made
     */
    public static Lease create(Path directory) throws IOException {
        Files.createDirectories(directory);
        OwnedFiles owner = OwnedFiles.in(directory);
        boolean made = false;
        try {
            Path path = directory.resolve(owner.newFile("model", ".tmp").getFileName());
            made = true;
            return new TempFile(owner, path).lease();
        } finally {
            if (!made) {
                owner.release();
            }
        }
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
            owner.release();
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
