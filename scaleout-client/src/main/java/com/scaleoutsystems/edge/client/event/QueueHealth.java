package com.scaleoutsystems.edge.client.event;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits in a priority class. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class QueueHealth {

    private final Values values;

    private QueueHealth(Values values) {
        this.values = values;
    }

    private QueueHealth changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new QueueHealth(copy);
    }

    /** The values. A queue health never changes the object that it was made with. */
    private static final class Values {

        final long records;
        final long bytes;

        @Nullable
        Duration oldestAge;

        Values(long records, long bytes) {
            this.records = records;
            this.bytes = bytes;
        }

        Values(Values other) {
            records = other.records;
            bytes = other.bytes;
            oldestAge = other.oldestAge;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("records", records)
                    .with("bytes", bytes)
                    .with("oldestAge", oldestAge);
        }
    }

    /**
     * A queue whose oldest record has no age.
     *
     * @param records how many records wait or are on their way
     * @param bytes about how many bytes they take
     * @return the health of the queue
     */
    public static QueueHealth of(long records, long bytes) {
        return new QueueHealth(new Values(records, bytes));
    }

    /**
     * How many records wait or are on their way.
     *
     * @return the number
     */
    public long records() {
        return values.records;
    }

    /**
     * About how many bytes they take.
     *
     * @return the number of bytes
     */
    public long bytes() {
        return values.bytes;
    }

    /**
     * How long ago the oldest of them was logged.
     *
     * @return the age, if there is a record
     */
    public Optional<Duration> oldestAge() {
        return Optional.ofNullable(values.oldestAge);
    }

    /**
     * Changes the age of the oldest record.
     *
     * @param value how long ago it was logged
     * @return the changed copy
     */
    public QueueHealth withOldestAge(Duration value) {
        return changed(copy -> copy.oldestAge = Objects.requireNonNull(value, "oldestAge"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QueueHealth that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "QueueHealth" + values.named();
    }
}
