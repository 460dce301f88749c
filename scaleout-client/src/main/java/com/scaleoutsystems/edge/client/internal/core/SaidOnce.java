package com.scaleoutsystems.edge.client.internal.core;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Says what may go wrong again and again, such as with a disk that is full: the first time as a warning, and then for those only who
 * look for it, until it has worked again. From any thread.
 */
public final class SaidOnce {

    private final AtomicBoolean said = new AtomicBoolean();

    /** It went wrong; the message is one of SLF4J's, with its arguments. */
    public void fails(Logger log, String message, @Nullable Object... arguments) {
        log.atLevel(said.getAndSet(true) ? Level.DEBUG : Level.WARN)
                .log(message + " (logs further ones at DEBUG until it works again)", arguments);
    }

    /** It worked: the next failure is news. */
    public void works() {
        said.set(false);
    }
}
