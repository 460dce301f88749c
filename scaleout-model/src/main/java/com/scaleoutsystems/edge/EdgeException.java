package com.scaleoutsystems.edge;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What fails at run time: the server, the network, a file, a model, or a state that does not allow the call.
 *
 * <p>All exceptions of that kind are of this family. A wrong argument is an {@link IllegalArgumentException} instead: the call can never
 * work, and the program has to be corrected. What asks a running task to stop is outside the family, too, so that a program that catches
 * the family does not swallow it.
 *
 * <p>Unchecked. The {@linkplain #code() code} says what kind of failure it is, {@link #retryable()} whether the same
 * call may succeed later without any change, and {@link #attempts()} how often the SDK tried before it gave up.
 *
 * @since 0.1.0
 */
public class EdgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    private final ErrorCode code;

    /** Whether it may pass by itself. */
    private final boolean retryable;

    /** How often it was tried. */
    private final int attempts;

    /**
     * A failure that does not pass by itself, after one attempt.
     *
     * @param code what kind of failure it is
     * @param message what was wrong, with which value, what was expected, what to do
     */
    public EdgeException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * A failure that does not pass by itself, after one attempt.
     *
     * @param code what kind of failure it is
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause what lies behind it, if anything
     */
    public EdgeException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, false, 1);
    }

    /**
     * A failure in full.
     *
     * @param code what kind of failure it is
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause what lies behind it, if anything
     * @param retryable whether the same call may succeed later without any change
     * @param attempts how often it was tried; at least 0
     */
    public EdgeException(ErrorCode code, String message, @Nullable Throwable cause, boolean retryable, int attempts) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.retryable = retryable;
        this.attempts = attempts;
    }

    /**
     * Tells what kind of failure this is.
     *
     * @return the code
     */
    public final ErrorCode code() {
        return code;
    }

    /**
     * Tells whether the failure may pass by itself.
     *
     * @return true if the same call may succeed later without any change
     */
    public final boolean retryable() {
        return retryable;
    }

    /**
     * Tells how often the SDK tried before it gave up.
     *
     * @return the number of attempts, 1 unless the SDK repeats such calls
     */
    public final int attempts() {
        return attempts;
    }
}
