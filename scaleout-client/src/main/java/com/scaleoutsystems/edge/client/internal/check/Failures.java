package com.scaleoutsystems.edge.client.internal.check;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** Handles failures that the host's code may have thrown. Such an exception may be of any class, and its methods may throw, too. */
public final class Failures {

    private Failures() {}

    /**
     * Describes a failure in one line: an exception of the SDK by its message, any other by its class and its message. The message of
     * a foreign exception says little without its class: that of a NullPointerException may be the name of a variable.
     */
    public static String describe(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown reason";
        }
        String message = message(failure);
        if (message.isBlank()) {
            return name(failure);
        }
        return failure instanceof EdgeException ? message : name(failure) + ": " + message;
    }

    private static String message(Throwable failure) {
        try {
            String message = failure.getMessage();
            return message == null ? "" : message;
        } catch (Throwable unreadable) {
            return "";
        }
    }

    private static String name(Throwable failure) {
        String simple = failure.getClass().getSimpleName();
        return simple.isEmpty() ? failure.getClass().getName() : simple;
    }

    /**
     * Makes sure that a failure can be logged and passed on. A logger prints it and a stage that fails reads its message: if that
     * throws, whoever waits would wait for ever.
     *
     * @return the failure, or if it cannot be printed an exception that describes it and has its stack
     */
    public static Throwable printable(Throwable failure) {
        try {
            failure.printStackTrace(new PrintWriter(Writer.nullWriter()));
            return failure;
        } catch (Throwable unprintable) {
            ErrorCode code = failure instanceof EdgeException known ? known.code() : ErrorCode.UNKNOWN;
            EdgeException standIn = new EdgeException(code, describe(failure));
            standIn.setStackTrace(stackOf(failure));
            return standIn;
        }
    }

    private static StackTraceElement[] stackOf(Throwable failure) {
        try {
            return failure.getStackTrace();
        } catch (Throwable unreadable) {
            return new StackTraceElement[0];
        }
    }
}
