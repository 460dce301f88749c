package com.scaleoutsystems.edge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import com.scaleoutsystems.edge.model.internal.bytes.Sha256;
import com.scaleoutsystems.edge.model.type.DataType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of more than 5 GiB, with tensors that no array can hold; needs 6 GiB of disk and runs with a heap of 256 MiB. */
@Tag("huge")
class HugeModelTest {
    private static final int BLOCK = 1 << 20;
    private static final long BYTES = 3L * (1 << 30) + 5;
    private static final long FLOATS = (1L << 29) + 1;
    private static final long SIZE = BYTES + FLOATS * Float.BYTES;

    @TempDir
    Path folder;

    /** Not zero in one block out of sixteen, and in the last. */
    private static byte expected(long position) {
        return hasContent(position) ? (byte) (position * 31 + (position >>> 20) + 1) : 0;
    }

    private static boolean hasContent(long position) {
        return position % (16 * BLOCK) < BLOCK || position >= SIZE / BLOCK * BLOCK;
    }

    /** Where nothing is but zeros the file has holes, which take neither room nor time. */
    private Path elements() throws IOException {
        Path file = folder.resolve("elements");
        byte[] block = new byte[BLOCK];
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(SIZE);
            for (long at = 0; at < SIZE; at += BLOCK) {
                if (hasContent(at)) {
                    int length = (int) Math.min(BLOCK, SIZE - at);
                    for (int i = 0; i < length; i++) {
                        block[i] = expected(at + i);
                    }
                    out.seek(at);
                    out.write(block, 0, length);
                }
            }
        }
        return file;
    }

    @Test
    void modelOfFiveGibibytesTravelsThroughASmallHeap() throws IOException {
        Path source = elements();
        Path file = folder.resolve("huge.scm");
        ModelSettings settings = ModelSettings.defaults().withTemporaryDirectory(folder.resolve("temporary"));
        Bytes elements = Bytes.map(source);
        ModelParameters parameters = ModelParameters.of(
                new Tensor(DataType.INT8, new long[] {BYTES}, elements.region(0, BYTES)),
                new Tensor(DataType.FLOAT32, new long[] {FLOATS}, elements.region(BYTES, FLOATS * Float.BYTES)));
        String checksum;
        try (ScaleoutModel model = ScaleoutModel.builder()
                .settings(settings)
                .modelId("huge")
                .trainingModel(parameters)
                .build()) {
            assertThat(model.size()).isGreaterThan(5L << 30);
            checksum = model.checksum();
            model.saveTo(file);
        }
        Files.delete(source);

        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getEntry("training_model.bin").getSize()).isGreaterThan(5L << 30);
        }
        try (ScaleoutModel model = ScaleoutModel.fromFile(file, settings)) {
            assertThat(chunkHash(model)).isEqualTo(checksum);
            assertElements(model.modelParameters());
            assertThat(model.checksum()).isEqualTo(checksum);
            try (ScaleoutModel renamed = model.withModelId("renamed")) {
                assertThat(renamed.checksum()).isNotEqualTo(checksum);
                assertThat(renamed.size()).isGreaterThan(5L << 30);
                assertElements(renamed.modelParameters());
            }
        }
    }

    private static String chunkHash(ScaleoutModel model) {
        Sha256 hash = new Sha256();
        model.fileChunkStream()
                .forEachRemaining(chunk -> hash.update(Bytes.of(chunk.getData().asReadOnlyByteBuffer())));
        return hash.finish().hex();
    }

    /** Gives a position of which every other is the first of a block out of sixteen, or lies some bytes before. */
    private static long nearContent(Random random, long bound) {
        long any = random.nextLong(bound);
        return random.nextBoolean() ? any : Math.max(0, any / (16 * BLOCK) * (16 * BLOCK) - random.nextInt(10));
    }

    private static void assertElements(ModelParameters parameters) {
        Tensor bytes = parameters.get(0);
        Tensor floats = parameters.get(1);
        assertThat(bytes.elementCount()).isEqualTo(BYTES);
        assertThat(floats.elementCount()).isEqualTo(FLOATS);
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            long position = i == 0 ? BYTES - 10 : nearContent(random, BYTES - 10);
            ByteBuffer part = bytes.toBuffer(position, 10);
            for (int j = 0; j < 10; j++) {
                assertThat(part.get(j)).isEqualTo(expected(position + j));
            }
            long element = i == 0 ? FLOATS - 1 : nearContent(random, FLOATS);
            ByteBuffer bits = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            for (int j = 0; j < 4; j++) {
                bits.put(expected(BYTES + 4 * element + j));
            }
            assertThat(floats.toBuffer(element, 1)).isEqualTo(bits.flip());
        }
        assertThatThrownBy(bytes::toFloats)
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("too_large"))
                .hasMessageContaining("toBuffer(firstElement, count)");
        assertThatThrownBy(bytes::toBuffer).isInstanceOf(ModelException.class);
    }
}
