package com.scaleoutsystems.edge.client.task;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * How tasks are taken and run.
 *
 * @param pollInterval time from the start of one poll to the next while nothing happens; a finished task polls at once
 * @param activePollInterval the same while a session is active; never longer than {@code pollInterval}
 * @param activeTime how long after a task came or ended a session counts as active
 * @param maxWaitingTasks how many tasks may wait for a free lane; beyond it a task is answered FAILED, {@code busy}
 * @param abortGrace how long an aborted callback may take to notice before its thread is interrupted, and after that before the
 *     combiner is told INTERRUPTED while the callback goes on
 * @param lanes in which lane callbacks of each kind run
 * @param timeLimits how long a callback of a kind may run before it is aborted; no entry, no limit
 * @param runsAgainAfterRestart what happens to a task that ran when the process ended: true, and the next process runs it again;
 *     false, and the combiner is told FAILED, {@code client restarted}
 */
public record TaskSettings(
        Duration pollInterval,
        Duration activePollInterval,
        Duration activeTime,
        int maxWaitingTasks,
        Duration abortGrace,
        Map<TaskKind, LaneSettings> lanes,
        Map<TaskKind, Duration> timeLimits,
        boolean runsAgainAfterRestart) {

    private static final String COMPUTE = "compute";
    private static final int CUSTOM_TASKS = 4;

    /**
     * Checks the ranges.
     *
     * @param pollInterval time from the start of one poll to the next while nothing happens; a finished task polls at once
     * @param activePollInterval the same while a session is active; never longer than {@code pollInterval}
     * @param activeTime how long after a task came or ended a session counts as active
     * @param maxWaitingTasks how many tasks may wait for a free lane; beyond it a task is answered FAILED, {@code busy}
     * @param abortGrace how long an aborted callback may take to notice before its thread is interrupted, and after that before the
     *     combiner is told INTERRUPTED while the callback goes on
     * @param lanes in which lane callbacks of each kind run; kinds that are left out have a lane of their own
     * @param timeLimits how long a callback of a kind may run before it is aborted; no entry, no limit
     * @param runsAgainAfterRestart whether a task that ran when the process ended is run again by the next one
     */
    public TaskSettings {
        pollInterval = Durations.requirePositive("pollInterval", pollInterval);
        activePollInterval = Durations.requirePositive("activePollInterval", activePollInterval);
        activeTime = Durations.requirePositive("activeTime", activeTime);
        abortGrace = Durations.requirePositive("abortGrace", abortGrace);
        if (maxWaitingTasks < 0) {
            throw new IllegalArgumentException("maxWaitingTasks is " + maxWaitingTasks + "; it must not be negative");
        }
        lanes = complete(lanes);
        timeLimits = Map.copyOf(timeLimits);
        timeLimits.forEach((kind, limit) -> Durations.requirePositive("the time limit of " + kind, limit));
        if (activePollInterval.compareTo(pollInterval) > 0) {
            activePollInterval = pollInterval;
        }
    }

    /**
     * A poll every 5 s as the reference client, every 250 ms for 60 s after a task came or ended; 256 waiting tasks; 5 s of
     * grace; training and validation share a lane for one callback at a time, up to 4 custom tasks run at the same time, all
     * other kinds run one by one; no time limits; nothing is run again.
     *
     * @return the defaults
     */
    public static TaskSettings defaults() {
        return new TaskSettings(
                Duration.ofSeconds(5),
                Duration.ofMillis(250),
                Duration.ofSeconds(60),
                256,
                Duration.ofSeconds(5),
                Map.of(TaskKind.TRAIN, LaneSettings.of(COMPUTE), TaskKind.VALIDATE, LaneSettings.of(COMPUTE)),
                Map.of(),
                false);
    }

    private static Map<TaskKind, LaneSettings> complete(Map<TaskKind, LaneSettings> given) {
        Map<TaskKind, LaneSettings> all = new EnumMap<>(TaskKind.class);
        for (TaskKind kind : TaskKind.values()) {
            all.put(kind, given.getOrDefault(kind, ownLane(kind)));
        }
        return Collections.unmodifiableMap(all);
    }

    private static LaneSettings ownLane(TaskKind kind) {
        LaneSettings lane = LaneSettings.of(kind.name().toLowerCase(Locale.ROOT));
        return kind == TaskKind.CUSTOM ? lane.withWidth(CUSTOM_TASKS) : lane;
    }

    /**
     * These settings with another poll interval.
     *
     * @param value the interval while nothing happens
     * @return the changed copy
     */
    public TaskSettings withPollInterval(Duration value) {
        return new TaskSettings(
                value,
                activePollInterval,
                activeTime,
                maxWaitingTasks,
                abortGrace,
                lanes,
                timeLimits,
                runsAgainAfterRestart);
    }

    /**
     * These settings with another poll interval for active sessions.
     *
     * @param value the interval
     * @return the changed copy
     */
    public TaskSettings withActivePollInterval(Duration value) {
        return new TaskSettings(
                pollInterval, value, activeTime, maxWaitingTasks, abortGrace, lanes, timeLimits, runsAgainAfterRestart);
    }

    /**
     * These settings with another time that a session counts as active.
     *
     * @param value how long after a task came or ended
     * @return the changed copy
     */
    public TaskSettings withActiveTime(Duration value) {
        return new TaskSettings(
                pollInterval,
                activePollInterval,
                value,
                maxWaitingTasks,
                abortGrace,
                lanes,
                timeLimits,
                runsAgainAfterRestart);
    }

    /**
     * These settings with another limit of waiting tasks.
     *
     * @param value the limit
     * @return the changed copy
     */
    public TaskSettings withMaxWaitingTasks(int value) {
        return new TaskSettings(
                pollInterval,
                activePollInterval,
                activeTime,
                value,
                abortGrace,
                lanes,
                timeLimits,
                runsAgainAfterRestart);
    }

    /**
     * These settings with another grace for aborted callbacks.
     *
     * @param value the grace
     * @return the changed copy
     */
    public TaskSettings withAbortGrace(Duration value) {
        return new TaskSettings(
                pollInterval,
                activePollInterval,
                activeTime,
                maxWaitingTasks,
                value,
                lanes,
                timeLimits,
                runsAgainAfterRestart);
    }

    /**
     * These settings with another lane for a kind of task.
     *
     * @param kind the kind
     * @param lane its lane
     * @return the changed copy
     */
    public TaskSettings withLane(TaskKind kind, LaneSettings lane) {
        Map<TaskKind, LaneSettings> changed = new EnumMap<>(lanes);
        changed.put(kind, lane);
        return new TaskSettings(
                pollInterval,
                activePollInterval,
                activeTime,
                maxWaitingTasks,
                abortGrace,
                changed,
                timeLimits,
                runsAgainAfterRestart);
    }

    /**
     * These settings with a time limit for a kind of task.
     *
     * @param kind the kind
     * @param limit how long its callback may run before it is aborted
     * @return the changed copy
     */
    public TaskSettings withTimeLimit(TaskKind kind, Duration limit) {
        Map<TaskKind, Duration> changed = new EnumMap<>(TaskKind.class);
        changed.putAll(timeLimits);
        changed.put(kind, limit);
        return new TaskSettings(
                pollInterval,
                activePollInterval,
                activeTime,
                maxWaitingTasks,
                abortGrace,
                lanes,
                changed,
                runsAgainAfterRestart);
    }

    /**
     * These settings with another fate of tasks that ran when the process ended.
     *
     * @param value whether the next process runs them again
     * @return the changed copy
     */
    public TaskSettings withRunsAgainAfterRestart(boolean value) {
        return new TaskSettings(
                pollInterval, activePollInterval, activeTime, maxWaitingTasks, abortGrace, lanes, timeLimits, value);
    }
}
