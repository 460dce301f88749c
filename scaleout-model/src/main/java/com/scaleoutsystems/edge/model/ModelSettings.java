package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.internal.NamedValues;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the SDK keeps models, how large they may be, and how their parameters are encoded. Immutable: each {@code with…} method returns a
 * changed copy.
 *
 * @since 0.1.0
 */
public final class ModelSettings extends ReadSettings {
    private final Values values;

    private ModelSettings(Values values) {
        super(values);
        this.values = values;
    }

    private ModelSettings changed(Consumer<Values> change) {
        Values copy = new Values(values);
        change.accept(copy);
        return new ModelSettings(copy);
    }

    /** The values with their defaults. Settings never change the object that they were made with. */
    private static final class Values extends ReadValues {
        Map<String, ModelHelper> helpers = BuiltInHelper.byName();

        Values() {}

        Values(Values other) {
            super(other);
            helpers = other.helpers;
        }

        @Override
        NamedValues named() {
            return super.named().with("helpers", helpers);
        }
    }

    /**
     * The default settings.
     *
     * @return the default settings
     */
    public static ModelSettings defaults() {
        return new ModelSettings(new Values());
    }

    /**
     * Changes {@link #temporaryDirectory()}.
     *
     * @param directory the new directory
     * @return a copy with it
     */
    public ModelSettings withTemporaryDirectory(Path directory) {
        Objects.requireNonNull(directory, "directory");
        return changed(copy -> copy.temporaryDirectory = directory);
    }

    /**
     * Changes {@link #heapThreshold()}.
     *
     * @param bytes the new threshold
     * @return a copy with it
     * @throws IllegalArgumentException if it is negative
     */
    public ModelSettings withHeapThreshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("heapThreshold must not be negative, but is " + bytes);
        }
        return changed(copy -> copy.heapThreshold = bytes);
    }

    /**
     * Changes {@link #limits()}.
     *
     * @param limits the new limits
     * @return a copy with them
     */
    public ModelSettings withLimits(ModelLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return changed(copy -> copy.limits = limits);
    }

    /**
     * The encodings of training models. Default: the reference client's {@code numpyhelper}, {@code binaryhelper} and
     * {@code androidhelper}.
     *
     * @return the encodings by name, unmodifiable
     */
    public Map<String, ModelHelper> helpers() {
        return values.helpers;
    }

    /**
     * Adds an encoding to {@link #helpers()}, or replaces the one with the same name.
     *
     * @param helper the encoding
     * @return a copy with it
     */
    public ModelSettings withHelper(ModelHelper helper) {
        Map<String, ModelHelper> more = new HashMap<>(values.helpers);
        more.put(helper.helperType(), helper);
        return changed(copy -> copy.helpers = Map.copyOf(more));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelSettings that && values.named().equals(that.values.named());
    }

    @Override
    public int hashCode() {
        return values.named().hashCode();
    }

    @Override
    public String toString() {
        return "ModelSettings" + values.named();
    }
}
