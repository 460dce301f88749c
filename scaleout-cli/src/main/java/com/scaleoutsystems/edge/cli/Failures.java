package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Failures as the one line that a person at a terminal, or the log of a script, needs. */
final class Failures {

    private Failures() {}

    /** What failed, in one line. */
    static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        boolean ours = failure instanceof EdgeException
                || failure instanceof IllegalArgumentException
                || failure instanceof ParameterException;
        String told = message == null || message.isBlank() || !ours ? failure + cause(failure) : message;
        return told.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** What the initialiser of a class failed with: the error itself names at most the class. */
    private static String cause(Throwable failure) {
        Throwable root = failure;
        while (root instanceof LinkageError && root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure ? "" : ", because of " + root;
    }

    /** A file that could not be used, with what to do. */
    static EdgeException file(String what, Path file, IOException cause) {
        return new EdgeException(ErrorCode.IO, what + " " + file + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file or folder; check the path";
        }
        if (cause instanceof AccessDeniedException) {
            return "access is denied; check its permissions";
        }
        // For files, Java's messages may be only a path.
        boolean bare = cause instanceof FileSystemException system && system.getReason() == null;
        @Nullable String message = cause.getMessage();
        return message == null || bare ? cause.toString() : message;
    }
}
