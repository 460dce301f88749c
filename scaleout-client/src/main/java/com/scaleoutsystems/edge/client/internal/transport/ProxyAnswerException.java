package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Something other than the combiner answered in its place, such as a proxy with a web page. That is the fault of the network and says
 * nothing about the call, which may pass later.
 */
public final class ProxyAnswerException extends EdgeException {

    private static final long serialVersionUID = 1L;

    /** The HTTP status of the answer. */
    private final int httpStatus;

    /**
     * An answer that is not the combiner's.
     *
     * @param message what answered, and what to do
     * @param httpStatus the HTTP status of the answer, or 0 if it has none
     */
    public ProxyAnswerException(String message, int httpStatus, @Nullable Throwable cause) {
        super(ErrorCode.UNAVAILABLE, message, cause, true, 1);
        this.httpStatus = httpStatus;
    }

    /** The HTTP status of the answer, such as 413, or 0 if it has none. */
    public int httpStatus() {
        return httpStatus;
    }
}
