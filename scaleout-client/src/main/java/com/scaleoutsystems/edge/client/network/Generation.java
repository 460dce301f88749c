package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.Experimental;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which generation of the protocol a combiner speaks.
 *
 * @since 0.1.0
 */
@Experimental
public enum Generation {
    /** The client detects it by the combiner's answers. */
    AUTO("auto"),
    /** Releases 1.0.0 and 1.0.1: one task at a time, models without a container, predictions. */
    V1_0("1.0"),
    /** Releases 1.0.2 and later: many tasks at a time, containers, inference. */
    V1_1("1.1");

    private final String text;

    Generation(String text) {
        this.text = text;
    }

    /**
     * Reads a generation as settings files, environment variables and the command write it.
     *
     * @param text {@code auto}, {@code 1.0} or {@code 1.1}
     * @return the generation
     * @throws IllegalArgumentException if the text is none of them
     */
    public static Generation parse(String text) {
        return Arrays.stream(values())
                .filter(generation -> generation.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("generation is '" + text + "'; expected one of "
                        + Arrays.stream(values()).map(Generation::text).collect(Collectors.joining(", "))));
    }

    /**
     * Gives the text that {@link #parse(String)} reads.
     *
     * @return the text, such as {@code 1.1}
     */
    public String text() {
        return text;
    }
}
