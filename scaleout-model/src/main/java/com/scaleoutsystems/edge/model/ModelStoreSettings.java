package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How much a {@link ModelStore} keeps, and for how long. Immutable: each {@code with…} method returns a changed copy.
 *
 * @since 0.1.0
 */
public final class ModelStoreSettings {
    private final Values values;

    private ModelStoreSettings(Values values) {
        this.values = values;
    }

    private ModelStoreSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new ModelStoreSettings(copy);
    }

    /** The values with their defaults. Settings never change the object that they were made with. */
    private static final class Values {
        long maxBytes = 2L << 30;
        int maxModels = Integer.MAX_VALUE;
        Duration maxAge = Duration.ofDays(7);
        ModelSettings models = ModelSettings.defaults();
        InstantSource clock = InstantSource.system();

        Values() {}

        Values(Values other) {
            maxBytes = other.maxBytes;
            maxModels = other.maxModels;
            maxAge = other.maxAge;
            models = other.models;
            clock = other.clock;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("maxBytes", maxBytes)
                    .with("maxModels", maxModels)
                    .with("maxAge", maxAge)
                    .with("models", models)
                    .with("clock", clock);
        }
    }

    /**
     * The default settings.
     *
     * @return the default settings
     */
    public static ModelStoreSettings defaults() {
        return new ModelStoreSettings(new Values());
    }

    /**
     * The size of all models together. The store removes the least recently used ones first. Default: 2 GiB.
     *
     * @return the number of bytes
     */
    public long maxBytes() {
        return values.maxBytes;
    }

    /**
     * Changes {@link #maxBytes()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelStoreSettings withMaxBytes(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("maxBytes must not be negative, but is " + value);
        }
        return changed(copy -> copy.maxBytes = value);
    }

    /**
     * The number of models. The store removes the least recently used ones first. Default: no limit.
     *
     * @return the number
     */
    public int maxModels() {
        return values.maxModels;
    }

    /**
     * Changes {@link #maxModels()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelStoreSettings withMaxModels(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("maxModels must not be negative, but is " + value);
        }
        return changed(copy -> copy.maxModels = value);
    }

    /**
     * How long a model stays after its last use. Default: 7 days.
     *
     * @return the time
     */
    public Duration maxAge() {
        return values.maxAge;
    }

    /**
     * Changes {@link #maxAge()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelStoreSettings withMaxAge(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("maxAge must not be negative, but is " + value);
        }
        return changed(copy -> copy.maxAge = value);
    }

    /**
     * How the store reads models. Temporary files go to the store's own folder instead.
     *
     * @return the settings
     */
    public ModelSettings models() {
        return values.models;
    }

    /**
     * Changes {@link #models()}.
     *
     * @param value the new settings
     * @return a copy with them
     */
    public ModelStoreSettings withModels(ModelSettings value) {
        Objects.requireNonNull(value, "models");
        return changed(copy -> copy.models = value);
    }

    /**
     * The clock for ages. Default: the system's clock.
     *
     * @return the clock
     */
    public InstantSource clock() {
        return values.clock;
    }

    /**
     * Changes {@link #clock()}.
     *
     * @param value the new clock
     * @return a copy with it
     */
    public ModelStoreSettings withClock(InstantSource value) {
        Objects.requireNonNull(value, "clock");
        return changed(copy -> copy.clock = value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelStoreSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "ModelStoreSettings" + values.named();
    }
}
