package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.zip.ZipArchive;
import com.scaleoutsystems.edge.model.internal.zip.ZipBuilder;
import com.scaleoutsystems.edge.model.internal.zip.ZipEntry;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

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

    /**
     * Packs the contents of an archive anew, so that their CRCs, which hardly any change of the fuzzer leaves right, do not
     * shield what reads them. Nothing comes of what is no archive.
     */
    static Optional<byte[]> repaired(byte[] input) {
        try {
            ZipArchive archive = ZipArchive.open(Bytes.of(input), 1000);
            ZipBuilder repaired = new ZipBuilder();
            for (ZipEntry entry : archive.entries().values()) {
                byte[] content = content(archive, entry);
                boolean nested = entry.name().equals(Container.TRAINING_MODEL);
                repaired.addStored(
                        entry.name(), Bytes.of(nested ? repaired(content).orElse(content) : content));
            }
            return Optional.of(Vectors.readAll(repaired.build().bytes().openStream()));
        } catch (ModelException e) {
            return Optional.empty();
        }
    }

    private static byte[] content(ZipArchive archive, ZipEntry entry) {
        byte[] raw = Vectors.readAll(archive.rawContent(entry).openStream());
        if (entry.isStored()) {
            return raw;
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(raw);
            byte[] content = new byte[1 << 16];
            return Arrays.copyOf(content, inflater.inflate(content));
        } catch (DataFormatException e) {
            return raw;
        } finally {
            inflater.end();
        }
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
