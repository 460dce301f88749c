package com.scaleoutsystems.edge.client.event;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a transfer has come.
 *
 * @param direction which way the model travels
 * @param modelId the model
 * @param bytes how much has been moved
 * @param totalBytes the model's size; empty for downloads, since the combiner does not tell it beforehand
 * @param elapsed since the transfer began
 */
public record TransferProgress(
        TransferDirection direction, String modelId, long bytes, OptionalLong totalBytes, Duration elapsed) {

    /**
     * The mean rate so far; 0 when no time has passed.
     *
     * @return bytes a second
     */
    public double bytesPerSecond() {
        double seconds = elapsed.toNanos() / 1e9;
        return seconds > 0 ? bytes / seconds : 0;
    }

    /**
     * How long the rest takes at the mean rate so far; empty when the size or the rate is not known.
     *
     * @return the time, if it can be told
     */
    public Optional<Duration> remaining() {
        double rate = bytesPerSecond();
        if (totalBytes.isEmpty() || rate == 0) {
            return Optional.empty();
        }
        double seconds = (totalBytes.getAsLong() - bytes) / rate;
        return Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
    }
}
