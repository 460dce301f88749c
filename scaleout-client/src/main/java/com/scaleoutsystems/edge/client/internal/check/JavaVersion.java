package com.scaleoutsystems.edge.client.internal.check;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;

/** What the JVM of the moment can do beyond Java 17. */
public final class JavaVersion {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private JavaVersion() {}

    /**
     * Refuses a JVM without virtual threads.
     *
     * @throws EdgeException FAILED_PRECONDITION
     */
    public static void requireVirtualThreads() {
        requireVirtualThreads(Runtime.version().feature());
    }

    static void requireVirtualThreads(int feature) {
        if (feature < FIRST_WITH_VIRTUAL_THREADS) {
            throw new EdgeException(
                    ErrorCode.FAILED_PRECONDITION,
                    "this JVM has no virtual threads: it is Java " + feature + ", and they need "
                            + FIRST_WITH_VIRTUAL_THREADS
                            + " or newer; run the program on a newer one, or use CallbackThreads.platform()");
        }
    }
}
