package com.scaleoutsystems.edge.model.internal.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.scaleoutsystems.edge.ModelException;
import com.scaleoutsystems.edge.model.internal.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipArchiveTest {
    private static final byte[] HELLO = "hello hello hello hello".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private static byte[] bytes(ZipArchive archive) {
        byte[] copy = new byte[(int) archive.bytes().size()];
        archive.bytes().get(0, copy, 0, copy.length);
        return copy;
    }

    private static byte[] twoEntries() {
        ZipBuilder builder = new ZipBuilder();
        builder.addStored("a", Bytes.of(HELLO));
        builder.addStored("ü", Bytes.of(new byte[] {1, 2, 3}));
        return bytes(builder.build());
    }

    private static ZipArchive open(byte[] archive) {
        return ZipArchive.open(Bytes.of(archive), 100);
    }

    private static byte[] read(ZipArchive archive, String name) throws IOException {
        try (InputStream in = archive.open(archive.entries().get(name))) {
            return in.readAllBytes();
        }
    }

    private static ByteBuffer patch(byte[] archive) {
        return ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int end(byte[] archive) {
        return archive.length - 22;
    }

    private static int directory(byte[] archive) {
        return patch(archive).getInt(end(archive) + 16);
    }

    private static void assertRefused(byte[] archive, String reason) {
        assertThatThrownBy(() -> {
                    ZipArchive opened = open(archive);
                    for (String name : opened.entries().keySet()) {
                        read(opened, name);
                    }
                })
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** What the platform's writer makes: deflated, with data descriptors. */
    private static byte[] platformArchive(byte[]... contents) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = 0; i < contents.length; i++) {
                zip.putNextEntry(new java.util.zip.ZipEntry("e" + i));
                zip.write(contents[i]);
            }
        }
        return out.toByteArray();
    }

    @Test
    void whatIsWrittenIsReadBackHereAndByThePlatform() throws IOException {
        byte[] archive = twoEntries();
        assertThat(read(open(archive), "a")).isEqualTo(HELLO);
        assertThat(read(open(archive), "ü")).containsExactly(1, 2, 3);
        Path file = Files.write(folder.resolve("a.zip"), archive);
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("ü"))) {
            assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
        }
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("a");
            assertThat(zip.readAllBytes()).isEqualTo(HELLO);
        }
    }

    @Test
    void descriptorsOfThePlatformAreUnderstood() throws IOException {
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        ZipArchive archive = open(platformArchive(HELLO, large, new byte[0]));
        assertThat(read(archive, "e0")).isEqualTo(HELLO);
        assertThat(read(archive, "e1")).isEqualTo(large);
        assertThat(read(archive, "e2")).isEmpty();
    }

    @Test
    void entriesOfAnotherArchiveAreCarriedWithoutDescriptors() throws IOException {
        ZipArchive source = open(platformArchive(HELLO, new byte[100]));
        ZipBuilder builder = new ZipBuilder();
        builder.addFrom(source, source.entries().get("e1"));
        builder.addFrom(source, source.entries().get("e0"));
        ZipArchive copy = open(bytes(builder.build()));
        assertThat(copy.entries().keySet()).containsExactly("e1", "e0");
        assertThat(read(copy, "e0")).isEqualTo(HELLO);
        assertThat(copy.entries().get("e0").flags()).isZero();
    }

    @Test
    void beginningOfAnotherArchiveIsCarriedByteByByte() throws IOException {
        ZipArchive source = open(platformArchive(HELLO, new byte[100], new byte[5]));
        ZipBuilder builder = new ZipBuilder();
        builder.addBefore(source, source.entries().get("e2"));
        builder.addStored("new", Bytes.of(new byte[] {9}));
        byte[] copy = bytes(builder.build());
        int shared = (int) source.entries().get("e2").headerOffset();
        assertThat(Arrays.copyOf(copy, shared)).isEqualTo(Arrays.copyOf(bytes(source), shared));
        assertThat(open(copy).entries().keySet()).containsExactly("e0", "e1", "new");
        assertThat(read(open(copy), "e1")).isEqualTo(new byte[100]);
        assertThat(read(open(copy), "new")).containsExactly(9);
    }

    @Test
    void emptyArchiveAndOneWithACommentAreRead() {
        byte[] empty = bytes(new ZipBuilder().build());
        assertThat(open(empty).entries()).isEmpty();
        byte[] commented = Arrays.copyOf(empty, empty.length + 3);
        patch(commented).putShort(20, (short) 3);
        assertThat(open(commented).entries()).isEmpty();
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] archive = twoEntries();
        for (int length = 0; length < archive.length; length++) {
            assertRefused(Arrays.copyOf(archive, length), "truncated");
        }
    }

    @Test
    void bytesBehindAndBeforeAreRefused() {
        byte[] archive = twoEntries();
        assertRefused(Arrays.copyOf(archive, archive.length + 5), "trailing_data");
        byte[] prefixed = new byte[archive.length + 5];
        System.arraycopy(archive, 0, prefixed, 5, archive.length);
        assertRefused(prefixed, "corrupt_zip");
        // The same with offsets that were put right, as self-extracting archives have them.
        ByteBuffer patched = patch(prefixed);
        int directory = directory(archive) + 5;
        patched.putInt(end(prefixed) + 16, directory);
        patched.putInt(directory + 42, 5);
        int second = directory + 46 + 1;
        patched.putInt(second + 42, patched.getInt(second + 42) + 5);
        assertRefused(prefixed, "corrupt_zip");
    }

    @Test
    void overlappingEntriesAreRefused() {
        byte[] archive = twoEntries();
        int directory = directory(archive);
        int second = directory + 46 + 1;
        // The second entry of the directory points at the first entry's place, with its name and numbers.
        byte[] quoted = archive.clone();
        System.arraycopy(archive, directory + 16, quoted, second + 16, 12);
        patch(quoted).putInt(second + 42, 0);
        assertRefused(quoted, "corrupt_zip");

        ZipBuilder inner = new ZipBuilder();
        inner.addStored("b", Bytes.of(HELLO));
        byte[] hidden = bytes(inner.build());
        ZipBuilder outer = new ZipBuilder();
        outer.addStored("a", Bytes.of(hidden));
        outer.addStored("b", Bytes.of(HELLO));
        byte[] overlapping = bytes(outer.build());
        int inside = patch(overlapping).getInt(directory(overlapping) + 46 + 1 + 42);
        // Both local headers of "b" are sound, but the one inside "a" belongs to its content.
        patch(overlapping).putInt(directory(overlapping) + 46 + 1 + 42, 31);
        assertThat(inside).isGreaterThan(31);
        assertRefused(overlapping, "corrupt_zip");
    }

    @Test
    void everyNumberThatDiffersBetweenHeaderAndDirectoryIsRefused() {
        byte[] archive = twoEntries();
        // Flags, method, CRC, sizes, name length and name of the first local header.
        for (int at : new int[] {6, 8, 14, 15, 16, 17, 18, 22, 26, 30}) {
            byte[] changed = archive.clone();
            changed[at] ^= 2;
            assertThatThrownBy(() -> open(changed)).as("offset " + at).isInstanceOf(ModelException.class);
        }
    }

    @Test
    void damagedContentIsNoticed() throws IOException {
        byte[] stored = twoEntries();
        stored[31] ^= 1;
        assertRefused(stored, "crc");
        byte[] deflated = platformArchive(HELLO);
        deflated[40] ^= 1;
        assertThatThrownBy(() -> read(open(deflated), "e0")).isInstanceOf(ModelException.class);
    }

    private static byte[] deflatedEntry(byte[] content, int claimedSize, long claimedCrc, int extraBytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] compressed = new byte[content.length + 100];
        int length = deflater.deflate(compressed);
        deflater.end();
        ByteBuffer zip = ByteBuffer.allocate(31 + length + extraBytes + 47 + 22).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) 0)
                .putShort((short) 8)
                .putInt(0x210000);
        zip.putInt((int) claimedCrc).putInt(length + extraBytes).putInt(claimedSize);
        zip.putShort((short) 1).putShort((short) 0).put((byte) 'a');
        zip.put(compressed, 0, length).put(new byte[extraBytes]);
        int directory = zip.position();
        zip.putInt(0x02014b50)
                .putShort((short) 20)
                .putShort((short) 20)
                .putShort((short) 0)
                .putShort((short) 8);
        zip.putInt(0x210000)
                .putInt((int) claimedCrc)
                .putInt(length + extraBytes)
                .putInt(claimedSize);
        zip.putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(0)
                .putInt(0);
        zip.put((byte) 'a');
        zip.putInt(0x06054b50).putInt(0).putShort((short) 1).putShort((short) 1);
        zip.putInt(47).putInt(directory).putShort((short) 0);
        return zip.array();
    }

    @Test
    void compressedEntryThatLiesIsRefused() throws IOException {
        byte[] content = new byte[100_000];
        CRC32 crc = new CRC32();
        crc.update(content);
        assertThat(read(open(deflatedEntry(content, content.length, crc.getValue(), 0)), "a"))
                .isEqualTo(content);
        assertRefused(deflatedEntry(content, content.length - 1, crc.getValue(), 0), "corrupt_zip");
        assertRefused(deflatedEntry(content, 10, crc.getValue(), 0), "corrupt_zip");
        assertRefused(deflatedEntry(content, content.length + 1, crc.getValue(), 0), "corrupt_zip");
        assertRefused(deflatedEntry(content, content.length, crc.getValue() + 1, 0), "crc");
        assertRefused(deflatedEntry(content, content.length, crc.getValue(), 3), "corrupt_zip");
    }

    @Test
    void noMoreThanPromisedEverComesOut() throws IOException {
        ZipArchive archive = open(deflatedEntry(new byte[1 << 20], 1000, 0, 0));
        try (InputStream in = archive.open(archive.entries().get("a"))) {
            assertThatThrownBy(() -> in.readNBytes(1 << 20)).isInstanceOf(ModelException.class);
        }
    }

    @Test
    void duplicateNamesAndTooManyEntriesAreRefused() {
        ZipBuilder builder = new ZipBuilder();
        builder.addStored("a", Bytes.EMPTY);
        builder.addStored("b", Bytes.EMPTY);
        byte[] twice = bytes(builder.build());
        twice[30 + 1 + 30] = 'a';
        twice[directory(twice) + 46 + 1 + 46] = 'a';
        assertRefused(twice, "duplicate_entry");
        assertThatThrownBy(() -> ZipArchive.open(Bytes.of(twoEntries()), 1))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.reason()).isEqualTo("too_large"))
                .hasMessageContaining("ModelLimits.maxEntries");
    }

    @Test
    void namesThatAreNeitherAsciiNorUtf8AreRefused() {
        byte[] unmarked = twoEntries();
        int second = (int) open(unmarked).entries().get("ü").headerOffset();
        patch(unmarked).putShort(second + 6, (short) 0);
        patch(unmarked).putShort(directory(unmarked) + 47 + 8, (short) 0);
        assertRefused(unmarked, "corrupt_zip");
        byte[] broken = twoEntries();
        broken[second + 30] = (byte) 0xff;
        broken[directory(broken) + 47 + 46] = (byte) 0xff;
        assertRefused(broken, "corrupt_zip");
    }

    @Test
    void sixtyFourBitNumbersAreUnderstoodWhereverTheyStand() throws IOException {
        // Sizes in a ZIP64 field of the local header, as the reference writes them, and in one of the directory.
        byte[] content = {1, 2, 3};
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer zip =
                ByteBuffer.allocate(31 + 20 + 3 + 47 + 28 + 56 + 20 + 22).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50).putShort((short) 45).putInt(0).putInt(0x210000);
        zip.putInt((int) crc.getValue())
                .putInt(-1)
                .putInt(-1)
                .putShort((short) 1)
                .putShort((short) 20)
                .put((byte) 'a');
        zip.putShort((short) 1).putShort((short) 16).putLong(3).putLong(3).put(content);
        int directory = zip.position();
        zip.putInt(0x02014b50)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0x210000);
        zip.putInt((int) crc.getValue())
                .putInt(-1)
                .putInt(-1)
                .putShort((short) 1)
                .putShort((short) 28);
        zip.putShort((short) 0).putInt(0).putInt(0).putInt(-1).put((byte) 'a');
        zip.putShort((short) 1).putShort((short) 24).putLong(3).putLong(3).putLong(0);
        int end64 = zip.position();
        zip.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        zip.putLong(1).putLong(1).putLong(end64 - directory).putLong(directory);
        zip.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
        zip.putInt(0x06054b50)
                .putInt(0)
                .putShort((short) -1)
                .putShort((short) -1)
                .putInt(-1)
                .putInt(-1);
        zip.putShort((short) 0);
        byte[] archive = zip.array();
        assertThat(read(open(archive), "a")).isEqualTo(content);

        byte[] hugeCount = archive.clone();
        patch(hugeCount).putLong(end64 + 24, Long.MAX_VALUE).putLong(end64 + 32, Long.MAX_VALUE);
        assertRefused(hugeCount, "too_large");
        byte[] negativeSize = archive.clone();
        patch(negativeSize).putLong(31 + 4, -3).putLong(directory + 47 + 4, -3);
        assertRefused(negativeSize, "corrupt_zip");
        byte[] farOffset = archive.clone();
        patch(farOffset).putLong(directory + 47 + 20, Long.MAX_VALUE);
        assertRefused(farOffset, "corrupt_zip");
        byte[] noLocator = archive.clone();
        patch(noLocator).putInt(end64 + 56, 0);
        assertRefused(noLocator, "corrupt_zip");
        byte[] farDirectory = archive.clone();
        patch(farDirectory).putLong(end64 + 48, Long.MAX_VALUE - 5);
        assertRefused(farDirectory, "corrupt_zip");
    }

    @Test
    void noSingleDamagedByteGetsPastTheChecksWithAnotherContent() throws IOException {
        byte[] archive = twoEntries();
        for (int at = 0; at < archive.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = archive.clone();
                damaged[at] ^= (byte) (1 << bit);
                try {
                    ZipArchive opened = open(damaged);
                    assertThat(opened.entries().keySet()).containsExactly("a", "ü");
                    assertThat(read(opened, "a")).isEqualTo(HELLO);
                    assertThat(read(opened, "ü")).containsExactly(1, 2, 3);
                } catch (ModelException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }
}
