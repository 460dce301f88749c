package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs what a server can make happen thousands of times in a moment, in few lines. The first lines of a level within 30 seconds keep it,
 * the further ones have DEBUG. A last line of that level then says how many those were, at the client's close at the latest. Thread-safe.
 */
public final class FewLines {

    /** So many lines of each level within the time keep it. */
    static final int MOST = 10;

    static final Duration TIME = Duration.ofSeconds(30);

    private final Env env;
    private final Logger log;
    private final OfLevel infos = new OfLevel(Level.INFO);
    private final OfLevel warnings = new OfLevel(Level.WARN);
    private final OfLevel errors = new OfLevel(Level.ERROR);

    /** No line yet. */
    public FewLines(Env env, Logger log) {
        this.env = env;
        this.log = log;
    }

    /** Logs something that happens when all goes well; the message is one of SLF4J's, with its arguments. */
    public void info(String message, @Nullable Object... given) {
        infos.line(message, shown(given));
    }

    /** Logs something that fails. */
    public void warn(String message, @Nullable Object... given) {
        warnings.line(message, shown(given));
    }

    /** Logs a fault of the SDK. */
    public void error(String message, @Nullable Object... given) {
        errors.line(message, shown(given));
    }

    /** What the host's code has thrown is asked on this thread: the last line may be written on another one. */
    private static @Nullable Object[] shown(@Nullable Object[] given) {
        @Nullable Object[] shown = given.clone();
        for (int i = 0; i < shown.length; i++) {
            if (shown[i] instanceof Throwable failure) {
                shown[i] = Failures.loggable(failure);
            }
        }
        return shown;
    }

    /**
     * The lines of one level. Writes nothing while it has the monitor: a log that blocks one thread must not hold up another that has less
     * to say.
     */
    private final class OfLevel {

        private final Level level;
        private final Runnable tellMore = this::tellMore;
        private long began;
        private int lines;
        private long more;
        private String latest = "";
        private @Nullable Object[] arguments = {};

        OfLevel(Level level) {
            this.level = level;
        }

        void line(String message, @Nullable Object[] shown) {
            long now = env.nanos();
            boolean isOneOfFew;
            boolean isFirstMore = false;
            Runnable rest = () -> {};
            synchronized (this) {
                if (lines == 0 || now - began >= TIME.toNanos()) {
                    rest = rest();
                    began = now;
                    lines = 0;
                }
                isOneOfFew = lines < MOST;
                if (isOneOfFew) {
                    lines++;
                } else {
                    more++;
                    latest = message;
                    arguments = shown;
                    isFirstMore = more == 1;
                }
            }
            if (isFirstMore) {
                armEnd(now);
            }
            rest.run();
            Loggers.log(log, isOneOfFew ? level : Level.DEBUG, message, shown);
        }

        private void armEnd(long now) {
            try {
                env.pendingLines().add(tellMore);
                var unused = env.after(timeLeft(now), tellMore);
            } catch (Throwable noThread) {
                // The next line after the time tells, or the client's close.
                log.debug("no thread to count lines", noThread);
            }
        }

        private synchronized Duration timeLeft(long now) {
            return TIME.minusNanos(now - began);
        }

        private void tellMore() {
            env.pendingLines().remove(tellMore);
            rest().run();
        }

        private synchronized Runnable rest() {
            if (more == 0) {
                return () -> {};
            }
            String last = more + " more like these in " + TIME.toSeconds() + " s, logged at DEBUG; the last: " + latest;
            @Nullable Object[] shown = arguments;
            more = 0;
            arguments = new Object[0];
            return () -> Loggers.log(log, level, last, shown);
        }
    }
}
