package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts from 0 on, through all processes that use the same directory one after the other. Used by one thread at a time. */
final class SequenceFile implements AutoCloseable {

    private static final String NAME = "log-rate.next";

    private final @Nullable RandomAccessFile file;
    private final Consumer<EdgeException> notKept;
    private long next;
    private boolean told;

    /**
     * Goes on where the last process has ended.
     *
     * @param directory where the count is kept; without one it begins at 0
     * @param notKept called once if the disk refuses to keep the count
     */
    SequenceFile(Optional<Path> directory, Consumer<EdgeException> notKept) {
        this.notKept = notKept;
        try {
            file = directory.isPresent()
                    ? new RandomAccessFile(directory.get().resolve(NAME).toFile(), "rw")
                    : null;
            next = file != null && file.length() >= Long.BYTES ? file.readLong() : 0;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * The next number. It is written down before it is given, so that no later process gives it again; where the disk refuses that, this
     * process continues to count.
     */
    long next() {
        long given = next++;
        if (file != null) {
            try {
                file.seek(0);
                file.writeLong(next);
            } catch (IOException e) {
                if (!told) {
                    told = true;
                    notKept.accept(failure(e));
                }
            }
        }
        return given;
    }

    private static EdgeException failure(IOException cause) {
        return new EdgeException(ErrorCode.IO, "the count of --log-rate cannot be kept: " + cause, cause);
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }
}
