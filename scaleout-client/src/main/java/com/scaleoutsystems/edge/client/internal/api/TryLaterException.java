package com.scaleoutsystems.edge.client.internal.api;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API gave no answer, or one that says nothing about what was asked. It may be another one later. */
public final class TryLaterException extends EdgeException {

    private static final long serialVersionUID = 1L;

    /** How long the server asks to wait, if it does. */
    private final @Nullable Duration after;

    TryLaterException(String message, @Nullable Throwable cause, Optional<Duration> after) {
        super(ErrorCode.UNAVAILABLE, message, cause, true, 1);
        this.after = after.orElse(null);
    }

    /**
     * How long to wait after a failure.
     *
     * @param own the wait by our own rules; a server may ask for more, within bounds
     */
    static Duration wait(Duration own, @Nullable Throwable failure, Duration longest) {
        if (failure instanceof TryLaterException later && later.after != null && later.after.compareTo(own) > 0) {
            return later.after.compareTo(longest) < 0 ? later.after : longest;
        }
        return own;
    }
}
