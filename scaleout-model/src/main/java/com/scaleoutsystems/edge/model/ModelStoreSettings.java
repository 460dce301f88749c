package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/**
 * How much a {@link ModelStore} keeps, and for how long.
 *
 * @param maxBytes the size of all models together; the least recently used go first; default 2 GiB
 * @param maxAge how long a model stays after its last use; default 7 days
 * @param models how models are read; temporary files go to the store's own folder instead
 * @param clock tells the time that ages are counted by; default the system's clock
 */
public record ModelStoreSettings(long maxBytes, Duration maxAge, ModelSettings models, InstantSource clock) {
    /**
     * Checks the values.
     *
     * @param maxBytes see {@link #maxBytes()}; not negative
     * @param maxAge see {@link #maxAge()}; not negative
     * @param models see {@link #models()}
     * @param clock see {@link #clock()}
     */
    public ModelStoreSettings {
        Objects.requireNonNull(models, "models");
        Objects.requireNonNull(clock, "clock");
        if (maxBytes < 0 || maxAge.isNegative()) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "invalid_argument",
                    "maxBytes and maxAge must not be negative, but are " + maxBytes + " and " + maxAge);
        }
    }

    /**
     * Gives the settings that hold unless others are given.
     *
     * @return the default settings
     */
    public static ModelStoreSettings defaults() {
        return new ModelStoreSettings(2L << 30, Duration.ofDays(7), ModelSettings.defaults(), InstantSource.system());
    }

    /**
     * Changes {@link #maxBytes()}.
     *
     * @param value the new bound
     * @return a copy with it
     */
    public ModelStoreSettings withMaxBytes(long value) {
        return new ModelStoreSettings(value, maxAge, models, clock);
    }

    /**
     * Changes {@link #maxAge()}.
     *
     * @param value the new bound
     * @return a copy with it
     */
    public ModelStoreSettings withMaxAge(Duration value) {
        return new ModelStoreSettings(maxBytes, value, models, clock);
    }

    /**
     * Changes {@link #models()}.
     *
     * @param value the new settings
     * @return a copy with them
     */
    public ModelStoreSettings withModels(ModelSettings value) {
        return new ModelStoreSettings(maxBytes, maxAge, value, clock);
    }

    /**
     * Changes {@link #clock()}.
     *
     * @param value the new clock
     * @return a copy with it
     */
    public ModelStoreSettings withClock(InstantSource value) {
        return new ModelStoreSettings(maxBytes, maxAge, models, value);
    }
}
