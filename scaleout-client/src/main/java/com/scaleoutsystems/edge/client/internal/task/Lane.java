package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.internal.check.Failures;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Room for some callbacks at a time, and the line of tasks that wait for it. A callback that ignores its abort gives up its place,
 * so that the next task can run beside it; after too many of those the lane takes nothing. Lives on the client's strand.
 */
final class Lane {

    /** How many stuck callbacks are replaced. */
    static final int MAX_STUCK = 4;

    private final LaneSettings settings;
    private final int maxWaiting;
    private final Deque<RunningTask> waiting = new ArrayDeque<>();
    private final Set<RunningTask> holders = new LinkedHashSet<>();
    private final Set<RunningTask> stuck = new LinkedHashSet<>();

    Lane(LaneSettings settings, int maxWaiting) {
        this.settings = settings;
        this.maxWaiting = maxWaiting;
    }

    String name() {
        return settings.name();
    }

    Optional<Path> lockFile() {
        return settings.lockFile();
    }

    /** Whether the lane gave up, since too many callbacks are stuck in it. */
    boolean isBlocked() {
        return stuck.size() > MAX_STUCK;
    }

    boolean hasRoom() {
        return !isBlocked() && (holders.size() < settings.width() || waiting.size() < maxWaiting);
    }

    /** Gives the task a place if there is one, else puts it in line if there is room; false if there is none. */
    boolean enter(RunningTask task) {
        if (!hasRoom()) {
            return false;
        }
        waiting.addLast(task);
        advance();
        return true;
    }

    /** The task needs the lane no more, whether it had a place, waited for one, or neither; the next in line gets it. */
    void leave(RunningTask task) {
        waiting.remove(task);
        holders.remove(task);
        advance();
    }

    /** The task's callback ignores its abort: the next in line may run beside it. */
    void replace(RunningTask task) {
        if (holders.remove(task)) {
            stuck.add(task);
            advance();
        }
    }

    /** A stuck callback has returned after all. */
    void unstuck(RunningTask task) {
        stuck.remove(task);
        advance();
    }

    private void advance() {
        while (!isBlocked() && holders.size() < settings.width() && !waiting.isEmpty()) {
            RunningTask next = waiting.removeFirst();
            holders.add(next);
            start(next);
        }
    }

    /** A task that cannot even be started ends, and the next one gets its turn. */
    private static void start(RunningTask task) {
        try {
            task.start();
        } catch (RuntimeException | Error failure) {
            task.end(TaskStatus.FAILED, Failures.describe(failure), failure);
        }
    }
}
