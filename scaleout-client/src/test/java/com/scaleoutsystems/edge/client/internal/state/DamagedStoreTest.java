package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happened to the file: the store opens, gives no row that was not written, and sets aside what it cannot read. */
class DamagedStoreTest {

    private static final int ROWS = 300;

    private static String value(String key) {
        return key + " ".repeat(key.hashCode() & 0xff) + key;
    }

    /** The bytes of a file with rows, written in several commits. */
    private static byte[] healthyFile() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            MvStateStore store = MvStateStore.open(disk.files(), env);
            for (int i = 0; i < ROWS; i++) {
                String key = "%05d".formatted(i);
                var unused = store.commit("one", new Batch().put(Table.OUTBOX, key, value(key)));
                if (i % 10 == 0) {
                    env.pass(Duration.ofMillis(5));
                }
            }
            store.close();
            return disk.read("state.mv");
        }
    }

    private record Opened(Map<String, String> rows, List<String> files) {}

    /** Opens a file with these bytes, sees that it can be written, and opens it once more. */
    private static Opened open(byte[] bytes) {
        try (FaultyDisk disk = new FaultyDisk()) {
            disk.write("state.mv", bytes);
            MvStateStore store = MvStateStore.open(disk.files(), new OneThreadEnv());
            store.commit("two", new Batch().put(Table.LEDGER, "new", "row"))
                    .toCompletableFuture()
                    .join();
            store.close();
            MvStateStore again = MvStateStore.open(disk.files(), new OneThreadEnv());
            assertThat(new IdentityRows(again, "two").load(Table.LEDGER))
                    .containsExactly(new Row(Table.LEDGER, "new", "row"));
            Map<String, String> rows = new TreeMap<>();
            again.load("one", Table.OUTBOX, row -> rows.put(row.key(), row.value()));
            again.close();
            return new Opened(rows, disk.names());
        }
    }

    private static void assertTrue(Map<String, String> rows) {
        rows.forEach((key, value) -> assertThat(value).isEqualTo(value(key)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "not a store", "H:2,block:"})
    void aFileThatIsNoStoreIsSetAside(String content) {
        byte[] garbage =
                content.repeat(1 + 10_000 / Math.max(1, content.length())).getBytes(StandardCharsets.UTF_8);

        Opened opened = open(garbage);

        assertThat(opened.rows()).isEmpty();
        assertThat(opened.files()).hasSize(content.isEmpty() ? 1 : 2);
    }

    @Test
    void aFileThatWasCutShortGivesWhatWasCommittedBefore() {
        byte[] file = healthyFile();
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            int length = random.nextInt(file.length);

            Opened opened = open(Arrays.copyOf(file, length));

            assertTrue(opened.rows());
            assertThat(opened.rows().size())
                    .as("rows of a file cut to %d of %d bytes", length, file.length)
                    .isGreaterThanOrEqualTo(ROWS * length / file.length - 40);
        }
    }

    @Test
    void damagedBytesNeverMakeAWrongRowAndCostFewRightOnes() {
        byte[] file = healthyFile();
        Random random = new Random(2);
        int kept = 0;
        int runs = 150;
        for (int i = 0; i < runs; i++) {
            byte[] damaged = file.clone();
            int length = 1 + random.nextInt(i % 2 == 0 ? 4 : 6_000);
            int start = random.nextInt(file.length - length);
            for (int at = start; at < start + length; at++) {
                damaged[at] ^= (byte) (1 + random.nextInt(255));
            }

            Opened opened = open(damaged);

            assertTrue(opened.rows());
            kept += opened.rows().size();
        }
        assertThat(kept / runs).as("rows kept on average, of %d", ROWS).isGreaterThan(ROWS * 3 / 4);
    }

    @Test
    void aProcessThatEndsBetweenTheTwoRenamesOfARescueLosesNothing() {
        try (FaultyDisk disk = new FaultyDisk()) {
            disk.write("state.mv.damaged-20260101-000000-000", "garbage".getBytes(StandardCharsets.UTF_8));
            disk.write("state.mv.new", healthyFile());

            MvStateStore store = MvStateStore.open(disk.files(), new OneThreadEnv());

            Map<String, String> rows = new TreeMap<>();
            store.load("one", Table.OUTBOX, row -> rows.put(row.key(), row.value()));
            store.close();
            assertThat(rows).hasSize(ROWS);
            assertTrue(rows);
        }
    }

    @Test
    void onlyTheLastDamagedFilesAreKept() {
        try (FaultyDisk disk = new FaultyDisk()) {
            OneThreadEnv env = new OneThreadEnv();
            for (int i = 0; i < 6; i++) {
                disk.write("state.mv", "garbage".getBytes(StandardCharsets.UTF_8));
                env.pass(Duration.ofSeconds(1));
                MvStateStore.open(disk.files(), env).close();
            }
            assertThat(disk.names())
                    .containsExactly(
                            "state.mv",
                            "state.mv.damaged-19700101-000004-000",
                            "state.mv.damaged-19700101-000005-000",
                            "state.mv.damaged-19700101-000006-000");
        }
    }

    @Test
    void aLostPartOfTheDiskIsNoDamageWhereItHoldsNoRow() {
        try (FaultyDisk disk = new FaultyDisk()) {
            for (String content : List.of("former".repeat(2_000), "latter")) {
                try (MvStateStore store = MvStateStore.open(disk.files(), new OneThreadEnv())) {
                    store.commit("one", new Batch().put(Table.OUTBOX, "a", content))
                            .toCompletableFuture()
                            .join();
                }
            }
            disk.lose(new String(disk.read("state.mv"), StandardCharsets.ISO_8859_1).indexOf("former") + 6_000);
            try (MvStateStore store = MvStateStore.open(disk.files(), new OneThreadEnv())) {
                assertThat(new IdentityRows(store, "one").load(Table.OUTBOX))
                        .containsExactly(new Row(Table.OUTBOX, "a", "latter"));
            }
        }
    }
}
