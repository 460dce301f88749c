package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.TaskKind;
import java.util.Optional;

/** The task types on the wire. The client accepts the prefixes of both generations from any combiner. */
final class TaskTypes {

    static final String RESTART = "Scaleout_RestartClient";
    static final String AUTONOMOUS_INFERENCE = "Autonomous_Scaleout_Inference";
    private static final String CUSTOM = "Custom_";
    private static final String AUTONOMOUS = "Autonomous_";

    private TaskTypes() {}

    static Optional<TaskKind> kindOf(String type) {
        return switch (type) {
            case "Scaleout_ModelUpdate", "Fedn_ModelUpdate" -> Optional.of(TaskKind.TRAIN);
            case "Scaleout_Validation", "Fedn_Validation" -> Optional.of(TaskKind.VALIDATE);
            case "Scaleout_Prediction", "Fedn_Prediction" -> Optional.of(TaskKind.PREDICT);
            case "Scaleout_Inference" -> Optional.of(TaskKind.INFERENCE);
            case "Scaleout_StageModel" -> Optional.of(TaskKind.STAGE);
            default -> type.startsWith(CUSTOM) ? Optional.of(TaskKind.CUSTOM) : Optional.empty();
        };
    }

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
