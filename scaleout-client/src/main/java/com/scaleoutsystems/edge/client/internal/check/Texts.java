package com.scaleoutsystems.edge.client.internal.check;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** Checks of texts that users give, and what becomes of them. */
public final class Texts {

    /** What to do where characters were lost on their way into the JVM, or cannot leave it. */
    public static final String LOCALE_CURE =
            "run the program in a UTF-8 locale, for example with LC_ALL=C.UTF-8 in its environment";

    /** What Java puts in place of bytes that it cannot decode. */
    private static final char LOST = '\uFFFD';

    private static final int LONGEST_FILE_NAME = 100;

    private static final int FINGERPRINT = 8;

    private Texts() {}

    public static String requireText(String name, String value) {
        if (Objects.requireNonNull(value, () -> name + " is null").isBlank()) {
            throw new IllegalArgumentException(name + " is blank");
        }
        return value;
    }

    /** Whether characters were lost when the text was decoded. */
    public static boolean isDamaged(String text) {
        return text.indexOf(LOST) >= 0;
    }

    /** Requires a text whose characters are those that the user wrote: two names that lost theirs could be the same. */
    public static String requireUndamaged(String name, String value) {
        if (isDamaged(value)) {
            throw new IllegalArgumentException(name + " is '" + value
                    + "': some of its characters were lost before the SDK got it; " + LOCALE_CURE);
        }
        return value;
    }

    /** A file name of harmless characters for any text: readable, not too long, and different for different texts. */
    public static String fileName(String text) {
        String safe = text.replaceAll("[^A-Za-z0-9_-]", "_");
        return safe.equals(text) && safe.length() <= LONGEST_FILE_NAME
                ? safe
                : safe.substring(0, Math.min(LONGEST_FILE_NAME, safe.length())) + "-"
                        + fingerprint(text).substring(0, FINGERPRINT);
    }

    /** The SHA-256 of a text. */
    public static String fingerprint(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
