package com.scaleoutsystems.edge.examples.digits;

/** One image of 8 x 8 pixels and the digit that it shows. */
final class Image {

    /** Pixels of an image. */
    static final int PIXELS = 64;

    /** The value of a black pixel; white is 0. */
    static final int BLACK = 16;

    private final float[] inputs = new float[PIXELS];
    private final int digit;

    /** Pixels are 0 (white) to 16 (black), row by row. */
    Image(int[] pixels, int digit) {
        // Centred and scaled: a network learns several times faster from inputs around zero than from 0..16. The two
        // numbers
        // are part of the program, not measured from the data, so that every client uses the same without asking the
        // others.
        for (int i = 0; i < PIXELS; i++) {
            inputs[i] = (pixels[i] - 5f) / 8f;
        }
        this.digit = digit;
    }

    /** What the network sees of pixel {@code index}. */
    float input(int index) {
        return inputs[index];
    }

    int digit() {
        return digit;
    }
}
