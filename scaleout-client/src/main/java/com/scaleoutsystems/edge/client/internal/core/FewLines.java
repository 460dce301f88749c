package com.scaleoutsystems.edge.client.internal.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs what a server can make happen thousands of times in a moment, in few lines. The first lines within ten seconds have their own level,
 * the further ones DEBUG; a last line then says how many those were. Thread-safe.
 */
public final class FewLines {

    /** So many lines within the time have their own level. */
    static final int MOST = 10;

    static final Duration TIME = Duration.ofSeconds(10);

    private final Env env;
    private final Logger log;
    private long began;
    private int lines;
    private long more;
    private Level level = Level.WARN;
    private String latest = "";
    private @Nullable Object[] arguments = {};

    /** No line yet. */
    public FewLines(Env env, Logger log) {
        this.env = env;
        this.log = log;
    }

    /** Logs something that happens when all goes well; the message is one of SLF4J's, with its arguments. */
    public void info(String message, @Nullable Object... given) {
        line(Level.INFO, message, given);
    }

    /** Logs something that fails. */
    public void warn(String message, @Nullable Object... given) {
        line(Level.WARN, message, given);
    }

    /** Logs a fault of the SDK. */
    public void error(String message, @Nullable Object... given) {
        line(Level.ERROR, message, given);
    }

    private synchronized void line(Level its, String message, @Nullable Object[] given) {
        long now = env.nanos();
        if (lines == 0 || now - began >= TIME.toNanos()) {
            tellMore();
            began = now;
            lines = 0;
        }
        if (lines < MOST) {
            lines++;
            log.atLevel(its).log(message, given);
            return;
        }
        log.debug(message, given);
        more++;
        level = its;
        latest = message;
        arguments = given;
        if (more == 1) {
            armEnd(now);
        }
    }

    private void armEnd(long now) {
        try {
            var unused = env.after(TIME.minusNanos(now - began), this::tellMore);
        } catch (Throwable noThread) {
            // The next line after the time tells.
            log.debug("no thread to count lines", noThread);
        }
    }

    private synchronized void tellMore() {
        if (more > 0) {
            String count = more + " more like these in " + TIME.toSeconds() + " s, logged at DEBUG; the last: ";
            log.atLevel(level).log(count + latest, arguments);
            more = 0;
            arguments = new Object[0];
        }
    }
}
