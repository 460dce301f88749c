package com.scaleoutsystems.edge.sandbox.internal.token;

/** A token that does not open the door it was shown at; the reason is told to the client. */
public final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    InvalidTokenException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
