package com.scaleoutsystems.edge.internal;

/** Writes texts of unknown origin on one line, as they must be in a log: otherwise a text could look like log lines of its own. */
public final class OneLine {

    private OneLine() {}

    /**
     * The text with a space for each white space, and a question mark for each character that steers a terminal, turns the direction
     * of writing or is invisible.
     *
     * @param text any text
     * @return the text, on one line
     */
    public static String of(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
                line.append(' ');
            } else {
                line.appendCodePoint(steers(character) ? '?' : character);
            }
        });
        return line.toString();
    }

    private static boolean steers(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
    }
}
