package com.scaleoutsystems.edge.client.internal.check;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Handles failures that the host's code may have thrown. Such an exception may be of any class, and its methods may throw, too. */
public final class Failures {

    /** Of how many causes the log shows at most what they say, if one has to be quoted. */
    private static final int MOST_CAUSES = 20;

    private static final int DEEPEST = 32;

    /** More of a message is not examined: it may have any length, and to look for tokens takes time. */
    private static final int LONGEST_MESSAGE = 20_000;

    /** What prints an exception asks it by these. A class of the host's may have its own. */
    private static final List<String> ANSWERS =
            List.of("getMessage", "getLocalizedMessage", "getCause", "toString", "getStackTrace", "printStackTrace");

    private Failures() {}

    /**
     * Describes a failure in one line: an exception of the SDK by its message, any other by its class and its message. The message of
     * a foreign exception says little without its class: that of a NullPointerException may be the name of a variable. A class that could
     * not be loaded or initialised is described with what its initialiser failed with.
     */
    public static String describe(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown reason";
        }
        Throwable root = failure instanceof LinkageError ? root(failure) : failure;
        return root == failure ? itself(failure) : itself(failure) + ", because of " + itself(root);
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        try {
            for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
                root = root.getCause();
            }
        } catch (Throwable unreadable) {
            return root;
        }
        return root;
    }

    private static String itself(Throwable failure) {
        String message = ServerText.oneLine(head(message(failure)));
        if (message.isBlank()) {
            return name(failure);
        }
        return failure instanceof EdgeException ? message : name(failure) + ": " + message;
    }

    private static String head(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }

    /** The message of a failure; empty if it has none, or none that can be read. */
    public static String message(Throwable failure) {
        try {
            String message = failure.getMessage();
            return message == null ? "" : message;
        } catch (Throwable unreadable) {
            return "";
        }
    }

    /** Whether a failure says that the client, or what it keeps, is closed: no fault, but what the host wanted. */
    public static boolean isOfClose(@Nullable Throwable failure) {
        return failure instanceof EdgeException known && known.code() == ErrorCode.FAILED_PRECONDITION;
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
            return standIn(failure);
        }
    }

    private static EdgeException standIn(Throwable failure) {
        ErrorCode code = failure instanceof EdgeException known ? known.code() : ErrorCode.UNKNOWN;
        EdgeException standIn = new EdgeException(code, describe(failure));
        standIn.setStackTrace(stackOf(failure));
        return standIn;
    }

    /**
     * The failure as a log may show it: each message, also of what led to it, is one line without tokens, and whoever asks it for
     * something runs no code of the host's. To be called on the thread where the host's code has thrown the failure.
     *
     * @return the failure, or if that is not so an exception that says the same on one line and has its stack
     */
    public static Throwable loggable(Throwable failure) {
        try {
            return isHarmless(failure) ? failure : new Quoted(failure, MOST_CAUSES);
        } catch (Throwable unreadable) {
            return standIn(failure);
        }
    }

    private static boolean isHarmless(Throwable failure) {
        Deque<Throwable> rest = new ArrayDeque<>(List.of(failure));
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        while (!rest.isEmpty()) {
            Throwable next = rest.pop();
            if (next instanceof Quoted) {
                continue;
            }
            if (!answersAsTheJdk(next) || !isOneLine(String.valueOf(next)) || !isOneLine(message(next))) {
                return false;
            }
            if (seen.add(next)) {
                rest.addAll(List.of(next.getSuppressed()));
                Optional.ofNullable(next.getCause()).ifPresent(rest::push);
            }
        }
        return true;
    }

    private static boolean answersAsTheJdk(Throwable failure) {
        for (Method method : failure.getClass().getMethods()) {
            ClassLoader author = method.getDeclaringClass().getClassLoader();
            if (author != null
                    && author != ClassLoader.getPlatformClassLoader()
                    && ANSWERS.contains(method.getName())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOneLine(String text) {
        return ServerText.argument(text).equals(text);
    }

    /** Says what another failure says, on one line. */
    private static final class Quoted extends Exception {

        private static final long serialVersionUID = 1L;

        Quoted(Throwable failure, int mostCauses) {
            super(
                    ServerText.argument(failure.toString()),
                    failure.getCause() == null || mostCauses == 0
                            ? null
                            : new Quoted(failure.getCause(), mostCauses - 1));
            setStackTrace(failure.getStackTrace());
        }

        /** The message begins with the class of the other failure. */
        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            return String.valueOf(getMessage());
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
