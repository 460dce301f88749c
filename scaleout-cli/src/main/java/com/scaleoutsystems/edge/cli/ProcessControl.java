package com.scaleoutsystems.edge.cli;

/** The command's own process, so that tests can put another in its place. */
interface ProcessControl {

    /** A handler that is in place. */
    interface Handler extends AutoCloseable {
        /** Lets the signals do again what they did before. */
        @Override
        void close();
    }

    /** Calls this on each SIGTERM and Ctrl-C, on a thread of the system's, instead of ending the process. */
    Handler onStop(Runnable action);

    /** Ends the process at once. */
    void halt(int exitCode);
}
