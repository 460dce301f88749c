package com.scaleoutsystems.edge.client.internal.task;

/** Task types on the wire that are no kind of task for a callback, and the prefixes of those that programs name. */
final class TaskTypes {

    static final String RESTART = "Scaleout_RestartClient";
    static final String AUTONOMOUS_INFERENCE = "Autonomous_Scaleout_Inference";
    private static final String CUSTOM = "Custom_";
    private static final String AUTONOMOUS = "Autonomous_";

    private TaskTypes() {}

    static String customType(String name) {
        return name.startsWith(CUSTOM) ? name : CUSTOM + name;
    }

    /** Whether the client started the task itself. A combiner that names such a task knows it and wants no answer. */
    static boolean isAutonomous(String type) {
        return type.startsWith(AUTONOMOUS);
    }

    static String autonomousType(String name) {
        return name.startsWith(AUTONOMOUS) ? name : AUTONOMOUS + name;
    }
}
