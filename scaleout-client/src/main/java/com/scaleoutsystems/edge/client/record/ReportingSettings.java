package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a client reports. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class ReportingSettings {

    private static final ReportingSettings DEFAULTS = new ReportingSettings(new Values());

    private final Values values;

    private ReportingSettings(Values values) {
        this.values = values;
    }

    private ReportingSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new ReportingSettings(copy);
    }

    /** The values with their defaults. An object of settings never changes the object that it was made with. */
    private static final class Values {

        boolean heartbeats = true;
        Duration heartbeatInterval = Duration.ofSeconds(2);
        int maxQueuedRecords = 100_000;
        long maxQueuedBytes = 64L << 20;
        List<PriorityClass> priorityClasses = PriorityClass.defaults();
        boolean taskStatuses = true;
        boolean nodeTelemetry = true;
        boolean legacyTelemetry = false;
        OptionalInt maxRecordsPerSecond = OptionalInt.empty();

        Values() {}

        Values(Values other) {
            heartbeats = other.heartbeats;
            heartbeatInterval = other.heartbeatInterval;
            maxQueuedRecords = other.maxQueuedRecords;
            maxQueuedBytes = other.maxQueuedBytes;
            priorityClasses = other.priorityClasses;
            taskStatuses = other.taskStatuses;
            nodeTelemetry = other.nodeTelemetry;
            legacyTelemetry = other.legacyTelemetry;
            maxRecordsPerSecond = other.maxRecordsPerSecond;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("heartbeats", heartbeats)
                    .with("heartbeatInterval", heartbeatInterval)
                    .with("maxQueuedRecords", maxQueuedRecords)
                    .with("maxQueuedBytes", maxQueuedBytes)
                    .with("priorityClasses", priorityClasses)
                    .with("taskStatuses", taskStatuses)
                    .with("nodeTelemetry", nodeTelemetry)
                    .with("legacyTelemetry", legacyTelemetry)
                    .with("maxRecordsPerSecond", maxRecordsPerSecond);
        }
    }

    /**
     * A heartbeat every 2 s and the priority classes of the reference client, 100,000 queued records of 64 MiB, status lines and node
     * telemetry on, records as fast as the network carries them.
     *
     * @return the defaults
     */
    public static ReportingSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Whether the client tells the combiner by heartbeats that it lives. Without them, polls alone show how well it can be reached.
     *
     * @return true if it does
     */
    public boolean heartbeats() {
        return values.heartbeats;
    }

    /**
     * Turns heartbeats on or off.
     *
     * @param value whether the client sends them
     * @return the changed copy
     */
    public ReportingSettings withHeartbeats(boolean value) {
        return changed(copy -> copy.heartbeats = value);
    }

    /**
     * The pause between heartbeats.
     *
     * @return the interval
     */
    public Duration heartbeatInterval() {
        return values.heartbeatInterval;
    }

    /**
     * Changes the heartbeat interval.
     *
     * @param value the pause between heartbeats
     * @return the changed copy
     */
    public ReportingSettings withHeartbeatInterval(Duration value) {
        return changed(copy -> copy.heartbeatInterval = Durations.requirePositive("heartbeatInterval", value));
    }

    /**
     * How many records may wait for the server. The client drops further ones, except results of tasks.
     *
     * @return the limit
     */
    public int maxQueuedRecords() {
        return values.maxQueuedRecords;
    }

    /**
     * Changes the limit of queued records.
     *
     * @param value at least 1
     * @return the changed copy
     */
    public ReportingSettings withMaxQueuedRecords(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxQueuedRecords is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.maxQueuedRecords = value);
    }

    /**
     * About how many bytes the waiting records may take. The client drops further ones, except results of tasks.
     *
     * @return the limit
     */
    public long maxQueuedBytes() {
        return values.maxQueuedBytes;
    }

    /**
     * Changes the limit of queued bytes.
     *
     * @param value at least 1
     * @return the changed copy
     */
    public ReportingSettings withMaxQueuedBytes(long value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxQueuedBytes is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.maxQueuedBytes = value);
    }

    /**
     * What the client sends first, and the bounds of each class.
     *
     * @return the classes
     */
    public List<PriorityClass> priorityClasses() {
        return values.priorityClasses;
    }

    /**
     * Changes the priority classes.
     *
     * @param value the classes; records that name none of them have the lowest priority
     * @return the changed copy
     */
    public ReportingSettings withPriorityClasses(List<PriorityClass> value) {
        List<PriorityClass> classes = List.copyOf(value);
        Set<String> names = new HashSet<>(Set.of(PriorityClass.DEFAULT));
        for (PriorityClass one : classes) {
            if (!names.add(one.name())) {
                throw new IllegalArgumentException("there are two priority classes " + one.name());
            }
        }
        return changed(copy -> copy.priorityClasses = classes);
    }

    /**
     * Whether the client sends status lines at the start and the end of training and validation.
     *
     * @return true if it does
     */
    public boolean taskStatuses() {
        return values.taskStatuses;
    }

    /**
     * Turns status lines on or off.
     *
     * @param value whether the client sends them
     * @return the changed copy
     */
    public ReportingSettings withTaskStatuses(boolean value) {
        return changed(copy -> copy.taskStatuses = value);
    }

    /**
     * Whether the client logs memory and CPU use as telemetry every 5 s, every 30 s while the link is bad.
     *
     * @return true if it does
     */
    public boolean nodeTelemetry() {
        return values.nodeTelemetry;
    }

    /**
     * Turns node telemetry on or off.
     *
     * @param value whether the client logs it
     * @return the changed copy
     */
    public ReportingSettings withNodeTelemetry(boolean value) {
        return changed(copy -> copy.nodeTelemetry = value);
    }

    /**
     * Whether the client sends telemetry by calls that carry only numbers, for servers without record streams.
     *
     * @return true if it does
     */
    public boolean legacyTelemetry() {
        return values.legacyTelemetry;
    }

    /**
     * Changes how the client sends telemetry.
     *
     * @param value true for calls that carry only numbers, false for streams
     * @return the changed copy
     */
    public ReportingSettings withLegacyTelemetry(boolean value) {
        return changed(copy -> copy.legacyTelemetry = value);
    }

    /**
     * How many records the client sends in a second, at most.
     *
     * @return the limit; empty if there is none
     */
    public OptionalInt maxRecordsPerSecond() {
        return values.maxRecordsPerSecond;
    }

    /**
     * Limits how many records the client sends in a second, so that the records of a long outage do not flood the combiner or the network
     * when it ends. The limit holds for all kinds of records together, and for repeated attempts, too. Records leave evenly: at most a
     * twentieth of a second's records leave at once. Results of tasks count, but go first: none of them waits for other records. The limit
     * also holds while the client flushes or closes; what it has no time for stays in the state directory.
     *
     * <p>If the program logs more than the limit for a long time, records wait until the bounds of their classes drop some.
     *
     * @param value records a second, at least 1
     * @return the changed copy
     */
    public ReportingSettings withMaxRecordsPerSecond(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxRecordsPerSecond is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.maxRecordsPerSecond = OptionalInt.of(value));
    }

    /**
     * Lets records leave as fast as the network carries them.
     *
     * @return the changed copy
     */
    public ReportingSettings withoutMaxRecordsPerSecond() {
        return changed(copy -> copy.maxRecordsPerSecond = OptionalInt.empty());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReportingSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "ReportingSettings" + values.named();
    }
}
