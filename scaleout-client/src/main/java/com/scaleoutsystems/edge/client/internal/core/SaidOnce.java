package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs the first of a run of failures at WARN and the rest at DEBUG. The run ends when something works again and nothing has failed for ten
 * seconds; then a line says how many failures there were besides the first. For failures that repeat, such as those of a full disk.
 * Thread-safe; writes nothing while it has the monitor, because a log may block.
 */
public final class SaidOnce {

    /** Works and failures of one run may take turns: what was begun before the disk failed still ends well. */
    static final Duration QUIET = Duration.ofSeconds(10);

    private final LongSupplier nanos;
    private boolean failing;
    private long latest;
    private long more;

    /**
     * Nothing has failed yet.
     *
     * @param nanos monotonic time
     */
    public SaidOnce(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Logs a failure, with its reason at the end. One that comes of the client's own close is no news.
     *
     * @param message one of SLF4J's, with its arguments
     */
    public void fails(Logger log, @Nullable Throwable failure, String message, @Nullable Object... arguments) {
        @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = Failures.describe(failure);
        if (Failures.isOfClose(failure)) {
            log.debug(message + ": {}", all);
            return;
        }
        Loggers.log(
                log,
                isFirst() ? Level.WARN : Level.DEBUG,
                message + ": {} (logs further ones at DEBUG until it works again)",
                all);
    }

    private synchronized boolean isFirst() {
        boolean isFirst = !failing;
        more = isFirst ? 0 : more + 1;
        failing = true;
        latest = nanos.getAsLong();
        return isFirst;
    }

    /**
     * It worked: unless it has failed just now, the next failure is the first of a run again.
     *
     * @param what names it
     */
    public void works(Logger log, String what) {
        long failures = endOfRun();
        if (failures > 0) {
            log.warn("{} works again; it has failed {} more times", what, failures);
        }
    }

    /** How many failures there were besides the first, if a run of failures ends now. */
    private synchronized long endOfRun() {
        if (!failing || nanos.getAsLong() - latest < QUIET.toNanos()) {
            return 0;
        }
        failing = false;
        return more;
    }
}
