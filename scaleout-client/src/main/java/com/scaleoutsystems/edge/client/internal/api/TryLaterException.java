package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API gave no answer, or one that says nothing about what was asked. It may be another one later. */
public final class TryLaterException extends EdgeException {

    private static final long serialVersionUID = 1L;

    /** The longest wait that a server may ask for. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int DEEPEST = 4;

    /** How long the server asks to wait, if it does. */
    private final @Nullable Duration after;

    TryLaterException(String message, @Nullable Throwable cause, Optional<Duration> after) {
        super(ErrorCode.UNAVAILABLE, message, cause, true, 1);
        this.after = after.orElse(null);
    }

    /** The same failure for someone who must wait for this time at least. */
    TryLaterException notBefore(Duration time) {
        boolean later = after != null && after.compareTo(time) >= 0;
        return later ? this : new TryLaterException(String.valueOf(getMessage()), getCause(), Optional.of(time));
    }

    /**
     * How long to wait after a failure.
     *
     * @param own the wait by our own rules; a server may ask for more, within bounds
     * @param failure such an exception, or what came of one
     */
    public static Duration wait(Duration own, Throwable failure) {
        return wait(own, failure, LONGEST);
    }

    /**
     * The same with a bound of the caller's.
     *
     * @param longest the longest wait that a server may ask for
     */
    static Duration wait(Duration own, @Nullable Throwable failure, Duration longest) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof TryLaterException later) {
                return later.wait(own, longest);
            }
            cause = cause.getCause();
        }
        return own;
    }

    private Duration wait(Duration own, Duration longest) {
        if (after == null || after.compareTo(own) <= 0) {
            return own;
        }
        return after.compareTo(longest) < 0 ? after : longest;
    }
}
