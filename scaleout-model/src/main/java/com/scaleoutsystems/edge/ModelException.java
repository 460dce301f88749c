package com.scaleoutsystems.edge;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model that can't be read, written or used.
 *
 * <p>The {@linkplain #reason() reason} is a stable, lower-case text for programs; the message is for people and may
 * change. It never passes by itself, except where {@link #retryable()} says so.
 *
 * @since 0.1.0
 */
public final class ModelException extends EdgeException {
    private static final long serialVersionUID = 1L;

    /** The stable text. */
    private final String reason;

    /**
     * A failure without a cause behind it.
     *
     * @param code what kind of failure it is
     * @param reason a stable, lower-case text, for example {@code truncated}
     * @param message what was wrong, with which value, what was expected, what to do
     */
    public ModelException(ErrorCode code, String reason, String message) {
        this(code, reason, message, null);
    }

    /**
     * A failure with a cause behind it.
     *
     * @param code what kind of failure it is
     * @param reason a stable, lower-case text, for example {@code truncated}
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause what lies behind it, if anything
     */
    public ModelException(ErrorCode code, String reason, String message, @Nullable Throwable cause) {
        this(code, reason, message, cause, false);
    }

    /**
     * A failure that may pass by itself.
     *
     * @param code what kind of failure it is
     * @param reason a stable, lower-case text, for example {@code checksum}
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause what lies behind it, if anything
     * @param retryable whether the same call may succeed later without any change
     */
    public ModelException(ErrorCode code, String reason, String message, @Nullable Throwable cause, boolean retryable) {
        super(code, message, cause, retryable, 1);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Gives the reason as a stable text.
     *
     * @return one of {@code newer_version}, {@code bad_metadata}, {@code missing_model_id}, {@code truncated},
     *     {@code crc}, {@code corrupt_zip}, {@code encrypted}, {@code unsafe_name}, {@code duplicate_entry},
     *     {@code too_large}, {@code trailing_data}, {@code unsupported_method}, {@code missing_training_model},
     *     {@code unknown_helper}, {@code bad_tensor}, {@code checksum}, {@code signature}, {@code wrong_model}, {@code bad_key},
     *     {@code not_found}, {@code state}, {@code cancelled}, {@code io}; later releases may add others
     */
    public String reason() {
        return reason;
    }
}
