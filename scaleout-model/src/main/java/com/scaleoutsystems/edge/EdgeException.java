package com.scaleoutsystems.edge;

import com.scaleoutsystems.edge.internal.OneLine;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure at run time: of the server, the network, a file or a model, or a state that does not allow the call.
 *
 * <p>All exceptions of this kind extend this class, with two exceptions. A wrong argument is an {@link IllegalArgumentException}:
 * the call can never work, and the program has to be corrected. The exception that aborts a task does not extend this class, so
 * that code that catches this class does not swallow an abort.
 *
 * <p>Unchecked. The {@linkplain #code() code} says what kind of failure it is, {@link #retryable()} whether the same
 * call may succeed later without any change, and {@link #attempts()} how often the SDK has tried.
 *
 * <p>The message is one line, although it may quote a server, a file or a model: line breaks and tabs become spaces, other control
 * characters question marks.
 *
 * @since 0.1.0
 */
public class EdgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    private final ErrorCode code;

    /** Whether a later call may succeed. */
    private final boolean retryable;

    /** How many attempts there were. */
    private final int attempts;

    /**
     * A permanent failure, after one attempt.
     *
     * @param code what kind of failure it is
     * @param message what was wrong, with which value, what was expected, what to do
     */
    public EdgeException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * A permanent failure, after one attempt.
     *
     * @param code what kind of failure it is
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause the cause, if there is one
     */
    public EdgeException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, false, 1);
    }

    /**
     * A failure with all its values.
     *
     * @param code what kind of failure it is
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause the cause, if there is one
     * @param retryable whether the same call may succeed later without any change
     * @param attempts how many attempts there were; at least 0
     */
    public EdgeException(ErrorCode code, String message, @Nullable Throwable cause, boolean retryable, int attempts) {
        super(message == null ? null : OneLine.of(message), cause);
        this.code = Objects.requireNonNull(code, "code");
        this.retryable = retryable;
        this.attempts = attempts;
    }

    /**
     * The kind of the failure.
     *
     * @return the code
     */
    public final ErrorCode code() {
        return code;
    }

    /**
     * Whether the same call may succeed later.
     *
     * @return true if the same call may succeed later without any change
     */
    public final boolean retryable() {
        return retryable;
    }

    /**
     * How often the SDK has tried.
     *
     * @return the number of attempts, 1 unless the SDK repeats such calls
     */
    public final int attempts() {
        return attempts;
    }
}
