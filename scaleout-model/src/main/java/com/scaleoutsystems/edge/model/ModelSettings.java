package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.model.internal.bytes.Spool;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where models live and how large they may be.
 *
 * @param temporaryDirectory where models that are not kept on the heap go; made when it is first needed; default the
 *     JVM's {@code java.io.tmpdir}
 * @param heapThreshold the largest model, or part of one, in bytes that is kept on the heap; default 1 MiB
 * @param limits what is refused
 */
public record ModelSettings(Path temporaryDirectory, int heapThreshold, ModelLimits limits) {
    /** The default of {@link #heapThreshold()}: 1 MiB. */
    public static final int DEFAULT_HEAP_THRESHOLD = 1 << 20;

    /**
     * Checks the values.
     *
     * @param temporaryDirectory see {@link #temporaryDirectory()}
     * @param heapThreshold see {@link #heapThreshold()}; not negative
     * @param limits see {@link #limits()}
     */
    public ModelSettings {
        Objects.requireNonNull(temporaryDirectory, "temporaryDirectory");
        Objects.requireNonNull(limits, "limits");
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
                Path.of(System.getProperty("java.io.tmpdir")), DEFAULT_HEAP_THRESHOLD, ModelLimits.defaults());
    }

    /**
     * Changes {@link #temporaryDirectory()}.
     *
     * @param directory the new directory
     * @return a copy with it
     */
    public ModelSettings withTemporaryDirectory(Path directory) {
        return new ModelSettings(directory, heapThreshold, limits);
    }

    /**
     * Changes {@link #heapThreshold()}.
     *
     * @param bytes the new threshold
     * @return a copy with it
     */
    public ModelSettings withHeapThreshold(int bytes) {
        return new ModelSettings(temporaryDirectory, bytes, limits);
    }

    /**
     * Changes {@link #limits()}.
     *
     * @param newLimits the new limits
     * @return a copy with them
     */
    public ModelSettings withLimits(ModelLimits newLimits) {
        return new ModelSettings(temporaryDirectory, heapThreshold, newLimits);
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
