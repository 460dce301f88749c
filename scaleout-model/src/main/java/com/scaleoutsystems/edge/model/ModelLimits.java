package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.internal.NamedValues;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits for models. The SDK refuses a larger model with the reason {@code too_large}. Immutable: each {@code with…} method returns a
 * changed copy.
 *
 * <p>The limits apply to everything from outside: files, streams and chunks. The check comes before any content reaches the caller.
 *
 * @since 0.1.0
 */
public final class ModelLimits {
    private static final ModelLimits DEFAULTS = new ModelLimits(new Values());

    private final Values values;

    private ModelLimits(Values values) {
        this.values = values;
    }

    private ModelLimits changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new ModelLimits(copy);
    }

    /** The values with their defaults. Limits never change the object that they were made with. */
    private static final class Values {
        long maxModelBytes = 64L << 30;
        int maxEntries = 65_535;
        long maxMetadataBytes = 16L << 20;
        long expansionFloor = 64L << 20;
        int expansionFactor = 100;

        Values() {}

        Values(Values other) {
            maxModelBytes = other.maxModelBytes;
            maxEntries = other.maxEntries;
            maxMetadataBytes = other.maxMetadataBytes;
            expansionFloor = other.expansionFloor;
            expansionFactor = other.expansionFactor;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("maxModelBytes", maxModelBytes)
                    .with("maxEntries", maxEntries)
                    .with("maxMetadataBytes", maxMetadataBytes)
                    .with("expansionFloor", expansionFloor)
                    .with("expansionFactor", expansionFactor);
        }
    }

    /**
     * The default limits.
     *
     * @return the default limits
     */
    public static ModelLimits defaults() {
        return DEFAULTS;
    }

    /**
     * The largest model as it travels. Default: 64 GiB.
     *
     * @return the number of bytes
     */
    public long maxModelBytes() {
        return values.maxModelBytes;
    }

    /**
     * Changes {@link #maxModelBytes()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelLimits withMaxModelBytes(long value) {
        notNegative("maxModelBytes", value);
        return changed(copy -> copy.maxModelBytes = value);
    }

    /**
     * The largest number of entries of a container, and of tensors of a model. Default: 65,535.
     *
     * @return the number
     */
    public int maxEntries() {
        return values.maxEntries;
    }

    /**
     * Changes {@link #maxEntries()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelLimits withMaxEntries(int value) {
        notNegative("maxEntries", value);
        return changed(copy -> copy.maxEntries = value);
    }

    /**
     * The largest {@code metadata.json}, decompressed. Default: 16 MiB.
     *
     * @return the number of bytes
     */
    public long maxMetadataBytes() {
        return values.maxMetadataBytes;
    }

    /**
     * Changes {@link #maxMetadataBytes()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelLimits withMaxMetadataBytes(long value) {
        notNegative("maxMetadataBytes", value);
        return changed(copy -> copy.maxMetadataBytes = value);
    }

    /**
     * How much decompressed content a model may have, however small the model is. Default: 64 MiB.
     *
     * @return the number of bytes
     */
    public long expansionFloor() {
        return values.expansionFloor;
    }

    /**
     * Changes {@link #expansionFloor()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelLimits withExpansionFloor(long value) {
        notNegative("expansionFloor", value);
        return changed(copy -> copy.expansionFloor = value);
    }

    /**
     * How many times its own size a model may have in decompressed content, where that is more than
     * {@link #expansionFloor()}. Default: 100.
     *
     * @return the factor
     */
    public int expansionFactor() {
        return values.expansionFactor;
    }

    /**
     * Changes {@link #expansionFactor()}.
     *
     * @param value the new limit
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelLimits withExpansionFactor(int value) {
        notNegative("expansionFactor", value);
        return changed(copy -> copy.expansionFactor = value);
    }

    private static void notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, but is " + value);
        }
    }

    long maxExpandedBytes(long modelBytes) {
        int factor = values.expansionFactor;
        boolean overflows = factor != 0 && modelBytes > Long.MAX_VALUE / factor;
        return overflows ? Long.MAX_VALUE : Math.max(values.expansionFloor, modelBytes * factor);
    }

    void checkModelBytes(long size) {
        if (size > values.maxModelBytes) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    "The model has more than " + values.maxModelBytes
                            + " bytes; raise ModelLimits.maxModelBytes if it can be trusted");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelLimits that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "ModelLimits" + values.named();
    }
}
