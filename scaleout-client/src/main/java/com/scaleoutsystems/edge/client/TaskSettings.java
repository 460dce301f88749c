package com.scaleoutsystems.edge.client;

import java.time.Duration;

/**
 * How tasks are taken and run.
 *
 * @param pollInterval time from the start of one poll to the next while nothing happens; a finished task polls at once
 * @param activePollInterval the same while a session is active; never longer than {@code pollInterval}
 * @param activeTime how long after a task came or ended a session counts as active
 * @param maxWaitingTasks how many tasks may wait for a free lane; beyond it a task is answered FAILED, {@code busy}
 * @param abortGrace how long an aborted callback may take to notice before its thread is interrupted
 */
public record TaskSettings(
        Duration pollInterval,
        Duration activePollInterval,
        Duration activeTime,
        int maxWaitingTasks,
        Duration abortGrace) {

    /**
     * Checks the ranges.
     *
     * @param pollInterval time from the start of one poll to the next while nothing happens; a finished task polls at once
     * @param activePollInterval the same while a session is active; never longer than {@code pollInterval}
     * @param activeTime how long after a task came or ended a session counts as active
     * @param maxWaitingTasks how many tasks may wait for a free lane; beyond it a task is answered FAILED, {@code busy}
     * @param abortGrace how long an aborted callback may take to notice before its thread is interrupted
     */
    public TaskSettings {
        pollInterval = Durations.requirePositive("pollInterval", pollInterval);
        activePollInterval = Durations.requirePositive("activePollInterval", activePollInterval);
        activeTime = Durations.requirePositive("activeTime", activeTime);
        abortGrace = Durations.requirePositive("abortGrace", abortGrace);
        if (maxWaitingTasks < 0) {
            throw new IllegalArgumentException("maxWaitingTasks is " + maxWaitingTasks + "; it must not be negative");
        }
        if (activePollInterval.compareTo(pollInterval) > 0) {
            activePollInterval = pollInterval;
        }
    }

    /**
     * A poll every 5 s as the reference client, every 250 ms for 60 s after a task came or ended; 256 waiting tasks; 5 s of grace.
     *
     * @return the defaults
     */
    public static TaskSettings defaults() {
        return new TaskSettings(
                Duration.ofSeconds(5), Duration.ofMillis(250), Duration.ofSeconds(60), 256, Duration.ofSeconds(5));
    }

    /**
     * These settings with another poll interval.
     *
     * @param value the interval while nothing happens
     * @return the changed copy
     */
    public TaskSettings withPollInterval(Duration value) {
        return new TaskSettings(value, activePollInterval, activeTime, maxWaitingTasks, abortGrace);
    }

    /**
     * These settings with another poll interval for active sessions.
     *
     * @param value the interval
     * @return the changed copy
     */
    public TaskSettings withActivePollInterval(Duration value) {
        return new TaskSettings(pollInterval, value, activeTime, maxWaitingTasks, abortGrace);
    }

    /**
     * These settings with another time that a session counts as active.
     *
     * @param value how long after a task came or ended
     * @return the changed copy
     */
    public TaskSettings withActiveTime(Duration value) {
        return new TaskSettings(pollInterval, activePollInterval, value, maxWaitingTasks, abortGrace);
    }

    /**
     * These settings with another limit of waiting tasks.
     *
     * @param value the limit
     * @return the changed copy
     */
    public TaskSettings withMaxWaitingTasks(int value) {
        return new TaskSettings(pollInterval, activePollInterval, activeTime, value, abortGrace);
    }

    /**
     * These settings with another grace for aborted callbacks.
     *
     * @param value the grace
     * @return the changed copy
     */
    public TaskSettings withAbortGrace(Duration value) {
        return new TaskSettings(pollInterval, activePollInterval, activeTime, maxWaitingTasks, value);
    }
}
