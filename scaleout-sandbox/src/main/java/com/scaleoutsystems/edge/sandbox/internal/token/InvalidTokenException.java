package com.scaleoutsystems.edge.sandbox.internal.token;

/** A token that is not valid for the call; the client gets the reason. */
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
