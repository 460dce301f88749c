package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.AbortReason;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The tasks that have not ended, and those that have ended though their callbacks still run. Lives on the client's strand. */
final class ActiveTasks {

    private final Map<String, RunningTask> active = new LinkedHashMap<>();
    private final Set<RunningTask> stuck = new LinkedHashSet<>();

    void add(RunningTask task) {
        active.put(task.correlationId(), task);
    }

    void remove(RunningTask task) {
        active.remove(task.correlationId());
    }

    /** A task that has not ended. */
    Optional<RunningTask> find(String correlationId) {
        return Optional.ofNullable(active.get(correlationId));
    }

    /** The tasks that have not ended, oldest first. */
    Collection<RunningTask> all() {
        return active.values();
    }

    boolean isEmpty() {
        return active.isEmpty();
    }

    /** Whether a restart has not ended. */
    boolean hasRestart() {
        return active.values().stream().anyMatch(ActiveTasks::isRestart);
    }

    private static boolean isRestart(RunningTask task) {
        return task.request().type().equals(TaskTypes.RESTART);
    }

    /** Asks all tasks to stop within the grace. */
    void abortAll(AbortReason reason, Duration grace) {
        abort(active.values().stream(), task -> task.abort(reason, grace));
    }

    /** Asks all tasks to stop except restarts. */
    void abortAllButRestarts(AbortReason reason) {
        abort(active.values().stream().filter(task -> !isRestart(task)), task -> task.abort(reason));
    }

    private static void abort(Stream<RunningTask> which, Consumer<RunningTask> abort) {
        List<RunningTask> tasks = which.toList();
        // Waiting tasks come first, so that none of them gets the place of a task that ends.
        tasks.stream().filter(RunningTask::isWaiting).forEach(abort);
        tasks.stream().filter(task -> !task.isWaiting()).forEach(abort);
    }

    /** The task's callback ignores its abort. */
    void stuck(RunningTask task) {
        stuck.add(task);
        task.lane().replace(task);
    }

    /** The stuck callback has returned. */
    void unstuck(RunningTask task) {
        stuck.remove(task);
        task.lane().unstuck(task);
    }

    /** The correlation ids of tasks whose callbacks still run, including those that ignored their abort. */
    List<String> inCallback() {
        return Stream.concat(active.values().stream().filter(RunningTask::isInCallback), stuck.stream())
                .map(RunningTask::correlationId)
                .toList();
    }

    /** The correlation ids of tasks whose callbacks ignored their abort and still run. */
    List<String> stuck() {
        return stuck.stream().map(RunningTask::correlationId).toList();
    }
}
