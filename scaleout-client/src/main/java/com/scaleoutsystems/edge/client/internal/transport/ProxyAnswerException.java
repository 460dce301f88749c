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

    private static final int CONTENT_TOO_LARGE = 413;
    private static final int TOO_MANY_REQUESTS = 429;

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

    /** Whether a proxy limits the rate of calls: the same call may pass when there are fewer of them. */
    public static boolean isTooManyRequests(@Nullable Throwable error) {
        return hasStatus(error, TOO_MANY_REQUESTS);
    }

    /** Whether a proxy refused a call because it sends too much: the same call passes when people have raised the limit. */
    public static boolean isTooLarge(@Nullable Throwable error) {
        return hasStatus(error, CONTENT_TOO_LARGE);
    }

    private static boolean hasStatus(@Nullable Throwable error, int status) {
        return error instanceof ProxyAnswerException answer && answer.httpStatus == status;
    }
}
