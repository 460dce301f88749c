package com.scaleoutsystems.edge.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsDataTest {

    private static final String BLANK = "0,".repeat(64);

    @Test
    void aFifthOfEachDigitIsHeldOut() throws IOException {
        Map<Integer, Long> held = DigitsData.bundled().heldOut().images().stream()
                .collect(Collectors.groupingBy(Image::digit, TreeMap::new, Collectors.counting()));

        assertThat(held.keySet()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(held.values()).allSatisfy(count -> assertThat(count).isBetween(34L, 37L));
        assertThat(held.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(359);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 10, 17, 40})
    void clientsHoldTheRestWithoutOverlap(int clients) throws IOException {
        DigitsData data = DigitsData.bundled();
        Set<Image> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(data.heldOut().images());

        for (int client = 0; client < clients; client++) {
            assertThat(data.ofClient(client, clients).images())
                    .allSatisfy(image -> assertThat(seen.add(image)).isTrue());
        }

        assertThat(seen).hasSize(1797);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "1, 2, 3", "2, 4, 5", "3, 6, 7", "4, 8, 9"})
    void eachOfFiveClientsHoldsTwoDigits(int client, int first, int second) throws IOException {
        Examples own = DigitsData.bundled().ofClient(client, 5);

        assertThat(own.images()).extracting(Image::digit).containsOnly(first, second);
        assertThat(own.size()).isBetween(280, 295);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 5", "5, 5", "0, 1001"})
    void aClientThatThereIsNotIsRefused(int client, int clients) throws IOException {
        DigitsData data = DigitsData.bundled();

        assertThatThrownBy(() -> data.ofClient(client, clients))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no client %d of %d", client, clients);
    }

    @Test
    void plainAndPackedFilesAreRead(@TempDir Path directory) throws IOException {
        String rows = (BLANK + "7\n").repeat(10);
        Path plain = Files.writeString(directory.resolve("rows.csv"), rows);
        Path packed = directory.resolve("rows.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(rows.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(DigitsData.fromFile(plain).heldOut().size()).isEqualTo(2);
        assertThat(DigitsData.fromFile(packed).heldOut().size()).isEqualTo(2);
    }

    @Test
    void aCellThatIsNoNumberIsNamedWithItsPlace() {
        String bad = "0,0,x7," + "0,".repeat(61) + "3";

        assertThatThrownBy(() -> read(BLANK + "3\n" + bad + "\n"))
                .isInstanceOf(CsvException.class)
                .hasMessage("rows.csv, line 2, pixel 3: found \"x7\"; expected a whole number from 0 to 16");
    }

    @Test
    void aPixelOutOfRangeIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read("17," + "0,".repeat(63) + "3\n"))
                .hasMessage("rows.csv, line 1, pixel 1: found \"17\"; expected a whole number from 0 to 16");
    }

    @Test
    void aDigitOutOfRangeIsNamedWithItsPlace() {
        assertThatThrownBy(() -> read(BLANK + "10\n"))
                .hasMessage("rows.csv, line 1, digit: found \"10\"; expected a whole number from 0 to 9");
    }

    @Test
    void aLineOfTheWrongLengthIsNamed() {
        assertThatThrownBy(() -> read(BLANK + "3\n1,2,3\n"))
                .hasMessage("rows.csv, line 2: found 3 values; expected 65: 64 pixels of 0 to 16, then the digit");
    }

    @Test
    void tooFewRowsAreRefused() {
        assertThatThrownBy(() -> read("")).hasMessage("rows.csv has 0 rows; expected at least 5");
    }

    @Test
    void aClientWithoutImagesIsNamed() throws IOException {
        DigitsData onlySevens = read((BLANK + "7\n").repeat(10));

        assertThatThrownBy(() -> onlySevens.ofClient(0, 5))
                .isInstanceOf(CsvException.class)
                .hasMessage("The data has no image for client 1 of 5; use fewer clients or more rows");
    }

    private static DigitsData read(String csv) throws IOException {
        return DigitsData.read(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)), "rows.csv");
    }
}
