package com.scaleoutsystems.edge.sandbox.internal.state;

import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;

/** In what the generations of the protocol differ, apart from the calls of the combiner. */
public enum SandboxDialect {
    /** Releases 1.0.0 and 1.0.1. */
    V1_0("Fedn_", true, false, false),

    /** The current release. */
    V1_1("Scaleout_", false, true, true);

    private final String taskTypePrefix;
    private final boolean bareModels;
    private final boolean enrollment;
    private final boolean assignsTls;

    SandboxDialect(String taskTypePrefix, boolean bareModels, boolean enrollment, boolean assignsTls) {
        this.taskTypePrefix = taskTypePrefix;
        this.bareModels = bareModels;
        this.enrollment = enrollment;
        this.assignsTls = assignsTls;
    }

    static SandboxDialect of(SandboxGeneration generation) {
        return switch (generation) {
            case V1_0 -> V1_0;
            case V1_1 -> V1_1;
        };
    }

    /** The type of a session's task, such as {@code ModelUpdate}, on the wire. */
    public String taskType(String task) {
        return taskTypePrefix + task;
    }

    /** Whether models travel without a container. */
    public boolean bareModels() {
        return bareModels;
    }

    /** Whether the API enrolls clients. */
    public boolean enrollment() {
        return enrollment;
    }

    /** Whether an assignment says if the combiner is reached by TLS. */
    public boolean assignsTls() {
        return assignsTls;
    }
}
