package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.ServerText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * All loggers of the client, by the names with which a host can silence one part without the others. Nothing that they write can look
 * like another line or show a token: servers choose ids, types and words.
 */
public final class Loggers {

    /** Joining, states, closing. */
    public static final String CLIENT = "scaleout.client";
    /** REST calls and tokens. */
    public static final String API = "scaleout.client.api";
    /** Calls to the combiner. */
    public static final String TRANSPORT = "scaleout.client.transport";
    /** Tasks and callbacks. */
    public static final String TASK = "scaleout.client.task";
    /** Records and their delivery. */
    public static final String REPORT = "scaleout.client.report";

    /** MDC key of the client's id. */
    private static final String MDC_CLIENT = "scaleout.client";
    /** MDC key of the running task's correlation id. */
    private static final String MDC_TASK = "scaleout.task";

    private Loggers() {}

    /** The logger of this name. */
    public static Logger of(String name) {
        return SafeLogger.of(LoggerFactory.getLogger(name));
    }

    /** Logs at a level that is chosen at run time, with slf4j 1.7, too. */
    public static void log(Logger log, Level level, String message, @Nullable Object... arguments) {
        switch (level) {
            case ERROR -> log.error(message, arguments);
            case WARN -> log.warn(message, arguments);
            case INFO -> log.info(message, arguments);
            case DEBUG -> log.debug(message, arguments);
            case TRACE -> log.trace(message, arguments);
        }
    }

    /**
     * From now on the lines of this thread, the host's too, belong to a task. Never throws.
     *
     * @return ends that, to be called on the same thread; the labels are then what they were before. Never throws
     */
    public static Runnable enter(String clientId, String correlationId) {
        @Nullable String[] before = new String[2];
        label(() -> {
            before[0] = MDC.get(MDC_CLIENT);
            before[1] = MDC.get(MDC_TASK);
            MDC.put(MDC_CLIENT, ServerText.argument(clientId));
            MDC.put(MDC_TASK, ServerText.argument(correlationId));
        });
        return () -> label(() -> {
            restore(MDC_CLIENT, before[0]);
            restore(MDC_TASK, before[1]);
        });
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }

    private static void label(Runnable change) {
        try {
            change.run();
        } catch (Throwable broken) {
            // The provider's lines lack their labels; the task must not fail for that.
            return;
        }
    }
}
