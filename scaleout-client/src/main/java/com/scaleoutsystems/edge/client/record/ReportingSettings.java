package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a client reports.
 *
 * @param heartbeatInterval pause between heartbeats
 * @param maxQueuedRecords how many records may wait to be sent; further ones are dropped, results of tasks excepted
 * @param maxQueuedBytes how many bytes they may take, about; further ones are dropped, results of tasks excepted
 * @param priorityClasses what is sent first, and the bounds of each class
 * @param taskStatuses whether status lines tell of the start and end of training and validation
 * @param nodeTelemetry whether memory and CPU use are logged as telemetry every 5 s, every 30 s while the link is bad
 * @param legacyTelemetry whether telemetry is sent by calls that hold numbers only, as servers before record streams want it
 */
public record ReportingSettings(
        Duration heartbeatInterval,
        int maxQueuedRecords,
        long maxQueuedBytes,
        List<PriorityClass> priorityClasses,
        boolean taskStatuses,
        boolean nodeTelemetry,
        boolean legacyTelemetry) {

    private static final long DEFAULT_BYTES = 64L << 20;

    /**
     * Checks the ranges.
     *
     * @param heartbeatInterval pause between heartbeats
     * @param maxQueuedRecords how many records may wait to be sent; further ones are dropped, results of tasks excepted
     * @param maxQueuedBytes how many bytes they may take, about; further ones are dropped, results of tasks excepted
     * @param priorityClasses what is sent first, and the bounds of each class
     * @param taskStatuses whether status lines tell of the start and end of training and validation
     * @param nodeTelemetry whether memory and CPU use are logged as telemetry
     * @param legacyTelemetry whether telemetry is sent by calls that hold numbers only
     */
    public ReportingSettings {
        heartbeatInterval = Durations.requirePositive("heartbeatInterval", heartbeatInterval);
        if (maxQueuedRecords < 1) {
            throw new IllegalArgumentException("maxQueuedRecords is " + maxQueuedRecords + "; it must be at least 1");
        }
        if (maxQueuedBytes < 1) {
            throw new IllegalArgumentException("maxQueuedBytes is " + maxQueuedBytes + "; it must be at least 1");
        }
        priorityClasses = List.copyOf(priorityClasses);
        Set<String> names = new HashSet<>(Set.of(PriorityClass.DEFAULT));
        for (PriorityClass one : priorityClasses) {
            if (!names.add(one.name())) {
                throw new IllegalArgumentException("there are two priority classes " + one.name());
            }
        }
    }

    /**
     * A heartbeat every 2 s and the priority classes of the reference client, 100,000 queued records of 64 MiB, status lines and node
     * telemetry on.
     *
     * @return the defaults
     */
    public static ReportingSettings defaults() {
        return new ReportingSettings(
                Duration.ofSeconds(2), 100_000, DEFAULT_BYTES, PriorityClass.defaults(), true, true, false);
    }

    /**
     * These settings with another heartbeat interval.
     *
     * @param value the interval
     * @return the changed copy
     */
    public ReportingSettings withHeartbeatInterval(Duration value) {
        return new ReportingSettings(
                value, maxQueuedRecords, maxQueuedBytes, priorityClasses, taskStatuses, nodeTelemetry, legacyTelemetry);
    }

    /**
     * These settings with another limit of queued records.
     *
     * @param value the limit
     * @return the changed copy
     */
    public ReportingSettings withMaxQueuedRecords(int value) {
        return new ReportingSettings(
                heartbeatInterval,
                value,
                maxQueuedBytes,
                priorityClasses,
                taskStatuses,
                nodeTelemetry,
                legacyTelemetry);
    }

    /**
     * These settings with another limit of queued bytes.
     *
     * @param value the limit
     * @return the changed copy
     */
    public ReportingSettings withMaxQueuedBytes(long value) {
        return new ReportingSettings(
                heartbeatInterval,
                maxQueuedRecords,
                value,
                priorityClasses,
                taskStatuses,
                nodeTelemetry,
                legacyTelemetry);
    }

    /**
     * These settings with other priority classes.
     *
     * @param value the classes; records that name none of them have the lowest priority
     * @return the changed copy
     */
    public ReportingSettings withPriorityClasses(List<PriorityClass> value) {
        return new ReportingSettings(
                heartbeatInterval,
                maxQueuedRecords,
                maxQueuedBytes,
                value,
                taskStatuses,
                nodeTelemetry,
                legacyTelemetry);
    }

    /**
     * These settings with status lines on or off.
     *
     * @param value whether to send them
     * @return the changed copy
     */
    public ReportingSettings withTaskStatuses(boolean value) {
        return new ReportingSettings(
                heartbeatInterval,
                maxQueuedRecords,
                maxQueuedBytes,
                priorityClasses,
                value,
                nodeTelemetry,
                legacyTelemetry);
    }

    /**
     * These settings with node telemetry on or off.
     *
     * @param value whether to log it
     * @return the changed copy
     */
    public ReportingSettings withNodeTelemetry(boolean value) {
        return new ReportingSettings(
                heartbeatInterval,
                maxQueuedRecords,
                maxQueuedBytes,
                priorityClasses,
                taskStatuses,
                value,
                legacyTelemetry);
    }

    /**
     * These settings with telemetry by calls or by streams.
     *
     * @param value whether by calls that hold numbers only
     * @return the changed copy
     */
    public ReportingSettings withLegacyTelemetry(boolean value) {
        return new ReportingSettings(
                heartbeatInterval,
                maxQueuedRecords,
                maxQueuedBytes,
                priorityClasses,
                taskStatuses,
                nodeTelemetry,
                value);
    }
}
