package com.scaleoutsystems.edge;

/**
 * The kind of failure that an {@link EdgeException} reports, independent of transport and file.
 *
 * <p>A code says what to do; the exception's message says what happened.
 *
 * @since 0.1.0
 */
public enum ErrorCode {
    /**
     * A value can never work: the server refused it, or it is in the data of a task or the result of a callback. Correct the value. Wrong
     * arguments of the SDK's own methods are an {@link IllegalArgumentException}.
     */
    INVALID_ARGUMENT,

    /** The requested thing does not exist. Check the id, name or path. */
    NOT_FOUND,

    /** The thing to create already exists. Choose another name, or use the existing one. */
    ALREADY_EXISTS,

    /** The credential is missing, wrong or expired. Obtain a new one. */
    UNAUTHENTICATED,

    /** The credential is valid but does not allow this. Request the right, or use another identity. */
    PERMISSION_DENIED,

    /** The current state does not allow the call, for example after {@code close}. Change the state first. */
    FAILED_PRECONDITION,

    /** A limit was exceeded: size, memory, disk or quota. Raise the named limit or send less. */
    RESOURCE_EXHAUSTED,

    /** The other side is unreachable at the moment. Try again later. */
    UNAVAILABLE,

    /** There was no answer in time. The other side may have done the work nevertheless; try again if a repetition does no harm. */
    DEADLINE_EXCEEDED,

    /** The call was cancelled on request. Nothing is wrong. */
    CANCELLED,

    /** The other side, or this release, does not support this. Use another way or upgrade. */
    UNIMPLEMENTED,

    /** Bytes are damaged: a checksum, a signature or a structure is wrong. Download them again; never use them. */
    DATA_LOSS,

    /** A bug in the SDK or in the server. Report it. */
    INTERNAL,

    /** A format or protocol version that this release does not know. Upgrade one side. */
    INCOMPATIBLE,

    /** Reading or writing a file failed. Check the path, the rights and the free space. */
    IO,

    /** The cause could not be classified. See the message and the cause. */
    UNKNOWN
}
