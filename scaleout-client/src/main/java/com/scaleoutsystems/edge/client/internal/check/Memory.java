package com.scaleoutsystems.edge.client.internal.check;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lack of memory: it is no damage, and no fault of a disk. */
public final class Memory {

    private static final int DEEPEST = 32;

    private static final int MEBI = 20;

    private Memory() {}

    /** Whether a failure is a lack of memory, or comes from one. */
    public static boolean ranOut(@Nullable Throwable failure) {
        return lack(failure) != null;
    }

    /** Throws the lack of memory that a failure comes from, if it comes from one. */
    public static void rethrowLack(Throwable failure) {
        OutOfMemoryError lack = lack(failure);
        if (lack != null) {
            throw lack;
        }
    }

    private static @Nullable OutOfMemoryError lack(@Nullable Throwable failure) {
        try {
            Throwable cause = failure;
            for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
                if (cause instanceof OutOfMemoryError found) {
                    return found;
                }
                cause = cause.getCause();
            }
            return null;
        } catch (Throwable unreadable) {
            // The host's exceptions may throw whatever they are asked.
            return null;
        }
    }

    /** How large what ran out may become, and how to give it more. A JVM runs out of other things than its heap, too. */
    public static String cure(@Nullable Throwable failure) {
        OutOfMemoryError lack = lack(failure);
        String what = lack == null ? "" : Failures.message(lack);
        if (what.contains("native thread")) {
            return "the system gives this JVM no further thread: raise the limit of processes (ulimit -u; in a container, its limit"
                    + " of pids)";
        }
        if (what.contains("Metaspace")) {
            return "the JVM has no room for further classes: give it more with -XX:MaxMetaspaceSize";
        }
        if (what.toLowerCase(Locale.ROOT).contains("direct buffer")) {
            return "the JVM has no room for further direct buffers: give it more with -XX:MaxDirectMemorySize";
        }
        return "the heap of this JVM may take " + size(Runtime.getRuntime().maxMemory())
                + ": give it more with -Xmx, or hold less at a time";
    }

    /** A number of bytes as people read it. */
    public static String size(long bytes) {
        return bytes >> MEBI == 0 ? bytes + " bytes" : (bytes >> MEBI) + " MiB";
    }
}
