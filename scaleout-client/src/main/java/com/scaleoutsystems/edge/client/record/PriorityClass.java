package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A class of records that are sent with the same priority and share bounds. The classes, priorities and orders by default are those of the reference
 * client; the bounds are not, for it has none.
 *
 * <p>Results of tasks are never dropped because a class is full.
 *
 * @param name what records name it by
 * @param priority records of a higher one are sent first
 * @param order in which its records are sent
 * @param maxRecords how many of its records may wait
 * @param maxBytes how many bytes they may take on the disk or in memory
 * @param maxAge records that could not be sent for so long are dropped as {@link DropReason#EXPIRED}
 * @param dropsOldest what happens when it is full: true, and the oldest records make room for new ones, whether stored or not;
 *     false, and new ones are dropped, so that every record that was stored stays
 * @param demotion when its records move to another class
 */
public record PriorityClass(
        String name,
        int priority,
        SendOrder order,
        int maxRecords,
        long maxBytes,
        Duration maxAge,
        boolean dropsOldest,
        Optional<Demotion> demotion) {

    /** What must be known at once. */
    public static final String ALERT = "alert";
    /** Model updates. */
    public static final String MODEL_UPDATE = "model_update";
    /** Measurements, the latest first; those older than 5 minutes move to the backlog. */
    public static final String TELEMETRY = "telemetry";
    /** Results of inference, the latest first; those older than 5 minutes move to the backlog. */
    public static final String INFERENCE = "inference";
    /** Validations, predictions, metrics, attributes, status lines. */
    public static final String ARTIFACT = "artifact";
    /** What has become old. */
    public static final String BACKLOG = "backlog";
    /** The class of records that name one which is not there. It always exists, with priority 0. */
    public static final String DEFAULT = "__default__";

    private static final int MAX_RECORDS = 100_000;
    private static final long MAX_BYTES = 64L << 20;
    private static final Duration MAX_AGE = Duration.ofDays(7);
    private static final Duration STALE = Duration.ofMinutes(5);

    /**
     * When records move on.
     *
     * @param age how old the record that would be sent next must be
     * @param to the class that it moves to
     */
    public record Demotion(Duration age, String to) {

        /**
         * Checks the age.
         *
         * @param age how old the record that would be sent next must be
         * @param to the class that it moves to
         */
        public Demotion {
            age = Durations.requirePositive("age", age);
            Objects.requireNonNull(to, "to");
        }
    }

    /**
     * Checks the ranges.
     *
     * @param name what records name it by
     * @param priority records of a higher one are sent first
     * @param order in which its records are sent
     * @param maxRecords how many of its records may wait
     * @param maxBytes how many bytes they may take on the disk or in memory
     * @param maxAge records that could not be sent for so long are dropped
     * @param dropsOldest whether the oldest records make room for new ones when it is full
     * @param demotion when its records move to another class
     */
    public PriorityClass {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a priority class needs a name");
        }
        Objects.requireNonNull(order, "order");
        if (maxRecords < 1) {
            throw new IllegalArgumentException(
                    "maxRecords of " + name + " is " + maxRecords + "; it must be at least 1");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes of " + name + " is " + maxBytes + "; it must be at least 1");
        }
        maxAge = Durations.requirePositive("maxAge", maxAge);
        Objects.requireNonNull(demotion, "demotion");
    }

    /**
     * A class whose records are sent as they were logged: at most 100,000 records and 64 MiB, for 7 days; new ones are dropped when it is full.
     *
     * @param name what records name it by
     * @param priority records of a higher one are sent first
     * @return the class
     */
    public static PriorityClass of(String name, int priority) {
        return new PriorityClass(
                name, priority, SendOrder.OLDEST_FIRST, MAX_RECORDS, MAX_BYTES, MAX_AGE, false, Optional.empty());
    }

    /**
     * The reference client's classes: {@value #ALERT} 80, {@value #MODEL_UPDATE} 70, {@value #TELEMETRY} 40, {@value #INFERENCE} 30,
     * {@value #ARTIFACT} 20, {@value #BACKLOG} 10.
     *
     * @return the classes
     */
    public static List<PriorityClass> defaults() {
        return List.of(
                of(ALERT, 80),
                of(MODEL_UPDATE, 70),
                of(TELEMETRY, 40).withOrder(SendOrder.NEWEST_FIRST).withDemotion(STALE, BACKLOG),
                of(INFERENCE, 30).withOrder(SendOrder.NEWEST_FIRST).withDemotion(STALE, BACKLOG),
                of(ARTIFACT, 20),
                of(BACKLOG, 10));
    }

    /**
     * This class with another order.
     *
     * @param value in which its records are sent
     * @return the changed copy
     */
    public PriorityClass withOrder(SendOrder value) {
        return new PriorityClass(name, priority, value, maxRecords, maxBytes, maxAge, dropsOldest, demotion);
    }

    /**
     * This class with another number of records.
     *
     * @param value how many may wait
     * @return the changed copy
     */
    public PriorityClass withMaxRecords(int value) {
        return new PriorityClass(name, priority, order, value, maxBytes, maxAge, dropsOldest, demotion);
    }

    /**
     * This class with another size.
     *
     * @param value how many bytes its records may take
     * @return the changed copy
     */
    public PriorityClass withMaxBytes(long value) {
        return new PriorityClass(name, priority, order, maxRecords, value, maxAge, dropsOldest, demotion);
    }

    /**
     * This class with another age.
     *
     * @param value how old its records may become
     * @return the changed copy
     */
    public PriorityClass withMaxAge(Duration value) {
        return new PriorityClass(name, priority, order, maxRecords, maxBytes, value, dropsOldest, demotion);
    }

    /**
     * This class with another way of being full.
     *
     * @param value whether the oldest records make room for new ones
     * @return the changed copy
     */
    public PriorityClass withDropsOldest(boolean value) {
        return new PriorityClass(name, priority, order, maxRecords, maxBytes, maxAge, value, demotion);
    }

    /**
     * This class with a time after which records move to another class.
     *
     * @param age how old the record that would be sent next must be
     * @param to the class that it moves to
     * @return the changed copy
     */
    public PriorityClass withDemotion(Duration age, String to) {
        return new PriorityClass(
                name, priority, order, maxRecords, maxBytes, maxAge, dropsOldest, Optional.of(new Demotion(age, to)));
    }
}
