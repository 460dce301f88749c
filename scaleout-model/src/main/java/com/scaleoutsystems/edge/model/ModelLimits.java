package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;

/**
 * How large a model may be before it is refused with the reason {@code too_large}.
 *
 * <p>The limits hold for what comes from outside: files, streams and chunks. They are enforced before any content
 * reaches the caller.
 *
 * @param maxModelBytes the largest model, in bytes as it travels; default 64 GiB
 * @param maxEntries the largest number of entries of a container, and of tensors of a model; default 65,535
 * @param maxMetadataBytes the largest {@code metadata.json}, decompressed; default 16 MiB
 * @param expansionFloor how many bytes all decompressed content of a model may have, however small the model is;
 *     default 64 MiB
 * @param expansionFactor how many times its own size a model may have in decompressed content, where that is more than
 *     {@code expansionFloor}; default 100
 */
public record ModelLimits(
        long maxModelBytes, int maxEntries, long maxMetadataBytes, long expansionFloor, int expansionFactor) {
    private static final ModelLimits DEFAULTS = new ModelLimits(64L << 30, 65_535, 16L << 20, 64L << 20, 100);

    /**
     * Checks that no limit is negative.
     *
     * @param maxModelBytes see {@link #maxModelBytes()}
     * @param maxEntries see {@link #maxEntries()}
     * @param maxMetadataBytes see {@link #maxMetadataBytes()}
     * @param expansionFloor see {@link #expansionFloor()}
     * @param expansionFactor see {@link #expansionFactor()}
     */
    public ModelLimits {
        if (maxModelBytes < 0 || maxEntries < 0 || maxMetadataBytes < 0 || expansionFloor < 0 || expansionFactor < 0) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT, "invalid_argument", "Limits must not be negative: a limit is below 0");
        }
    }

    /**
     * Gives the limits that hold unless others are set.
     *
     * @return the default limits
     */
    public static ModelLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Changes {@link #maxModelBytes()}.
     *
     * @param value the new limit
     * @return a copy with it
     */
    public ModelLimits withMaxModelBytes(long value) {
        return new ModelLimits(value, maxEntries, maxMetadataBytes, expansionFloor, expansionFactor);
    }

    /**
     * Changes {@link #maxEntries()}.
     *
     * @param value the new limit
     * @return a copy with it
     */
    public ModelLimits withMaxEntries(int value) {
        return new ModelLimits(maxModelBytes, value, maxMetadataBytes, expansionFloor, expansionFactor);
    }

    /**
     * Changes {@link #maxMetadataBytes()}.
     *
     * @param value the new limit
     * @return a copy with it
     */
    public ModelLimits withMaxMetadataBytes(long value) {
        return new ModelLimits(maxModelBytes, maxEntries, value, expansionFloor, expansionFactor);
    }

    /**
     * Changes {@link #expansionFloor()}.
     *
     * @param value the new limit
     * @return a copy with it
     */
    public ModelLimits withExpansionFloor(long value) {
        return new ModelLimits(maxModelBytes, maxEntries, maxMetadataBytes, value, expansionFactor);
    }

    /**
     * Changes {@link #expansionFactor()}.
     *
     * @param value the new limit
     * @return a copy with it
     */
    public ModelLimits withExpansionFactor(int value) {
        return new ModelLimits(maxModelBytes, maxEntries, maxMetadataBytes, expansionFloor, value);
    }

    long maxExpandedBytes(long modelBytes) {
        boolean overflows = expansionFactor != 0 && modelBytes > Long.MAX_VALUE / expansionFactor;
        return overflows ? Long.MAX_VALUE : Math.max(expansionFloor, modelBytes * expansionFactor);
    }

    void checkModelBytes(long size) {
        if (size > maxModelBytes) {
            throw new ModelException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "too_large",
                    "The model has more than " + maxModelBytes
                            + " bytes; raise ModelLimits.maxModelBytes if it can be trusted");
        }
    }
}
