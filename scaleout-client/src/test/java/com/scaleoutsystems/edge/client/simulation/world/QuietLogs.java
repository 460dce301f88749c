package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.client.internal.core.Loggers;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the client's loggers off for a while: thousands of days would log millions of lines. */
final class QuietLogs {

    private static final int OFF = 50;

    private final Map<Logger, Integer> levels = new LinkedHashMap<>();

    private QuietLogs() {
        for (String name : List.of(Loggers.CLIENT, Loggers.API, Loggers.TRANSPORT, Loggers.TASK, Loggers.REPORT)) {
            Logger logger = LoggerFactory.getLogger(name);
            levels.put(logger, level(logger, OFF));
        }
    }

    private static int level(Logger logger, int level) {
        try {
            Field field = logger.getClass().getDeclaredField("currentLogLevel");
            field.setAccessible(true);
            int former = field.getInt(logger);
            field.setInt(logger, level);
            return former;
        } catch (ReflectiveOperationException other) {
            throw new AssertionError("the tests log with slf4j-simple", other);
        }
    }

    /** Does this without logging. */
    static void during(Runnable action) {
        QuietLogs quiet = new QuietLogs();
        try {
            action.run();
        } finally {
            quiet.levels.forEach(QuietLogs::level);
        }
    }

    /** The same for what gives something. */
    static <T extends @Nullable Object> T during(Supplier<T> action) {
        List<T> result = new ArrayList<>();
        during(() -> {
            result.add(action.get());
        });
        return result.get(0);
    }
}
