package com.scaleoutsystems.edge.opentelemetry;

import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.util.Locale;

/** How the values of attributes are written. */
final class Names {

    /** The name of the scope, too: the beginning of all that this module names. */
    static final String PREFIX = "scaleout.edge.";

    static final String SCOPE = "com.scaleoutsystems.edge";

    private Names() {}

    /** The kind of a task. The type itself comes from the server, and could be anything. */
    static String kind(TaskRequest task) {
        return TaskKind.ofType(task.type()).map(Names::of).orElse("other");
    }

    static String of(Enum<?> value) {
        return of(value.name());
    }

    static String of(String value) {
        return value.toLowerCase(Locale.ROOT);
    }
}
