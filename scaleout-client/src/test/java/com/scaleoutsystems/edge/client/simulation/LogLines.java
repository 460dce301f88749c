package com.scaleoutsystems.edge.client.simulation;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps what is logged until it is closed. The log of these tests goes to the error stream. */
public final class LogLines implements AutoCloseable {

    private final PrintStream former = System.err;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Keeps them from now on. */
    public LogLines() {
        System.setErr(new PrintStream(kept, true, StandardCharsets.UTF_8));
    }

    /** The lines that hold this text. */
    public List<String> with(String text) {
        return kept.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(former);
    }
}
