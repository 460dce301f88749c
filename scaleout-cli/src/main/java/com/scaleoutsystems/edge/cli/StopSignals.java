package com.scaleoutsystems.edge.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.ExitCode;

/** Handles SIGTERM and Ctrl-C: the first closes the command cleanly, a second one ends the process at once. */
final class StopSignals implements AutoCloseable {

    private final ProcessControl.Handler handler;
    private final AtomicBoolean asked = new AtomicBoolean();

    /**
     * Listens from now on.
     *
     * @param stop asks for the end; called once at most, and must not block
     */
    StopSignals(Console console, Runnable stop) {
        this.handler = console.process().onStop(() -> {
            if (asked.compareAndSet(false, true)) {
                stop.run();
            } else {
                console.note(CommandName.SCALEOUT_EDGE + ": stopped at once; unfinished work is lost");
                console.process().halt(ExitCode.SOFTWARE);
            }
        });
    }

    @Override
    public void close() {
        handler.close();
    }
}
