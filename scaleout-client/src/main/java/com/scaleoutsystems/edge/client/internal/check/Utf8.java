package com.scaleoutsystems.edge.client.internal.check;

/** How much room texts take in messages, which hold them as UTF-8. */
public final class Utf8 {

    private Utf8() {}

    /** How many bytes the text takes. */
    public static long length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800 || Character.isSurrogate(c)) {
                // A character outside the basic plane takes four bytes and is two of Java's.
                bytes += 2;
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }
}
