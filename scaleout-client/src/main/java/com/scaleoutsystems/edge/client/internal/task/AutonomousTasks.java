package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.FewLines;
import com.scaleoutsystems.edge.client.internal.core.Loggers;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Autonomous tasks: those that the client started itself. Their reports carry type and parameters until the combiner names the task in
 * an answer, for a limited number of reports. Lives on the client's strand.
 */
final class AutonomousTasks {

    private static final Logger LOG = Loggers.of(Loggers.TASK);

    /** The reference client's limit. */
    private static final int ANNOUNCEMENTS = 10;

    private static final class Task {
        private final String type;
        private final String parameters;
        private int announcements;

        Task(String type, String parameters) {
            this.type = type;
            this.parameters = parameters;
        }
    }

    private final FewLines lines;
    private final Map<String, Task> unknownToCombiner = new HashMap<>();

    /** No tasks yet. */
    AutonomousTasks(Env env) {
        this.lines = new FewLines(env, LOG);
    }

    void started(String correlationId, String type, String parameters) {
        unknownToCombiner.put(correlationId, new Task(type, parameters));
    }

    /** The combiner knows the task. */
    void forget(String correlationId) {
        unknownToCombiner.remove(correlationId);
    }

    /** The report, with type and parameters if the combiner does not know the task. */
    TaskReport announced(TaskReport report) {
        Task task = unknownToCombiner.get(report.correlationId());
        return task == null ? report : report.announcing(task.type, task.parameters);
    }

    /** The combiner has this report. */
    void sent(TaskReport report) {
        Task task = unknownToCombiner.get(report.correlationId());
        if (task != null && ++task.announcements >= ANNOUNCEMENTS) {
            unknownToCombiner.remove(report.correlationId());
            lines.warn(
                    "the combiner does not acknowledge the task {} ({}) that this client started; the client continues to report it",
                    report.correlationId(),
                    task.type);
        }
    }
}
