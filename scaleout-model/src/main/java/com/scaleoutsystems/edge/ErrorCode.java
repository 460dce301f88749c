package com.scaleoutsystems.edge;

/**
 * Says what kind of failure an {@link EdgeException} reports, whatever transport or file it came from.
 *
 * <p>A code tells the caller what to do; the exception's message tells what happened.
 *
 * @since 0.1.0
 */
public enum ErrorCode {
    /**
     * A value can never work: the server refused it, or the data of a task or the result of a callback holds it. Correct the value. Wrong
     * arguments of the SDK's own methods are an {@link IllegalArgumentException}.
     */
    INVALID_ARGUMENT,

    /** What was asked for does not exist. Check the id, name or path. */
    NOT_FOUND,

    /** What should be made exists already. Choose another name or use what is there. */
    ALREADY_EXISTS,

    /** The credential is missing, wrong or expired. Obtain a new one. */
    UNAUTHENTICATED,

    /** The credential is good but does not allow this. Ask for the right, or use another identity. */
    PERMISSION_DENIED,

    /** The call does not fit the present state, for example after {@code close}. Bring about the state first. */
    FAILED_PRECONDITION,

    /** A limit was exceeded: size, memory, disk or quota. Raise the named limit or send less. */
    RESOURCE_EXHAUSTED,

    /** The other side can't be reached at the moment. Try again later. */
    UNAVAILABLE,

    /** No answer came in time. The work may have been done all the same; try again if it may be repeated. */
    DEADLINE_EXCEEDED,

    /** The call was given up because someone asked for that. Nothing is wrong. */
    CANCELLED,

    /** The other side, or this release, does not support this. Use another way or upgrade. */
    UNIMPLEMENTED,

    /** Bytes are damaged: a checksum, a signature or a structure is wrong. Fetch them again; never use them. */
    DATA_LOSS,

    /** A fault of the SDK or of the server. Report it. */
    INTERNAL,

    /** A format or protocol version that this release does not know. Upgrade one side. */
    INCOMPATIBLE,

    /** Reading or writing a file failed. Check the path, the rights and the free space. */
    IO,

    /** The cause could not be classified. See the message and the cause. */
    UNKNOWN
}
