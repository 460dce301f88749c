package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** What all fuzz targets share: tight limits, and the rule that nothing escapes but {@link ModelException}. */
final class Fuzzing {
    private static final long MOST_ALLOCATED = 48L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzing() {}

    static ModelSettings settings() {
        return ModelSettings.defaults()
                .withHeapThreshold(1 << 16)
                .withTemporaryDirectory(Path.of("target", "fuzzing"))
                .withLimits(ModelLimits.defaults()
                        .withMaxModelBytes(1 << 20)
                        .withMaxEntries(1000)
                        .withMaxMetadataBytes(1 << 16)
                        .withExpansionFloor(1 << 20)
                        .withExpansionFactor(2));
    }

    /** Runs a target: it may refuse its input, and must not take much memory whatever the input claims. */
    static void run(Runnable target) {
        // The first run may load classes, which takes memory too.
        if (allocatedBy(target) > MOST_ALLOCATED) {
            assertThat(allocatedBy(target)).isLessThan(MOST_ALLOCATED);
        }
    }

    private static long allocatedBy(Runnable target) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            target.run();
        } catch (ModelException e) {
            assertThat(e.reason()).matches("[a-z_]+");
            assertThat(e.getMessage()).isNotBlank();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** Reads every element in every way. */
    static void readAll(ModelParameters parameters) {
        for (Tensor tensor : parameters) {
            assertThat(tensor.toBuffer().remaining()).isEqualTo((int) tensor.byteSize());
            assertThat((long) tensor.toFloats().length).isEqualTo(tensor.elementCount());
            assertThat(tensor.toDoubles()).hasSameSizeAs(tensor.toFloats());
        }
    }
}
