package com.scaleoutsystems.edge.client.internal.check;

import java.util.Optional;

/** What a token may look like: it travels in a header, whose libraries log or quote what they cannot send. */
public final class TokenText {

    /** What is wrong with a token that is not usable. Never quotes it. */
    public static final String FAULT = "has characters that no token has (blanks, line breaks, or outside ASCII)";

    private TokenText() {}

    /** The token without blanks around it; empty if nothing is left, or if it cannot be sent in a header. */
    public static Optional<String> usable(String token) {
        String stripped = token.strip();
        boolean printable = stripped.chars().allMatch(character -> character > 0x20 && character < 0x7f);
        return printable && !stripped.isEmpty() ? Optional.of(stripped) : Optional.empty();
    }
}
