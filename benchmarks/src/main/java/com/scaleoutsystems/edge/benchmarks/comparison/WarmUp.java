package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Settings;
import java.util.Map;

/** The options of all measured programs. */
enum WarmUp {
    /** None: the work is the first that the process does. */
    NONE,
    /** Until Java has compiled what matters. */
    JAVA,
    /** Until Python has imported what it needs: it compiles nothing. */
    PYTHON;

    private static final double PYTHON_SHARE = 0.1;

    Map<String, Object> arguments(Settings settings) {
        double seconds = settings.warmUp().toMillis() / 1e3;
        return Map.of(
                "warmSeconds",
                switch (this) {
                    case NONE -> 0;
                    case JAVA -> seconds;
                    case PYTHON -> seconds * PYTHON_SHARE;
                });
    }
}
