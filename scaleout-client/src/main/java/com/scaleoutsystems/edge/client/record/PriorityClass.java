package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A class of records that the client sends with the same priority and that share bounds. The default classes, priorities and orders are
 * those of the reference client. The bounds are not: it has none.
 *
 * <p>The client never drops a result of a task because its class is full.
 *
 * <p>Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class PriorityClass {

    /** Urgent records. */
    public static final String ALERT = "alert";
    /** Model updates. */
    public static final String MODEL_UPDATE = "model_update";
    /** Telemetry, newest first; records older than 5 minutes move to the backlog. */
    public static final String TELEMETRY = "telemetry";
    /** Inference results, newest first; records older than 5 minutes move to the backlog. */
    public static final String INFERENCE = "inference";
    /** Validations, predictions, metrics, attributes, status lines. */
    public static final String ARTIFACT = "artifact";
    /** Old records. */
    public static final String BACKLOG = "backlog";
    /** The class of records that name an unknown class. It always exists, with priority 0. */
    public static final String DEFAULT = "__default__";

    private static final Duration STALE = Duration.ofMinutes(5);

    private final Values values;

    private PriorityClass(Values values) {
        this.values = values;
    }

    private PriorityClass changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new PriorityClass(copy);
    }

    /** The values with their defaults. A class never changes the object that it was made with. */
    private static final class Values {

        final String name;
        final int priority;
        SendOrder order = SendOrder.OLDEST_FIRST;
        int maxRecords = 100_000;
        long maxBytes = 64L << 20;
        Duration maxAge = Duration.ofDays(7);
        boolean dropsOldest = false;

        @Nullable
        Demotion demotion;

        Values(String name, int priority) {
            this.name = name;
            this.priority = priority;
        }

        Values(Values other) {
            name = other.name;
            priority = other.priority;
            order = other.order;
            maxRecords = other.maxRecords;
            maxBytes = other.maxBytes;
            maxAge = other.maxAge;
            dropsOldest = other.dropsOldest;
            demotion = other.demotion;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("name", name)
                    .with("priority", priority)
                    .with("order", order)
                    .with("maxRecords", maxRecords)
                    .with("maxBytes", maxBytes)
                    .with("maxAge", maxAge)
                    .with("dropsOldest", dropsOldest)
                    .with("demotion", demotion);
        }
    }

    /**
     * A class whose records are sent as they were logged: at most 100,000 records and 64 MiB, for 7 days; when it is full, the client drops
     * new ones.
     *
     * @param name the name by which records name it, not blank
     * @param priority the priority; the client sends records of a higher priority first
     * @return the class
     */
    public static PriorityClass of(String name, int priority) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a priority class needs a name");
        }
        return new PriorityClass(new Values(name, priority));
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
     * The name by which records name the class.
     *
     * @return the name
     */
    public String name() {
        return values.name;
    }

    /**
     * The priority. The client sends records of a higher one first.
     *
     * @return the priority
     */
    public int priority() {
        return values.priority;
    }

    /**
     * The order in which the client sends the records.
     *
     * @return the order
     */
    public SendOrder order() {
        return values.order;
    }

    /**
     * Changes the order.
     *
     * @param value the order in which the client sends the records
     * @return the changed copy
     */
    public PriorityClass withOrder(SendOrder value) {
        return changed(copy -> copy.order = Objects.requireNonNull(value, "order"));
    }

    /**
     * How many records of the class may wait.
     *
     * @return the limit
     */
    public int maxRecords() {
        return values.maxRecords;
    }

    /**
     * Changes the number of records.
     *
     * @param value how many may wait, at least 1
     * @return the changed copy
     */
    public PriorityClass withMaxRecords(int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "maxRecords of " + values.name + " is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.maxRecords = value);
    }

    /**
     * How many bytes the records may take, on the disk or in memory.
     *
     * @return the limit
     */
    public long maxBytes() {
        return values.maxBytes;
    }

    /**
     * Changes the size.
     *
     * @param value how many bytes the records may take, at least 1
     * @return the changed copy
     */
    public PriorityClass withMaxBytes(long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "maxBytes of " + values.name + " is " + value + "; it must be at least 1");
        }
        return changed(copy -> copy.maxBytes = value);
    }

    /**
     * How old a record may become before the client drops it as {@link DropReason#EXPIRED}.
     *
     * @return the longest age
     */
    public Duration maxAge() {
        return values.maxAge;
    }

    /**
     * Changes the longest age.
     *
     * @param value how old a record may become
     * @return the changed copy
     */
    public PriorityClass withMaxAge(Duration value) {
        return changed(copy -> copy.maxAge = Durations.requirePositive("maxAge", value));
    }

    /**
     * What happens when the class is full.
     *
     * @return true if the client drops the oldest records for new ones, stored ones included; false if it drops new ones, so that every
     *     stored record stays
     */
    public boolean dropsOldest() {
        return values.dropsOldest;
    }

    /**
     * Changes what happens when the class is full.
     *
     * @param value whether the client drops the oldest records
     * @return the changed copy
     */
    public PriorityClass withDropsOldest(boolean value) {
        return changed(copy -> copy.dropsOldest = value);
    }

    /**
     * When records move to another class.
     *
     * @return the rule, if records move
     */
    public Optional<Demotion> demotion() {
        return Optional.ofNullable(values.demotion);
    }

    /**
     * Keeps all records in this class.
     *
     * @return the changed copy
     */
    public PriorityClass withoutDemotion() {
        return changed(copy -> copy.demotion = null);
    }

    /**
     * Moves records to another class after some time.
     *
     * @param age how old the record that the client would send next must be
     * @param to the class that it moves to
     * @return the changed copy
     */
    public PriorityClass withDemotion(Duration age, String to) {
        Demotion demotion = new Demotion(age, to);
        return changed(copy -> copy.demotion = demotion);
    }

    /** When records move to another class. */
    public static final class Demotion {

        private final Duration age;
        private final String to;

        private Demotion(Duration age, String to) {
            this.age = Durations.requirePositive("age", age);
            this.to = Objects.requireNonNull(to, "to");
        }

        /**
         * How old the record that the client would send next must be.
         *
         * @return the age
         */
        public Duration age() {
            return age;
        }

        /**
         * The class that the record moves to.
         *
         * @return the name of the class
         */
        public String to() {
            return to;
        }

        private NamedValues named() {
            return new NamedValues().with("age", age).with("to", to);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Demotion that && named().equals(that.named());
        }

        @Override
        public int hashCode() {
            return named().hashCode();
        }

        @Override
        public String toString() {
            return "Demotion" + named();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PriorityClass that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "PriorityClass" + values.named();
    }
}
