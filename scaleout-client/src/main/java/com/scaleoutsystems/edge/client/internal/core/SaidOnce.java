package com.scaleoutsystems.edge.client.internal.core;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.event.Level;

/**
 * How loudly to say what may go wrong again and again, such as with a disk that is full: the first time as a warning, and then for
 * those only who look for it, until it has worked again. From any thread.
 */
public final class SaidOnce {

    private final AtomicBoolean said = new AtomicBoolean();

    /** It went wrong: at which level to say so. */
    public Level level() {
        return said.getAndSet(true) ? Level.DEBUG : Level.WARN;
    }

    /** It worked: the next failure is news. */
    public void works() {
        said.set(false);
    }
}
