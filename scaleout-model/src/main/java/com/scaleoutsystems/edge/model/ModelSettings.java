package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Spool;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where models live and how large they may be.
 *
 * @param temporaryDirectory where models that are not kept on the heap go; made when it is first needed; default the
 *     JVM's {@code java.io.tmpdir}
 * @param heapThreshold the largest model, or part of one, in bytes that is kept on the heap; default 1 MiB
 * @param limits what is refused
 * @param helpers the encodings of training models by name; default the reference client's {@code numpyhelper},
 *     {@code binaryhelper} and {@code androidhelper}
 */
public record ModelSettings(
        Path temporaryDirectory, int heapThreshold, ModelLimits limits, Map<String, ModelHelper> helpers) {
    /** The default of {@link #heapThreshold()}: 1 MiB. */
    public static final int DEFAULT_HEAP_THRESHOLD = 1 << 20;

    /**
     * Checks the values.
     *
     * @param temporaryDirectory see {@link #temporaryDirectory()}
     * @param heapThreshold see {@link #heapThreshold()}; not negative
     * @param limits see {@link #limits()}
     * @param helpers see {@link #helpers()}; copied
     */
    public ModelSettings {
        Objects.requireNonNull(temporaryDirectory, "temporaryDirectory");
        Objects.requireNonNull(limits, "limits");
        helpers = Map.copyOf(helpers);
        if (heapThreshold < 0) {
            throw new ModelException(
                    ErrorCode.INVALID_ARGUMENT,
                    "invalid_argument",
                    "heapThreshold must not be negative, but is " + heapThreshold);
        }
    }

    /**
     * Gives the settings that hold unless others are given.
     *
     * @return the default settings
     */
    public static ModelSettings defaults() {
        return new ModelSettings(
                Path.of(System.getProperty("java.io.tmpdir")),
                DEFAULT_HEAP_THRESHOLD,
                ModelLimits.defaults(),
                BuiltInHelper.byName());
    }

    /**
     * Changes {@link #temporaryDirectory()}.
     *
     * @param directory the new directory
     * @return a copy with it
     */
    public ModelSettings withTemporaryDirectory(Path directory) {
        return new ModelSettings(directory, heapThreshold, limits, helpers);
    }

    /**
     * Changes {@link #heapThreshold()}.
     *
     * @param bytes the new threshold
     * @return a copy with it
     */
    public ModelSettings withHeapThreshold(int bytes) {
        return new ModelSettings(temporaryDirectory, bytes, limits, helpers);
    }

    /**
     * Changes {@link #limits()}.
     *
     * @param newLimits the new limits
     * @return a copy with them
     */
    public ModelSettings withLimits(ModelLimits newLimits) {
        return new ModelSettings(temporaryDirectory, heapThreshold, newLimits, helpers);
    }

    /**
     * Adds an encoding to {@link #helpers()}, or replaces the one of the same name.
     *
     * @param helper the encoding
     * @return a copy with it
     */
    public ModelSettings withHelper(ModelHelper helper) {
        Map<String, ModelHelper> more = new HashMap<>(helpers);
        more.put(helper.helperType(), helper);
        return new ModelSettings(temporaryDirectory, heapThreshold, limits, more);
    }

    Workspace workspace(long modelBytes) {
        return new Workspace(temporaryDirectory, heapThreshold, limits.maxExpandedBytes(modelBytes));
    }

    Spool spool() {
        return new Spool(temporaryDirectory, heapThreshold);
    }

    ModelException failed(IOException e) {
        return Workspace.failed(temporaryDirectory, e);
    }
}
