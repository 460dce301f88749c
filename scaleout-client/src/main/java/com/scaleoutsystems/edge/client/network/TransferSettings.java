package com.scaleoutsystems.edge.client.network;

import com.scaleoutsystems.edge.client.internal.check.Durations;
import java.time.Duration;

/**
 * How models are transferred.
 *
 * @param chunkSize bytes in one chunk of an upload, 1 to 4,000,000
 * @param idleTimeout how long a transfer may stand still before it is given up and tried again
 * @param answerTimeout how long the combiner may take to store a model once it has all of it
 * @param retry how often a download is tried; an upload is repeated for as long as the combiner cannot be reached
 */
public record TransferSettings(int chunkSize, Duration idleTimeout, Duration answerTimeout, RetryPolicy retry) {

    /**
     * Checks the ranges.
     *
     * @param chunkSize bytes in one chunk of an upload, 1 to 4,000,000
     * @param idleTimeout how long a transfer may stand still before it is given up and tried again
     * @param answerTimeout how long the combiner may take to store a model once it has all of it
     * @param retry how often a download is tried; an upload is repeated for as long as the combiner cannot be reached
     */
    public TransferSettings {
        if (chunkSize < 1 || chunkSize > 4_000_000) {
            throw new IllegalArgumentException("chunkSize is " + chunkSize + "; expected 1 to 4000000");
        }
        idleTimeout = Durations.requirePositive("idleTimeout", idleTimeout);
        answerTimeout = Durations.requirePositive("answerTimeout", answerTimeout);
    }

    /**
     * Chunks of 1 MiB as the reference client, 60 s of standstill, 5 minutes for the answer to an upload, five attempts.
     *
     * @return the defaults
     */
    public static TransferSettings defaults() {
        return new TransferSettings(1 << 20, Duration.ofSeconds(60), Duration.ofMinutes(5), RetryPolicy.defaults());
    }

    /**
     * These settings with another chunk size.
     *
     * @param value bytes in one chunk
     * @return the changed copy
     */
    public TransferSettings withChunkSize(int value) {
        return new TransferSettings(value, idleTimeout, answerTimeout, retry);
    }

    /**
     * These settings with another idle timeout.
     *
     * @param value the longest standstill
     * @return the changed copy
     */
    public TransferSettings withIdleTimeout(Duration value) {
        return new TransferSettings(chunkSize, value, answerTimeout, retry);
    }

    /**
     * These settings with another time for the answer to an upload.
     *
     * @param value how long the combiner may take
     * @return the changed copy
     */
    public TransferSettings withAnswerTimeout(Duration value) {
        return new TransferSettings(chunkSize, idleTimeout, value, retry);
    }

    /**
     * These settings with another retry policy.
     *
     * @param value how often a download is tried
     * @return the changed copy
     */
    public TransferSettings withRetry(RetryPolicy value) {
        return new TransferSettings(chunkSize, idleTimeout, answerTimeout, value);
    }
}
