package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.TaskStatus;
import com.scaleoutsystems.edge.client.internal.core.Json;
import com.scaleoutsystems.edge.client.internal.transport.TaskReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last reports of tasks, told with every poll until one has succeeded. Lives on the client's strand. */
final class LastReports {

    private final Map<String, TaskReport> untold = new LinkedHashMap<>();

    /** The task of this entry is done and the combiner does not know, or asks again. */
    void add(TaskLedger.Entry entry) {
        untold.put(
                entry.correlationId(),
                new TaskReport(
                        entry.correlationId(),
                        entry.status(),
                        true,
                        entry.response(),
                        entry.startedAt(),
                        entry.completedAt()));
    }

    /** The combiner has these reports; one that was replaced meanwhile is told again. */
    void told(List<TaskReport> reports) {
        reports.stream().filter(TaskReport::done).forEach(report -> untold.remove(report.correlationId(), report));
    }

    List<TaskReport> all() {
        return new ArrayList<>(untold.values());
    }

    boolean isEmpty() {
        return untold.isEmpty();
    }

    /** The JSON text that goes with an end; the keys are the reference client's. */
    static String response(TaskStatus status, String reason) {
        return switch (status) {
            case COMPLETED -> "";
            case FAILED -> Json.write("the response", Map.of("error", reason));
            case INTERRUPTED -> Json.write("the response", Map.of("msg", reason));
        };
    }
}
