package com.scaleoutsystems.edge.client.internal.check;

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
        } catch (RuntimeException | Error unreadable) {
            // The host's exceptions may throw whatever they are asked.
            return null;
        }
    }

    /** How large the heap may become. */
    public static String heap() {
        return "the heap of this JVM may take " + size(Runtime.getRuntime().maxMemory());
    }

    /** A number of bytes as people read it. */
    public static String size(long bytes) {
        return bytes >> MEBI == 0 ? bytes + " bytes" : (bytes >> MEBI) + " MiB";
    }
}
