package com.scaleoutsystems.edge.client.internal.task;

/** What kinds of tasks there are, by the type text of the wire. */
enum TaskKind {
    TRAIN,
    VALIDATE,
    UNKNOWN;

    /** The kind of a task; both generations' prefixes are understood, whatever generation the combiner is of. */
    static TaskKind of(String type) {
        return switch (type) {
            case "Scaleout_ModelUpdate", "Fedn_ModelUpdate" -> TRAIN;
            case "Scaleout_Validation", "Fedn_Validation" -> VALIDATE;
            default -> UNKNOWN;
        };
    }
}
