package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A task that passed all checks which need no model, and that can run.
 *
 * @param settings what the callback finds in its context
 * @param lane where the task runs
 * @param timeLimit how long the callback may take, if that is limited
 */
record PreparedTask(
        TaskRequest request,
        TaskHandler handler,
        Map<String, Object> settings,
        Lane lane,
        Optional<Duration> timeLimit) {}
