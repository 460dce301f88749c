package com.scaleoutsystems.edge.internal;

/**
 * Shows which call a failure of another thread has ended. It is added to the failure as a suppressed exception, and never thrown:
 * several callers may wait for one thing, and one failure may reach the same caller twice.
 */
public final class CallerStack extends Exception {

    private static final long serialVersionUID = 1L;

    /** A failure that the SDK remembers for a while reaches caller after caller. It must not grow with each of them. */
    private static final int MOST_CALLERS = 16;

    private CallerStack(String thread) {
        super("the call on thread " + thread + " that waited for this");
    }

    /**
     * Adds the stack of the calling thread, which has waited for the failure and is about to throw it.
     *
     * @param failure what happened on another thread
     */
    public static void addTo(Throwable failure) {
        if (failure.getSuppressed().length < MOST_CALLERS) {
            failure.addSuppressed(new CallerStack(Thread.currentThread().getName()));
        }
    }
}
