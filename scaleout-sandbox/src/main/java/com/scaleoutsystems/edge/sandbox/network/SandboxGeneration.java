package com.scaleoutsystems.edge.sandbox.network;

import com.scaleoutsystems.edge.Experimental;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which generation of the protocol a sandbox speaks.
 *
 * @since 0.1.0
 */
@Experimental
public enum SandboxGeneration {
    /**
     * Releases 1.0.0 and 1.0.1: one task at a time, models without a container, predictions; no record streams, no
     * enrollment.
     */
    V1_0("1.0", "1.0.1"),

    /** The current release. */
    V1_1("1.1", "1.1.0");

    private final String text;
    private final String release;

    SandboxGeneration(String text, String release) {
        this.text = text;
        this.release = release;
    }

    /**
     * Reads a generation as the command writes it.
     *
     * @param text {@code 1.0} or {@code 1.1}
     * @return the generation
     * @throws IllegalArgumentException if the text is neither
     */
    public static SandboxGeneration parse(String text) {
        return Arrays.stream(values())
                .filter(generation -> generation.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("generation is '" + text + "'; expected one of "
                        + Arrays.stream(values()).map(one -> one.text).collect(Collectors.joining(", "))));
    }

    /**
     * Gives the release that the sandbox reports.
     *
     * @return the release, such as {@code 1.1.0}
     */
    public String release() {
        return release;
    }
}
