package com.scaleoutsystems.edge.client;

import java.time.Duration;

/**
 * How tasks are taken and run.
 *
 * @param pollInterval time from the start of one poll to the next while nothing happens; a finished task polls at once
 * @param maxWaitingTasks how many tasks may wait for a free lane; beyond it a task is answered FAILED, {@code busy}
 * @param abortGrace how long an aborted callback may take to notice before its thread is interrupted
 */
public record TaskSettings(Duration pollInterval, int maxWaitingTasks, Duration abortGrace) {

    /** Checks the ranges. */
    public TaskSettings {
        Durations.requirePositive("pollInterval", pollInterval);
        Durations.requirePositive("abortGrace", abortGrace);
        if (maxWaitingTasks < 0) {
            throw new IllegalArgumentException("maxWaitingTasks is " + maxWaitingTasks + "; it must not be negative");
        }
    }

    /** A poll every 5 s as the reference client, 256 waiting tasks, 5 s of grace. */
    public static TaskSettings defaults() {
        return new TaskSettings(Duration.ofSeconds(5), 256, Duration.ofSeconds(5));
    }

    /**
     * These settings with another poll interval.
     *
     * @param value the interval
     */
    public TaskSettings withPollInterval(Duration value) {
        return new TaskSettings(value, maxWaitingTasks, abortGrace);
    }

    /**
     * These settings with another limit of waiting tasks.
     *
     * @param value the limit
     */
    public TaskSettings withMaxWaitingTasks(int value) {
        return new TaskSettings(pollInterval, value, abortGrace);
    }

    /**
     * These settings with another grace for aborted callbacks.
     *
     * @param value the grace
     */
    public TaskSettings withAbortGrace(Duration value) {
        return new TaskSettings(pollInterval, maxWaitingTasks, value);
    }
}
