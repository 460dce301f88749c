package com.scaleoutsystems.edge.cli;

import java.util.function.Consumer;

/** The command's own process, so that tests can put another in its place. */
interface ProcessControl {

    /** A handler that is in place. */
    interface Handler extends AutoCloseable {
        /** Lets the process do again what it did before. */
        @Override
        void close();
    }

    /** Calls this on each SIGTERM and Ctrl-C, on a thread of the system's, instead of ending the process. */
    Handler onStop(Runnable action);

    /** Calls this with each lack of memory that a thread does not handle, on that thread. */
    Handler onOutOfMemory(Consumer<OutOfMemoryError> action);

    /** Ends the process at once. */
    void halt(int exitCode);
}
