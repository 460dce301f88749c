package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The lanes of a client. Gives each task its lane and its time limit. Lives on the client's strand. */
final class Lanes {

    private final Map<TaskKind, Lane> byKind;
    private final Map<TaskKind, Duration> timeLimits;
    private final Lane restarts = Lane.unlimited("restart");
    private final Lane autonomous = Lane.unlimited("autonomous");

    Lanes(TaskSettings settings) {
        this.byKind = byKind(settings);
        this.timeLimits = settings.timeLimits();
    }

    private static Map<TaskKind, Lane> byKind(TaskSettings settings) {
        Map<String, LaneSettings> byName = new HashMap<>();
        settings.lanes().values().forEach(lane -> byName.merge(lane.name(), lane, Lanes::merged));
        Map<String, Lane> made = new HashMap<>();
        byName.forEach((name, lane) -> made.put(name, new Lane(lane, settings.maxWaitingTasks())));
        Map<TaskKind, Lane> lanes = new EnumMap<>(TaskKind.class);
        settings.lanes().forEach((kind, lane) -> {
            Lane shared = made.get(lane.name());
            if (shared != null) {
                lanes.put(kind, shared);
            }
        });
        return lanes;
    }

    /** Two kinds that share a lane mean the same one: the wider, with the lock file of whichever has one. */
    private static LaneSettings merged(LaneSettings one, LaneSettings other) {
        LaneSettings wider = one.width() >= other.width() ? one : other;
        return one.lockFile().or(other::lockFile).map(wider::withLockFile).orElse(wider);
    }

    /** Whether any lane would take a task. */
    boolean haveRoom() {
        return byKind.values().stream().anyMatch(Lane::hasRoom);
    }

    /** Whether a lane takes no more tasks because too many callbacks are stuck in it. */
    boolean areBlocked() {
        return byKind.values().stream().anyMatch(Lane::isBlocked);
    }

    /**
     * Prepares a task that the combiner sent.
     *
     * @throws com.scaleoutsystems.edge.EdgeException if the task's data are wrong
     */
    PreparedTask prepare(TaskRequest request, TaskHandler handler) {
        if (request.type().equals(TaskTypes.RESTART)) {
            return prepared(request, handler, restarts, Optional.empty());
        }
        TaskKind kind = TaskKind.ofType(request.type()).orElseThrow();
        Lane lane = byKind.get(kind);
        if (lane == null) {
            throw new IllegalStateException("no lane for " + kind);
        }
        return prepared(request, handler, lane, Optional.ofNullable(timeLimits.get(kind)));
    }

    /** Prepares a task that the host starts. */
    PreparedTask prepareAutonomous(TaskRequest request, AutonomousHandler handler) {
        return prepared(request, handler, autonomous, Optional.empty());
    }

    private static PreparedTask prepared(
            TaskRequest request, TaskHandler handler, Lane lane, Optional<Duration> timeLimit) {
        return new PreparedTask(request, handler, handler.prepare(request), lane, timeLimit);
    }
}
