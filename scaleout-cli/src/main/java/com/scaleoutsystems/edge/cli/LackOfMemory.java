package com.scaleoutsystems.edge.cli;

import org.jspecify.annotations.Nullable;

/** Finds an {@link OutOfMemoryError} in what went wrong. */
final class LackOfMemory {

    private LackOfMemory() {}

    /** Whether this is such an error, or was caused by one. */
    static @Nullable OutOfMemoryError in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError error) {
                return error;
            }
        }
        return null;
    }
}
