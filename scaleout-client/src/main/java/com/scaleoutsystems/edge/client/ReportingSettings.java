package com.scaleoutsystems.edge.client;

import java.time.Duration;

/**
 * How a client reports.
 *
 * @param heartbeatInterval pause between heartbeats
 * @param maxQueuedRecords how many records may wait to be sent; further ones are dropped, model updates and validations
 *     excepted
 * @param taskStatuses whether status lines tell of the start and end of training and validation
 */
public record ReportingSettings(Duration heartbeatInterval, int maxQueuedRecords, boolean taskStatuses) {

    /**
     * Checks the ranges.
     *
     * @param heartbeatInterval pause between heartbeats
     * @param maxQueuedRecords how many records may wait to be sent; further ones are dropped, model updates and validations excepted
     * @param taskStatuses whether status lines tell of the start and end of training and validation
     */
    public ReportingSettings {
        heartbeatInterval = Durations.requirePositive("heartbeatInterval", heartbeatInterval);
        if (maxQueuedRecords < 1) {
            throw new IllegalArgumentException("maxQueuedRecords is " + maxQueuedRecords + "; it must be at least 1");
        }
    }

    /**
     * A heartbeat every 2 s as the reference client, 100,000 queued records, status lines on.
     *
     * @return the defaults
     */
    public static ReportingSettings defaults() {
        return new ReportingSettings(Duration.ofSeconds(2), 100_000, true);
    }

    /**
     * These settings with another heartbeat interval.
     *
     * @param value the interval
     * @return the changed copy
     */
    public ReportingSettings withHeartbeatInterval(Duration value) {
        return new ReportingSettings(value, maxQueuedRecords, taskStatuses);
    }

    /**
     * These settings with another limit of queued records.
     *
     * @param value the limit
     * @return the changed copy
     */
    public ReportingSettings withMaxQueuedRecords(int value) {
        return new ReportingSettings(heartbeatInterval, value, taskStatuses);
    }

    /**
     * These settings with status lines on or off.
     *
     * @param value whether to send them
     * @return the changed copy
     */
    public ReportingSettings withTaskStatuses(boolean value) {
        return new ReportingSettings(heartbeatInterval, maxQueuedRecords, value);
    }
}
