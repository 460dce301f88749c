package com.scaleoutsystems.edge.model;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.internal.NamedValues;
import com.scaleoutsystems.edge.model.internal.bytes.Spool;
import com.scaleoutsystems.edge.model.internal.bytes.Workspace;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where content goes while it is read, and how much of it is accepted. {@link ModelSettings} are such settings; parameters
 * need no more of them to be read.
 *
 * @since 0.1.0
 */
public abstract class ReadSettings {
    /** The default of {@link #heapThreshold()}: 1 MiB. */
    public static final int DEFAULT_HEAP_THRESHOLD = 1 << 20;

    private final ReadValues values;

    ReadSettings(ReadValues values) {
        this.values = values;
    }

    /** The values with their defaults. */
    static class ReadValues {
        Path temporaryDirectory = Path.of(System.getProperty("java.io.tmpdir"));
        int heapThreshold = DEFAULT_HEAP_THRESHOLD;
        ModelLimits limits = ModelLimits.defaults();

        ReadValues() {}

        ReadValues(ReadValues other) {
            temporaryDirectory = other.temporaryDirectory;
            heapThreshold = other.heapThreshold;
            limits = other.limits;
        }

        NamedValues named() {
            return new NamedValues()
                    .with("temporaryDirectory", temporaryDirectory)
                    .with("heapThreshold", heapThreshold)
                    .with("limits", limits);
        }
    }

    private static final class Plain extends ReadSettings {
        Plain() {
            super(new ReadValues());
        }
    }

    static ReadSettings defaults() {
        return new Plain();
    }

    /**
     * The directory for content that is not kept on the heap. It is made when it is first needed. Default: the JVM's
     * {@code java.io.tmpdir}.
     *
     * @return the directory
     */
    public final Path temporaryDirectory() {
        return values.temporaryDirectory;
    }

    /**
     * The largest model, or part of one, that is kept on the heap. Default: 1 MiB.
     *
     * @return the number of bytes, 0 or more
     */
    public final int heapThreshold() {
        return values.heapThreshold;
    }

    /**
     * What is refused.
     *
     * @return the limits
     */
    public final ModelLimits limits() {
        return values.limits;
    }

    final Workspace workspace(long modelBytes) {
        return new Workspace(temporaryDirectory(), heapThreshold(), limits().maxExpandedBytes(modelBytes));
    }

    final Spool spool() {
        return new Spool(temporaryDirectory(), heapThreshold());
    }

    final ModelException failed(IOException e) {
        return Workspace.failed(temporaryDirectory(), e);
    }
}
