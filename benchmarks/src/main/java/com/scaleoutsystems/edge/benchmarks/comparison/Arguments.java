package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Settings;
import java.util.Map;

/** What all measured programs are told. */
final class Arguments {
    private Arguments() {}

    static Map<String, Object> warm(Settings settings, boolean warm) {
        return Map.of("warmSeconds", warm ? settings.warmUp().toMillis() / 1e3 : 0);
    }
}
