package com.scaleoutsystems.edge.client.record;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of records while {@link com.scaleoutsystems.edge.client.EdgeClient#flush} waited. Immutable: each {@code with…} method
 * returns a changed copy.
 *
 * @since 0.1.0
 */
public final class FlushResult {

    private final Values values;

    private FlushResult(Values values) {
        this.values = values;
    }

    private FlushResult changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new FlushResult(copy);
    }

    /** The values with their defaults. A result never changes the object that it was made with. */
    private static final class Values {

        final long sent;
        final long remaining;
        long rejected = 0;
        Map<DropReason, Long> dropped = Map.of();

        Values(long sent, long remaining) {
            this.sent = sent;
            this.remaining = remaining;
        }

        Values(Values other) {
            sent = other.sent;
            remaining = other.remaining;
            rejected = other.rejected;
            dropped = other.dropped;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("sent", sent)
                    .with("remaining", remaining)
                    .with("rejected", rejected)
                    .with("dropped", dropped);
        }
    }

    /**
     * A result without rejected or dropped records.
     *
     * @param sent how many the server has acknowledged
     * @param remaining how many remain
     * @return the result
     */
    public static FlushResult of(long sent, long remaining) {
        return new FlushResult(new Values(sent, remaining));
    }

    /**
     * How many records the server has acknowledged, including later ones.
     *
     * @return the number
     */
    public long sent() {
        return values.sent;
    }

    /**
     * How many of the records that were there at the beginning the client still has to send.
     *
     * @return the number
     */
    public long remaining() {
        return values.remaining;
    }

    /**
     * How many records the server has refused for good.
     *
     * @return the number
     */
    public long rejected() {
        return values.rejected;
    }

    /**
     * Changes the number of rejected records.
     *
     * @param value how many the server has refused for good
     * @return the changed copy
     */
    public FlushResult withRejected(long value) {
        return changed(copy -> copy.rejected = value);
    }

    /**
     * How many records the client has given up, by reason.
     *
     * @return the numbers; only reasons that were met
     */
    public Map<DropReason, Long> dropped() {
        return values.dropped;
    }

    /**
     * Changes the numbers of dropped records.
     *
     * @param value how many the client has given up, by reason
     * @return the changed copy
     */
    public FlushResult withDropped(Map<DropReason, Long> value) {
        Map<DropReason, Long> numbers = Map.copyOf(value);
        return changed(copy -> copy.dropped = numbers);
    }

    /**
     * Whether nothing remains.
     *
     * @return true if all records that were there at the beginning are settled
     */
    public boolean isComplete() {
        return values.remaining == 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FlushResult that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "FlushResult" + values.named();
    }
}
