package com.scaleoutsystems.edge.model.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
    @TempDir
    Path folder;

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Cuts an array at random places and joins the parts, some of them mapped files. */
    private Bytes rope(byte[] all, Random random) throws IOException {
        List<Bytes> parts = new ArrayList<>();
        for (int at = 0; at < all.length; ) {
            int length = Math.min(all.length - at, random.nextInt(1, Math.max(2, all.length / 3)));
            byte[] part = Arrays.copyOfRange(all, at, at + length);
            parts.add(
                    random.nextBoolean()
                            ? Bytes.of(part)
                            : Bytes.map(Files.write(Files.createTempFile(folder, "", ""), part)));
            parts.add(Bytes.EMPTY);
            at += length;
        }
        return Bytes.concat(parts);
    }

    private static byte[] copy(Bytes bytes) {
        byte[] copy = new byte[(int) bytes.size()];
        bytes.get(0, copy, 0, copy.length);
        return copy;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyViewOfARopeIsThatOfItsBytes(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] all = random(random.nextInt(1, 400_000), seed);
        Bytes rope = rope(all, random);
        assertThat(rope.size()).isEqualTo(all.length);
        assertThat(copy(rope)).isEqualTo(all);
        for (int i = 0; i < 50; i++) {
            int from = random.nextInt(all.length + 1);
            int count = random.nextInt(all.length - from + 1);
            byte[] expected = Arrays.copyOfRange(all, from, from + count);
            Bytes region = rope.region(from, count);
            assertThat(copy(region)).isEqualTo(expected);
            assertThat(rope.view(from, count)).isEqualTo(ByteBuffer.wrap(expected));
            assertThat(region.contentEquals(Bytes.of(expected))).isTrue();
            assertThat(region.contentHash()).isEqualTo(Bytes.of(expected).contentHash());
            CRC32 crc = new CRC32();
            crc.update(expected);
            assertThat(region.crc32()).isEqualTo(crc.getValue());
            assertThat(region.crc32()).isEqualTo(crc.getValue());
        }
    }

    @Test
    void checksumOfLargePiecesIsPutTogether() {
        byte[] all = random(1 << 20, 9);
        List<Bytes> parts = new ArrayList<>();
        for (int size : new int[] {100_000, 1, Bytes.LARGE, 3, 200_000, 2 * Bytes.LARGE - 5}) {
            int at = (int) Bytes.concat(parts).size();
            parts.add(Bytes.of(Arrays.copyOfRange(all, at, at + size)));
        }
        Bytes rope = Bytes.concat(parts);
        CRC32 crc = new CRC32();
        crc.update(all, 0, (int) rope.size());
        assertThat(rope.crc32()).isEqualTo(crc.getValue());
    }

    @Test
    void numbersAreReadAcrossPieces() {
        byte[] all = random(64, 2);
        List<Bytes> parts = new ArrayList<>();
        for (int at = 0; at < 64; at += 3) {
            parts.add(Bytes.of(Arrays.copyOfRange(all, at, Math.min(64, at + 3))));
        }
        ByteBuffer expected = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        for (Bytes bytes : List.of(Bytes.of(all), Bytes.concat(parts))) {
            for (int at = 0; at <= 56; at++) {
                assertThat(bytes.getLittleEndian(at, 1)).isEqualTo(Byte.toUnsignedLong(expected.get(at)));
                assertThat(bytes.getLittleEndian(at, 2)).isEqualTo(Short.toUnsignedLong(expected.getShort(at)));
                assertThat(bytes.getLittleEndian(at, 4)).isEqualTo(Integer.toUnsignedLong(expected.getInt(at)));
                assertThat(bytes.getLittleEndian(at, 8)).isEqualTo(expected.getLong(at));
            }
            assertThatThrownBy(() -> bytes.getLittleEndian(60, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void streamsAreIndependent() throws IOException {
        byte[] all = random(200_000, 3);
        Bytes rope = rope(all, new Random(3));
        try (InputStream one = rope.openStream();
                InputStream other = rope.openStream()) {
            assertThat(one.readNBytes(1000)).isEqualTo(Arrays.copyOf(all, 1000));
            assertThat(other.readAllBytes()).isEqualTo(all);
            assertThat(one.skip(5)).isEqualTo(5);
            assertThat(one.available()).isEqualTo(all.length - 1005);
            assertThat(one.read()).isEqualTo(all[1005] & 0xff);
            assertThat(one.skip(Long.MAX_VALUE)).isEqualTo(all.length - 1006);
            assertThat(one.read()).isEqualTo(-1);
            assertThat(one.read(new byte[0])).isZero();
        }
    }

    @Test
    void nothingOutsideIsReadAndNothingInsideIsWritten() {
        Bytes bytes = Bytes.of(new byte[10]);
        assertThatThrownBy(() -> bytes.region(5, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.view(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.get(0, new byte[5], 0, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.view(0, 1).put((byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void differentBytesAreNotEqual() {
        assertThat(Bytes.of(new byte[] {1, 2}).contentEquals(Bytes.of(new byte[] {1, 3})))
                .isFalse();
        assertThat(Bytes.of(new byte[] {1, 2}).contentEquals(Bytes.of(new byte[] {1})))
                .isFalse();
    }

    @Test
    void onlyWhatIsInNoFileCountsAsHeap() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[100]);
        assertThat(Bytes.concat(List.of(Bytes.map(file), Bytes.of(new byte[7]))).heapSize())
                .isEqualTo(7);
    }

    @Test
    void interruptedThreadMapsAndWritesAllTheSame() throws IOException {
        byte[] all = random(300_000, 4);
        Path file = folder.resolve("file");
        Thread.currentThread().interrupt();
        try {
            try (FileSink sink = new FileSink(file)) {
                Bytes.of(all).writeTo(sink);
                sink.write(7);
                sink.sync();
            }
            assertThat(copy(Bytes.map(file))).isEqualTo(Arrays.copyOf(append(all, (byte) 7), all.length + 1));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    private static byte[] append(byte[] all, byte last) {
        byte[] longer = Arrays.copyOf(all, all.length + 1);
        longer[all.length] = last;
        return longer;
    }

    @Test
    void interruptsWhileWritingLoseNothing() throws Exception {
        byte[] all = random(1 << 20, 5);
        Path file = folder.resolve("file");
        List<Throwable> failures = new ArrayList<>();
        Thread writer = new Thread(() -> {
            try (FileSink sink = new FileSink(file)) {
                for (int i = 0; i < 32; i++) {
                    Bytes.of(all).writeTo(sink);
                }
            } catch (IOException e) {
                failures.add(e);
            }
        });
        writer.start();
        while (writer.isAlive()) {
            writer.interrupt();
            Thread.onSpinWait();
        }
        writer.join();
        assertThat(failures).isEmpty();
        Bytes written = Bytes.map(file);
        assertThat(written.size()).isEqualTo(32L << 20);
        for (int i = 0; i < 32; i++) {
            assertThat(written.region((long) i << 20, 1 << 20).contentEquals(Bytes.of(all)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 4096, 4097, 100_000})
    void spoolKeepsAllBytesOnEitherSideOfItsThreshold(int size) throws IOException {
        byte[] all = random(size, 6);
        try (Spool spool = new Spool(folder, 4096)) {
            for (int at = 0; at < size; ) {
                int step = Math.min(size - at, 1 + at % 700);
                spool.write(all, at, step);
                at += step;
            }
            assertThat(spool.size()).isEqualTo(size);
            try (Spool.Stored stored = spool.finish()) {
                assertThat(copy(stored.bytes())).isEqualTo(all);
                assertThat(stored.lease() != null).isEqualTo(size > 4096);
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aFileIsMappedOnceMoreIsReadThanADirectory() throws IOException {
        byte[] all = random(1 << 20, 9);
        TempFile.Lease few = lease(all);
        Bytes bytes = Bytes.mapLater(few, all.length);
        assertThat(bytes.copy(500_000, 1000).array()).isEqualTo(Arrays.copyOfRange(all, 500_000, 501_000));
        assertThat(bytes.region(500_000, 3000).region(1000, 1000).copy(0, 1000).array())
                .isEqualTo(Arrays.copyOfRange(all, 501_000, 502_000));
        assertThat(bytes.heapSize()).isZero();
        few.close();
        assertThatExceptionOfType(ModelException.class).isThrownBy(bytes::mapped);

        TempFile.Lease many = lease(all);
        Bytes often = Bytes.mapLater(many, all.length);
        for (int i = 0; i < 300; i++) {
            assertThat(often.copy(i * 3000L, 3000).array())
                    .isEqualTo(Arrays.copyOfRange(all, i * 3000, (i + 1) * 3000));
        }
        many.close();
        assertThat(copy(often)).isEqualTo(all);
    }

    @Test
    void aFileThatWasCutShortBeforeItIsMappedIsAnErrorOfTheModel() throws IOException {
        byte[] all = random(100_000, 11);
        try (TempFile.Lease lease = lease(all)) {
            Bytes bytes = Bytes.mapLater(lease, all.length);
            Files.write(lease.file().path(), Arrays.copyOf(all, 5000));
            assertThatExceptionOfType(ModelException.class).isThrownBy(bytes::mapped);
            assertThatExceptionOfType(ModelException.class).isThrownBy(() -> bytes.copy(4999, 2));
        }
    }

    private TempFile.Lease lease(byte[] all) throws IOException {
        TempFile.Lease lease = TempFile.create(folder);
        Files.write(lease.file().path(), all);
        return lease;
    }

    @Test
    void whatIsMappedStaysGoodWithoutTheFile() throws IOException {
        byte[] all = random(1 << 20, 10);
        TempFile.Lease lease = lease(all);
        Bytes bytes = Bytes.mapLater(lease, all.length);
        Bytes part = bytes.region(70_000, 200_000);
        Thread.currentThread().interrupt();
        assertThat(bytes.mapped()).isSameAs(bytes);
        assertThat(Thread.interrupted()).isTrue();
        lease.close();
        assertThat(copy(part)).isEqualTo(Arrays.copyOfRange(all, 70_000, 270_000));
        assertThat(bytes.crc32()).isEqualTo(Bytes.of(all).crc32());
    }

    @Test
    void hashGoesOnFromNearTheEnd() {
        byte[] all = random(5 << 20, 7);
        Sha256.Result result = new Sha256().update(Bytes.of(all)).finish();
        for (int shared : new int[] {0, 1, 1 << 20, (4 << 20) - 1, 4 << 20, (5 << 20) - 1, 5 << 20}) {
            byte[] other = Arrays.copyOf(all, shared + 1000);
            Arrays.fill(other, shared, other.length, (byte) 1);
            assertThat(result.resume(shared)
                            .updateRest(Bytes.of(other))
                            .finish()
                            .hex())
                    .isEqualTo(new Sha256().update(Bytes.of(other)).finish().hex());
        }
    }

    @Test
    void contentsThatAreMadeSideBySideKeepTheirOrder() {
        Workspace workspace = new Workspace(folder, 1 << 16, Long.MAX_VALUE);
        List<Workspace.SizedWriter> writers = new ArrayList<>();
        List<byte[]> expected = new ArrayList<>();
        Random random = new Random(8);
        for (int i = 0; i < 40; i++) {
            byte[] content = random(random.nextInt(500_000), i);
            expected.add(content);
            writers.add(new Workspace.SizedWriter(content.length, spool -> spool.write(content)));
        }
        List<Bytes> contents = workspace.collectEach(writers);
        for (int i = 0; i < 40; i++) {
            assertThat(copy(contents.get(i))).isEqualTo(expected.get(i));
        }
        assertThat(workspace.collectEach(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {(4 << 20) - 1, 4 << 20, (4 << 20) + 1, (13 << 20) + 7})
    void crcOfALargePieceIsThatOfItsBytes(int size) throws IOException {
        byte[] all = random(size, 3);
        CRC32 crc = new CRC32();
        crc.update(all);
        assertThat(Bytes.of(all).crc32()).isEqualTo(crc.getValue());
        assertThat(Bytes.map(Files.write(folder.resolve("large"), all)).crc32()).isEqualTo(crc.getValue());
    }
}
