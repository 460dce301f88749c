package com.scaleoutsystems.edge.client.internal.check;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.internal.Libraries;
import org.jspecify.annotations.Nullable;

/** Failures that come from libraries that do not fit together, whatever gRPC or another library has made of them. */
public final class Misfits {

    private static final int DEEPEST = 32;

    private Misfits() {}

    /** Whether such a misfit has led to a failure. */
    public static boolean explain(@Nullable Throwable failure) {
        return culprit(failure) != null;
    }

    private static @Nullable Throwable culprit(@Nullable Throwable failure) {
        try {
            Throwable cause = failure;
            for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
                if (Libraries.doNotFit(cause)) {
                    return cause;
                }
                cause = cause.getCause();
            }
            return null;
        } catch (Throwable unreadable) {
            // The host's exceptions may throw whatever they are asked.
            return null;
        }
    }

    private static String text(Throwable failure) {
        Throwable culprit = culprit(failure);
        return Libraries.misfit(culprit == null ? failure : culprit);
    }

    /**
     * The failure for whoever starts something: it is of no use to try again.
     *
     * @param failure what {@link #explain} has said yes to
     */
    public static EdgeException refusal(Throwable failure) {
        return new EdgeException(ErrorCode.FAILED_PRECONDITION, text(failure), failure);
    }

    /**
     * The failure of a call that came to nothing. It is no answer, so the call is to be made again, perhaps by a later process that has
     * other libraries.
     *
     * @param what the call
     * @param failure what {@link #explain} has said yes to
     */
    public static EdgeException unavailable(String what, Throwable failure) {
        return new EdgeException(ErrorCode.UNAVAILABLE, what + " failed: " + text(failure), failure, true, 1);
    }
}
