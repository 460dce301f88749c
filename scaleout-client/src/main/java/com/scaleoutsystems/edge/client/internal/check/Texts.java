package com.scaleoutsystems.edge.client.internal.check;

/** Checks of texts that users give. */
public final class Texts {

    private Texts() {}

    public static String requireText(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is blank");
        }
        return value;
    }
}
