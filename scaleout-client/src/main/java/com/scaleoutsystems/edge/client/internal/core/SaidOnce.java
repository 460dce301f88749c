package com.scaleoutsystems.edge.client.internal.core;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs the first of a run of failures at WARN and the rest at DEBUG, until something works again. For failures that repeat, such as
 * those of a full disk. Thread-safe.
 */
public final class SaidOnce {

    private final AtomicBoolean said = new AtomicBoolean();

    /** Logs a failure; the message is one of SLF4J's, with its arguments. */
    public void fails(Logger log, String message, @Nullable Object... arguments) {
        log.atLevel(said.getAndSet(true) ? Level.DEBUG : Level.WARN)
                .log(message + " (logs further ones at DEBUG until it works again)", arguments);
    }

    /** It worked: the next failure is the first of a run again. */
    public void works() {
        said.set(false);
    }
}
