package com.scaleoutsystems.edge.client.internal.wire;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.internal.check.Memory;
import com.scaleoutsystems.edge.client.internal.check.Misfits;
import com.scaleoutsystems.edge.client.internal.check.ServerText;
import com.scaleoutsystems.edge.client.internal.net.ConnectionFault;
import com.scaleoutsystems.edge.client.internal.transport.LimitException;
import com.scaleoutsystems.edge.client.internal.transport.ProxyAnswerException;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The one table that says what a gRPC status means: its neutral code, and whether trying again may help. */
final class GrpcErrors {

    private static final String TOO_LARGE =
            "; this message never passes: send less at a time, or raise the limit of the side that"
                    + " received it (the server's, or maxMessageBytes of NetworkProfile)";

    /** How the libraries of gRPC in C and Go, in Java, and in .NET refuse a message for its size. */
    private static final List<String> SIZE_WORDS =
            List.of("larger than max", "exceeds maximum size", "exceeds the maximum configured message size");

    private static final int DEEPEST = 8;

    private GrpcErrors() {}

    /**
     * Translates the failure of a call.
     *
     * @param what the call, such as {@code poll}
     */
    static EdgeException of(String what, Throwable failure) {
        if (failure instanceof EdgeException known) {
            return known;
        }
        if (Misfits.explain(failure)) {
            return Misfits.unavailable(what, failure);
        }
        if (Memory.ranOut(failure)) {
            return new EdgeException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    what + " failed: " + Failures.describe(failure) + "; " + Memory.cure(failure),
                    failure,
                    true,
                    1);
        }
        Optional<ModelException> unread = cause(failure, ModelException.class);
        if (unread.isPresent()) {
            ModelException known = unread.get();
            return new EdgeException(
                    known.code(), what + " failed: " + known.getMessage(), known, known.retryable(), 1);
        }
        Status status = Status.fromThrowable(failure);
        Optional<InternalError> lost = cause(failure, InternalError.class);
        if (lost.isPresent()) {
            // The virtual machine may tell of a mapped file that lost its bytes later than at the place that reads it.
            return new EdgeException(
                    ErrorCode.IO,
                    what + " failed: the model's file was cut short or became unreadable while it was in use; "
                            + "do not change a file that a model was opened from",
                    lost.get(),
                    true,
                    1);
        }
        if (status.getCause() instanceof ProxyAnswerException answer) {
            return new ProxyAnswerException(
                    what + " failed: " + answer.getMessage(), answer.httpStatus(), answer.getCause());
        }
        if (status.getCause() instanceof EdgeException known) {
            // There is no token to show, or no other one: that says nothing about the call itself.
            boolean refused = known.code() == ErrorCode.UNAUTHENTICATED;
            boolean noToken = status.getCode() == Status.Code.UNAUTHENTICATED && !refused;
            return new EdgeException(
                    noToken ? ErrorCode.UNAVAILABLE : known.code(),
                    what + " failed: " + known.getMessage(),
                    known,
                    known.retryable() || !refused,
                    1);
        }
        ErrorCode code = code(status.getCode());
        String text = what + " failed: " + describe(status);
        if (isTooLarge(status)) {
            return LimitException.size(code, text + TOO_LARGE, failure);
        }
        return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                ? LimitException.rate(text, failure)
                : new EdgeException(code, text, failure, isRetryable(status.getCode()), 1);
    }

    /** The first of this type among the causes, which gRPC wraps differently on each way. */
    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /** The library of the side that received the message refuses its size, in one of these words: it will never pass. */
    private static boolean isTooLarge(Status status) {
        if (status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            // Such words then speak of something else, such as a full queue.
            return false;
        }
        String text = status.getDescription();
        return text != null && SIZE_WORDS.stream().anyMatch(text::contains);
    }

    /** What a transfer throws when nothing has moved for too long. */
    static EdgeException stalled(Duration idle) {
        return of(
                "the transfer",
                Status.DEADLINE_EXCEEDED
                        .withDescription("nothing moved for " + idle.toMillis() + " ms")
                        .asRuntimeException());
    }

    /** The status in one line. */
    static String describe(Status status) {
        String said = ServerText.of(status.getDescription());
        String text = said.isEmpty() ? "" : ": " + said;
        Throwable cause = status.getCause();
        return status.getCode() + text + (cause == null ? "" : ": " + ConnectionFault.describe(cause));
    }

    private static ErrorCode code(Status.Code code) {
        return switch (code) {
            case OK, ABORTED, UNKNOWN -> ErrorCode.UNKNOWN;
            case CANCELLED -> ErrorCode.CANCELLED;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorCode.INVALID_ARGUMENT;
            case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case ALREADY_EXISTS -> ErrorCode.ALREADY_EXISTS;
            case PERMISSION_DENIED -> ErrorCode.PERMISSION_DENIED;
            case RESOURCE_EXHAUSTED -> ErrorCode.RESOURCE_EXHAUSTED;
            case FAILED_PRECONDITION -> ErrorCode.FAILED_PRECONDITION;
            case UNIMPLEMENTED -> ErrorCode.UNIMPLEMENTED;
            case INTERNAL -> ErrorCode.INTERNAL;
            case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
            case DATA_LOSS -> ErrorCode.DATA_LOSS;
            case UNAUTHENTICATED -> ErrorCode.UNAUTHENTICATED;
        };
    }

    /** UNAUTHENTICATED counts as retryable: the next attempt shows a fresh token. */
    private static boolean isRetryable(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE,
                    DEADLINE_EXCEEDED,
                    RESOURCE_EXHAUSTED,
                    ABORTED,
                    CANCELLED,
                    INTERNAL,
                    UNKNOWN,
                    FAILED_PRECONDITION,
                    UNAUTHENTICATED -> true;
            case OK,
                    INVALID_ARGUMENT,
                    OUT_OF_RANGE,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    UNIMPLEMENTED,
                    DATA_LOSS -> false;
        };
    }
}
