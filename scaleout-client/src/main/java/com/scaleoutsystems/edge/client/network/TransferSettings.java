package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the client transfers models. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class TransferSettings {

    private static final TransferSettings DEFAULTS = new TransferSettings(new Values());

    /** Less would let a chunk take so long that servers and proxies give the transfer up. */
    private static final long LOWEST_RATE = 16 << 10;

    private final Values values;

    private TransferSettings(Values values) {
        this.values = values;
    }

    private TransferSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new TransferSettings(copy);
    }

    /** The values with their defaults. An object of settings never changes the object that it was made with. */
    private static final class Values {

        int chunkSize = 1 << 20;
        Duration idleTimeout = Duration.ofSeconds(60);
        Duration answerTimeout = Duration.ofMinutes(5);
        RetryPolicy retry = RetryPolicy.defaults();
        OptionalLong maxBytesPerSecond = OptionalLong.empty();

        Values() {}

        Values(Values other) {
            chunkSize = other.chunkSize;
            idleTimeout = other.idleTimeout;
            answerTimeout = other.answerTimeout;
            retry = other.retry;
            maxBytesPerSecond = other.maxBytesPerSecond;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("chunkSize", chunkSize)
                    .with("idleTimeout", idleTimeout)
                    .with("answerTimeout", answerTimeout)
                    .with("retry", retry)
                    .with("maxBytesPerSecond", maxBytesPerSecond);
        }
    }

    /**
     * Chunks of 1 MiB as in the reference client, 60 s without progress, 5 minutes for the answer to an upload, five attempts, as many
     * bytes a second as the network carries.
     *
     * @return the defaults
     */
    public static TransferSettings defaults() {
        return DEFAULTS;
    }

    /**
     * How many bytes one chunk of an upload has.
     *
     * @return 1 to 4,000,000
     */
    public int chunkSize() {
        return values.chunkSize;
    }

    /**
     * Changes the chunk size.
     *
     * @param value bytes in one chunk of an upload, 1 to 4,000,000
     * @return the changed copy
     */
    public TransferSettings withChunkSize(int value) {
        if (value < 1 || value > 4_000_000) {
            throw new IllegalArgumentException("chunkSize is " + value + "; expected 1 to 4000000");
        }
        return changed(copy -> copy.chunkSize = value);
    }

    /**
     * How long a transfer may make no progress. After this time the client gives up the attempt and tries again.
     *
     * @return the longest time without progress
     */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /**
     * Changes the idle timeout.
     *
     * @param value the longest time without progress
     * @return the changed copy
     */
    public TransferSettings withIdleTimeout(Duration value) {
        return changed(copy -> copy.idleTimeout = Durations.requirePositive("idleTimeout", value));
    }

    /**
     * How long the combiner may take to store a model after it has received all of it.
     *
     * @return the longest time
     */
    public Duration answerTimeout() {
        return values.answerTimeout;
    }

    /**
     * Changes the time that the combiner has to store a model.
     *
     * @param value the longest time
     * @return the changed copy
     */
    public TransferSettings withAnswerTimeout(Duration value) {
        return changed(copy -> copy.answerTimeout = Durations.requirePositive("answerTimeout", value));
    }

    /**
     * How often the client tries a download. It waits out faults of the network for ten minutes, however many attempts that takes. It
     * repeats an upload until the combiner is reachable.
     *
     * @return the policy
     */
    public RetryPolicy retry() {
        return values.retry;
    }

    /**
     * Changes the retry policy of downloads.
     *
     * @param value how often the client tries a download
     * @return the changed copy
     */
    public TransferSettings withRetry(RetryPolicy value) {
        return changed(copy -> copy.retry = Objects.requireNonNull(value, "retry"));
    }

    /**
     * How many bytes of models the client sends and receives in a second, at most. The limit holds for all uploads and downloads of the
     * client together.
     *
     * @return the limit; empty if the network alone decides
     */
    public OptionalLong maxBytesPerSecond() {
        return values.maxBytesPerSecond;
    }

    /**
     * Limits the bandwidth of model transfers, for example on a metered link. The limit holds for all uploads and downloads of the client
     * together, and their bytes flow evenly: a download may begin with a quarter of a second's bytes at once, or with 16 KiB if that is
     * more. Calls that transfer no model are neither limited nor delayed. A transfer that waits for its turn counts as making progress.
     *
     * <p>The limit counts the bytes of models. What TLS, HTTP/2 and TCP add comes on top. With a limit, the chunks of an upload may be
     * smaller than {@link #chunkSize()}.
     *
     * @param value bytes a second, at least 16,384
     * @return the changed copy
     */
    public TransferSettings withMaxBytesPerSecond(long value) {
        if (value < LOWEST_RATE) {
            throw new IllegalArgumentException(
                    "maxBytesPerSecond is " + value + "; it must be at least " + LOWEST_RATE);
        }
        return changed(copy -> copy.maxBytesPerSecond = OptionalLong.of(value));
    }

    /**
     * Lets the network alone decide how fast models are transferred.
     *
     * @return the changed copy
     */
    public TransferSettings withoutMaxBytesPerSecond() {
        return changed(copy -> copy.maxBytesPerSecond = OptionalLong.empty());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TransferSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "TransferSettings" + values.named();
    }
}
