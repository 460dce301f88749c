package com.scaleoutsystems.edge;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model is unreadable, cannot be written, or must not be used.
 *
 * <p>The {@linkplain #reason() reason} is a stable, lower-case text for programs; the message is for people and may
 * change. The failure is permanent unless {@link #retryable()} is true.
 *
 * @since 0.1.0
 */
public final class ModelException extends EdgeException {
    private static final long serialVersionUID = 1L;

    /** The stable text. */
    private final String reason;

    /**
     * A permanent failure without a cause.
     *
     * @param code what kind of failure it is
     * @param reason a stable, lower-case text, for example {@code truncated}
     * @param message what was wrong, with which value, what was expected, what to do
     */
    public ModelException(ErrorCode code, String reason, String message) {
        this(code, reason, message, null);
    }

    /**
     * A permanent failure with a cause.
     *
     * @param code what kind of failure it is
     * @param reason a stable, lower-case text, for example {@code truncated}
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause the cause, if there is one
     */
    public ModelException(ErrorCode code, String reason, String message, @Nullable Throwable cause) {
        this(code, reason, message, cause, false);
    }

    /**
     * A failure that may be temporary.
     *
     * @param code what kind of failure it is
     * @param reason a stable, lower-case text, for example {@code checksum}
     * @param message what was wrong, with which value, what was expected, what to do
     * @param cause the cause, if there is one
     * @param retryable whether the same call may succeed later without any change
     */
    public ModelException(ErrorCode code, String reason, String message, @Nullable Throwable cause, boolean retryable) {
        super(code, message, cause, retryable, 1);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * The reason as a stable text.
     *
     * @return one of {@code newer_version}, {@code bad_metadata}, {@code missing_model_id}, {@code truncated},
     *     {@code crc}, {@code corrupt_zip}, {@code encrypted}, {@code unsafe_name}, {@code duplicate_entry},
     *     {@code too_large}, {@code trailing_data}, {@code unsupported_method}, {@code missing_training_model},
     *     {@code unknown_helper}, {@code bad_tensor}, {@code checksum}, {@code signature}, {@code wrong_model}, {@code bad_key},
     *     {@code memory}, {@code not_found}, {@code state}, {@code cancelled}, {@code io}; later releases may add others
     */
    public String reason() {
        return reason;
    }
}
