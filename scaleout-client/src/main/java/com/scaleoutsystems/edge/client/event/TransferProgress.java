package com.scaleoutsystems.edge.client.event;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a transfer. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TransferProgress {

    private final Values values;

    private TransferProgress(Values values) {
        this.values = values;
    }

    private TransferProgress changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TransferProgress(copy);
    }

    /** The values. A progress never changes the object that it was made with. */
    private static final class Values {

        final TransferDirection direction;
        final String modelId;
        final long bytes;

        @Nullable
        Long totalBytes;

        final Duration elapsed;

        Values(TransferDirection direction, String modelId, long bytes, Duration elapsed) {
            this.direction = direction;
            this.modelId = modelId;
            this.bytes = bytes;
            this.elapsed = elapsed;
        }

        Values(Values other) {
            direction = other.direction;
            modelId = other.modelId;
            bytes = other.bytes;
            totalBytes = other.totalBytes;
            elapsed = other.elapsed;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("direction", direction)
                    .with("modelId", modelId)
                    .with("bytes", bytes)
                    .with("totalBytes", totalBytes)
                    .with("elapsed", elapsed);
        }
    }

    /**
     * The progress of a transfer whose size is unknown.
     *
     * @param direction the direction
     * @param modelId the model
     * @param bytes how much has been moved
     * @param elapsed the time since the transfer began
     * @return the progress
     */
    public static TransferProgress of(TransferDirection direction, String modelId, long bytes, Duration elapsed) {
        return new TransferProgress(new Values(
                Objects.requireNonNull(direction, "direction"),
                Objects.requireNonNull(modelId, "modelId"),
                bytes,
                Objects.requireNonNull(elapsed, "elapsed")));
    }

    /**
     * The direction of the transfer.
     *
     * @return the direction
     */
    public TransferDirection direction() {
        return values.direction;
    }

    /**
     * Which model it is.
     *
     * @return the model's id
     */
    public String modelId() {
        return values.modelId;
    }

    /**
     * How much has been moved.
     *
     * @return the number of bytes
     */
    public long bytes() {
        return values.bytes;
    }

    /**
     * The model's size. It is empty for downloads: the combiner does not announce it.
     *
     * @return the number of bytes, if it is known
     */
    public OptionalLong totalBytes() {
        return values.totalBytes == null ? OptionalLong.empty() : OptionalLong.of(values.totalBytes);
    }

    /**
     * Sets the model's size.
     *
     * @param value the number of bytes
     * @return the changed copy
     */
    public TransferProgress withTotalBytes(long value) {
        return changed(copy -> copy.totalBytes = value);
    }

    /**
     * The time since the transfer began.
     *
     * @return the time
     */
    public Duration elapsed() {
        return values.elapsed;
    }

    /**
     * The mean rate so far; 0 when no time has passed.
     *
     * @return bytes a second
     */
    public double bytesPerSecond() {
        double seconds = values.elapsed.toNanos() / 1e9;
        return seconds > 0 ? values.bytes / seconds : 0;
    }

    /**
     * How long the rest takes at the mean rate so far. It is empty if the size or the rate is unknown.
     *
     * @return the time, if it is known
     */
    public Optional<Duration> remaining() {
        double rate = bytesPerSecond();
        Long total = values.totalBytes;
        return total == null || rate == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) ((total - values.bytes) / rate * 1e9)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TransferProgress that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TransferProgress" + values.named();
    }
}
