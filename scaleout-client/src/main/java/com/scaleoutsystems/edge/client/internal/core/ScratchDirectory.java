package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A task's own directory: made when it is asked for, gone with its content when the task's callback has returned. Its name is drawn at
 * random, because other programs use the directory around it, too.
 */
public final class ScratchDirectory {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private @Nullable Path path;
    private boolean closed;

    /**
     * Where the directory is.
     *
     * @throws EdgeException FAILED_PRECONDITION if the callback has returned, IO if the directory cannot be made
     */
    public synchronized Path path() {
        if (closed) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION, "the task is over, and with it its scratch directory");
        }
        if (path == null) {
            try {
                path = Files.createTempDirectory("scaleout-task-");
            } catch (IOException e) {
                throw new EdgeException(
                        ErrorCode.IO,
                        "no scratch directory can be made: " + e + "; is " + System.getProperty("java.io.tmpdir")
                                + " writable?",
                        e);
            }
        }
        return path;
    }

    /** Deletes the directory, if it was made. */
    public synchronized void close() {
        closed = true;
        if (path != null) {
            try {
                Files.walkFileTree(path, new Deletion());
            } catch (IOException e) {
                LOG.warn("the client could not delete the scratch directory {}", path, e);
            }
            path = null;
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
