package com.scaleoutsystems.edge.sandbox;

/** A token that does not open the door it was shown at; the reason is told to the client. */
final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    InvalidTokenException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
