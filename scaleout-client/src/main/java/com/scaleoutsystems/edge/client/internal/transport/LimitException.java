package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A call broke a limit, in the words of gRPC: there are too many calls, which passes, or the call is too large, which does not. */
public final class LimitException extends EdgeException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    private LimitException(FailureKind kind, ErrorCode code, String message, @Nullable Throwable cause) {
        super(code, message, cause, kind == FailureKind.RATE_LIMIT, 1);
        this.kind = kind;
    }

    /** There are too many calls, or a quota is used up for now. */
    public static LimitException rate(String message, @Nullable Throwable cause) {
        return new LimitException(FailureKind.RATE_LIMIT, ErrorCode.RESOURCE_EXHAUSTED, message, cause);
    }

    /** The message is larger than the side accepts that received it. */
    public static LimitException size(ErrorCode code, String message, @Nullable Throwable cause) {
        return new LimitException(FailureKind.TOO_LARGE, code, message, cause);
    }

    FailureKind kind() {
        return kind;
    }
}
