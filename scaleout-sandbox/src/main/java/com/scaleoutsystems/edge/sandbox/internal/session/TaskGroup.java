package com.scaleoutsystems.edge.sandbox.internal.session;

import com.scaleoutsystems.edge.sandbox.internal.core.Changes;
import com.scaleoutsystems.edge.sandbox.internal.record.CallLog;
import com.scaleoutsystems.edge.sandbox.internal.task.TaskBoard;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.scaleoutsystems.edge.sandbox.session.TaskSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One task for each of some clients, each of which must end with a result: an update or a validation. The result and the
 * report that the task was completed travel on their own, so either may come first. It takes the results as they come, since the recording
 * may have forgotten them before the last one arrives. Used by one thread, apart from the results.
 */
final class TaskGroup<R extends Recorded> implements AutoCloseable {
    private final TaskBoard tasks;
    private final CallLog recording;
    private final Class<R> kind;
    private final Function<R, String> correlationId;
    private final Map<String, String> correlationIds = new ConcurrentSkipListMap<>();
    private final Map<String, R> arrived = new ConcurrentSkipListMap<>();
    private final Consumer<Recorded> watcher = this::take;

    TaskGroup(TaskBoard tasks, CallLog recording, Class<R> kind, Function<R, String> correlationId) {
        this.tasks = tasks;
        this.recording = recording;
        this.kind = kind;
        this.correlationId = correlationId;
        recording.watch(watcher);
    }

    /** Takes no more results. */
    @Override
    public void close() {
        recording.unwatch(watcher);
    }

    /** The task names its correlation id, so that no result comes before the group knows it. */
    void submit(TaskSpec spec) {
        correlationIds.put(spec.clientId(), spec.correlationId().orElseThrow());
        tasks.submit(spec);
    }

    /** A client that sends a result twice is heard once. */
    private void take(Recorded message) {
        if (kind.isInstance(message)) {
            R result = kind.cast(message);
            if (correlationId.apply(result).equals(correlationIds.get(result.clientId()))) {
                arrived.putIfAbsent(result.clientId(), result);
            }
        }
    }

    /**
     * Waits until all tasks have ended or the time is up; in the latter case the sandbox times the tasks out.
     *
     * @param failures takes by client id why there is no result
     * @return the results by client id
     */
    Map<String, R> await(Changes changes, Duration timeout, Map<String, String> failures) {
        changes.await(timeout, () -> correlationIds.keySet().stream().allMatch(client -> hasEnded(client, arrived)));
        Map<String, R> results = new TreeMap<>(arrived);
        for (Map.Entry<String, String> task : correlationIds.entrySet()) {
            String client = task.getKey();
            Optional<TaskOutcome> outcome = tasks.outcome(task.getValue());
            if (!hasEnded(client, results)) {
                tasks.end(task.getValue(), "TIMEOUT");
                results.remove(client);
                failures.put(client, "timed out after " + Changes.seconds(timeout) + progress(outcome));
            } else if (!outcome.map(TaskOutcome::completed).orElse(false)) {
                results.remove(client);
                failures.put(client, outcome.map(TaskGroup::describe).orElse(""));
            }
        }
        return results;
    }

    private boolean hasEnded(String client, Map<String, R> results) {
        return tasks.outcome(correlationIds.getOrDefault(client, ""))
                .filter(outcome -> !outcome.completed() || results.containsKey(client))
                .isPresent();
    }

    private String progress(Optional<TaskOutcome> outcome) {
        return outcome.isPresent() ? ": COMPLETED was reported, the " + kind.getSimpleName() + " did not come" : "";
    }

    private static String describe(TaskOutcome outcome) {
        return outcome.response().isEmpty() ? outcome.status() : outcome.status() + " " + outcome.response();
    }
}
