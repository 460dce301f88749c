package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.internal.OwnedFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A task's own directory: made when it is asked for, gone with its content when the task's callback has returned. If the process is
 * killed before, the next one deletes it.
 */
public final class ScratchDirectory {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    private @Nullable OwnedFiles owner;
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
                OwnedFiles files = owner == null ? OwnedFiles.temporary() : owner;
                owner = files;
                path = files.newDirectory("task");
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
    public void close() {
        Path left;
        OwnedFiles files;
        synchronized (this) {
            closed = true;
            left = path;
            files = owner;
            path = null;
            owner = null;
        }
        if (left != null) {
            try {
                OwnedFiles.deleteTree(left);
            } catch (IOException e) {
                LOG.warn("the client could not delete the scratch directory {}", left, e);
            }
        }
        if (files != null) {
            files.release();
        }
    }
}
