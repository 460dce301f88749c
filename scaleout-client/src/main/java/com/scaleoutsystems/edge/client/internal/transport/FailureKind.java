package com.scaleoutsystems.edge.client.internal.transport;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;

/** What the failure of a call means. {@link #of} is the one place that decides it; whoever makes calls asks here. */
public enum FailureKind {
    /** The call is refused for good. */
    REFUSED,

    /** The reason may lie in what was sent, or may pass. */
    UNCLEAR,

    /** Nothing answers, or not the combiner, or the token is not accepted. That says nothing about the call. */
    OUTAGE,

    /** No answer came in time. */
    TIMEOUT,

    /** The combiner or a proxy gets too many calls. The same call passes when there are fewer. */
    RATE_LIMIT,

    /** The call is larger than the combiner accepts, which never passes, or than a proxy accepts, until people raise its limit. */
    TOO_LARGE;

    private static final int CONTENT_TOO_LARGE = 413;
    private static final int TOO_MANY_REQUESTS = 429;

    /** The kind of a failure. A failure that this client found itself is never a limit. */
    public static FailureKind of(EdgeException error) {
        if (error instanceof LimitException limit) {
            return limit.kind();
        }
        if (error instanceof ProxyAnswerException answer) {
            return switch (answer.httpStatus()) {
                case CONTENT_TOO_LARGE -> TOO_LARGE;
                case TOO_MANY_REQUESTS -> RATE_LIMIT;
                default -> OUTAGE;
            };
        }
        if (error.code() == ErrorCode.UNAUTHENTICATED) {
            // Even if the credential is refused for good: with another one the same call passes.
            return OUTAGE;
        }
        if (!error.retryable()) {
            return REFUSED;
        }
        return switch (error.code()) {
            case UNAVAILABLE -> OUTAGE;
            case DEADLINE_EXCEEDED -> TIMEOUT;
            default -> UNCLEAR;
        };
    }

    /** Whether the same call never passes, whatever becomes of the network and of the client's credential. */
    public static boolean isForGood(EdgeException error) {
        return switch (of(error)) {
            case REFUSED -> true;
            case TOO_LARGE -> !error.retryable();
            case UNCLEAR, OUTAGE, TIMEOUT, RATE_LIMIT -> false;
        };
    }

    /** Whether another attempt may succeed, or one with another credential. What nobody knows may pass, too. */
    public static boolean mayPass(Throwable failure) {
        return failure instanceof EdgeException known ? !isForGood(known) : failure instanceof RuntimeException;
    }

    /** Whether the fault is the network's, or that of what stands in it: the same call passes when that is well again. */
    public static boolean isOfTheNetwork(EdgeException error) {
        return switch (of(error)) {
            case OUTAGE, TIMEOUT, RATE_LIMIT -> true;
            case TOO_LARGE -> error.retryable();
            case REFUSED, UNCLEAR -> false;
        };
    }

    /** Whether other calls would fail, too. A proxy limits the rate of all calls; a quota that gRPC tells of may be that of one record. */
    public static boolean isForAllCalls(EdgeException error) {
        return of(error) == RATE_LIMIT && error instanceof ProxyAnswerException;
    }

    /** Whether nothing may have answered. A limit shows that the network works. */
    public static boolean mayBeAnOutage(EdgeException error) {
        return switch (of(error)) {
            case RATE_LIMIT, TOO_LARGE -> false;
            case REFUSED, UNCLEAR, OUTAGE, TIMEOUT -> true;
        };
    }
}
