package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param reason why the task was not completed, or empty
 * @param response the JSON text for the combiner, or empty
 * @param afterReport what the host wants done once the combiner knows the end
 * @param cause what was thrown, for the log
 */
record TaskEnd(
        TaskStatus status,
        String reason,
        String response,
        Optional<Runnable> afterReport,
        @Nullable Throwable cause) {

    /** Longer reasons are cut: an exception of the host's may say anything. */
    private static final int LONGEST_REASON = 10_000;

    private TaskEnd(TaskStatus status, String reason, String response) {
        this(status, reason, response, Optional.empty(), null);
    }

    /** The result was acknowledged. */
    static TaskEnd completed() {
        return new TaskEnd(TaskStatus.COMPLETED, "", "");
    }

    /** The callback's answer goes with the last report. */
    static TaskEnd answered(TaskHandler.Answered answer) {
        return new TaskEnd(TaskStatus.COMPLETED, "", answer.response(), answer.afterwards(), null);
    }

    static TaskEnd failed(String reason) {
        return new TaskEnd(TaskStatus.FAILED, reason, response("error", reason));
    }

    static TaskEnd interrupted(String reason) {
        return new TaskEnd(TaskStatus.INTERRUPTED, reason, response("msg", reason));
    }

    /** The same end, with what was thrown. */
    TaskEnd causedBy(@Nullable Throwable thrown) {
        return new TaskEnd(status, reason, response, afterReport, thrown);
    }

    /** The same for the host, without times. */
    TaskSummary summary() {
        return TaskSummary.of(status, reason);
    }

    /** The keys are the reference client's. */
    private static String response(String key, String reason) {
        String text = reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
        return Json.write("the response", Map.of(key, text));
    }
}
