package com.scaleoutsystems.edge.client.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.state.StateStore.Batch;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Row;
import com.scaleoutsystems.edge.client.internal.state.StateStore.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The power fails at a seeded point of a long run of commits: every commit that was told done is there, whole, and no half of any other. */
@Tag("once")
class PowerCutTest {

    private static final int POINTS = 200;
    private static final int STEPS = 150;
    private static final int RECORDS = 120;
    private static final int LONGEST = 600;
    private static final int REWRITES = 40;

    /** The size from which a file is made smaller. */
    private static final int LARGE_FILE = 8 << 20;

    private static final Duration GATHERING = Duration.ofMillis(5);

    /** A small file is made smaller every few steps of such a length. */
    private static final Duration LONG_STEP = Duration.ofSeconds(2);

    /** One run: rows come and go as records and tasks do, some commits are gathered into one. */
    private static final class Run {

        private final Random random;
        private final OneThreadEnv env;
        private final IdentityRows rows;

        /** What there may be: all that was told done, and from there on one of the commits after the other. */
        private final List<Map<String, String>> possible = new ArrayList<>();

        private final TreeMap<String, String> given = new TreeMap<>();
        private final int records;
        private final int longest;
        private final Duration step;
        private long next;
        private boolean failed;

        Run(long seed, MvStateStore store, OneThreadEnv env, int records, int longest, Duration step) {
            this.random = new Random(seed);
            this.records = records;
            this.longest = longest;
            this.step = step;
            this.env = env;
            this.rows = new IdentityRows(store, "client-1");
            possible.add(Map.of());
        }

        void step() {
            for (int commits = random.nextInt(4); commits >= 0 && !failed; commits--) {
                commit();
            }
            env.pass(step);
        }

        private void commit() {
            Batch batch = new Batch();
            for (int puts = random.nextInt(6); puts >= 0; puts--) {
                String key = "%016x".formatted(next++);
                put(batch, Table.OUTBOX, key, "record " + key + "x".repeat(random.nextInt(longest)));
            }
            put(batch, Table.LEDGER, "task " + random.nextInt(20), "step " + next);
            while (given.size() > records) {
                String oldest = given.keySet().stream()
                        .filter(place -> place.startsWith("OUTBOX"))
                        .findFirst()
                        .orElseThrow();
                given.remove(oldest);
                batch.delete(Table.OUTBOX, oldest.substring("OUTBOX ".length()));
            }
            Map<String, String> afterwards = new TreeMap<>(given);
            possible.add(afterwards);
            CompletableFuture<?> commit = rows.commit(batch).toCompletableFuture();
            var unused = commit.whenComplete((ok, error) -> {
                if (error != null) {
                    failed = true;
                } else {
                    while (!possible.get(0).equals(afterwards)) {
                        possible.remove(0);
                    }
                }
            });
        }

        private void put(Batch batch, Table table, String key, String value) {
            given.put(table + " " + key, value);
            batch.put(table, key, value);
        }
    }

    @Test
    void everyCommitThatWasToldDoneIsThereAfterwards() {
        int withOpenCommits = 0;
        for (int point = 0; point < POINTS; point++) {
            long seed = 1_000 + point;
            Random random = new Random(seed);
            Run run;
            try (FaultyDisk disk = new FaultyDisk()) {
                OneThreadEnv env = new OneThreadEnv();
                run = new Run(seed, MvStateStore.open(disk.files(), env), env, RECORDS, LONGEST, LONG_STEP);
                disk.cutPowerAfter(20 + random.nextInt(2 * STEPS));
                for (int step = 0; step < STEPS && !run.failed; step++) {
                    run.step();
                }
                disk.cutPowerAfter(0);
                try (FaultyDisk later = disk.afterPowerCut(random)) {
                    assertNothingIsLost(run, later, seed);
                }
            }
            withOpenCommits += run.possible.size() > 1 ? 1 : 0;
        }
        assertThat(withOpenCommits).as("cuts in the middle of a commit").isGreaterThan(POINTS / 3);
    }

    private static void assertNothingIsLost(Run run, FaultyDisk later, long seed) {
        Map<String, String> found = rows(later);
        assertThat(run.possible.contains(found))
                .as("seed %d: %d rows found, expected one of %d states", seed, found.size(), run.possible.size())
                .isTrue();
    }

    /** A file that is mostly dead is written anew, and takes the place of the old one. */
    @Test
    void norIsAnythingLostWhileTheFileIsMadeSmaller() {
        int withBothFiles = 0;
        int afterwards = 0;
        for (int point = 0; point < REWRITES; point++) {
            long seed = 5_000 + point;
            Random random = new Random(seed);
            try (FaultyDisk disk = new FaultyDisk()) {
                OneThreadEnv env = new OneThreadEnv();
                Run run =
                        new Run(seed, MvStateStore.open(disk.files(), env), env, RECORDS / 3, 200 * LONGEST, GATHERING);
                while (disk.size("state.mv") < LARGE_FILE - 10 * 200 * LONGEST) {
                    run.step();
                }
                disk.cutPowerAfter(random.nextInt(20));
                while (!run.failed) {
                    run.step();
                }
                disk.cutPowerAfter(0);
                withBothFiles += disk.names().contains("state.mv.new") ? 1 : 0;
                afterwards += disk.size("state.mv") < LARGE_FILE / 2 ? 1 : 0;
                try (FaultyDisk later = disk.afterPowerCut(random)) {
                    assertNothingIsLost(run, later, seed);
                }
            }
        }
        assertThat(withBothFiles).as("cuts while the new file was written").isGreaterThan(REWRITES / 10);
        assertThat(afterwards).as("cuts after it took its place").isGreaterThan(REWRITES / 10);
    }

    private static Map<String, String> rows(FaultyDisk disk) {
        Map<String, String> found = new TreeMap<>();
        try (MvStateStore store = MvStateStore.open(disk.files(), new OneThreadEnv())) {
            for (Table table : List.of(Table.LEDGER, Table.OUTBOX)) {
                store.load("client-1", table, (Row row) -> found.put(row.table() + " " + row.key(), row.value()));
            }
        }
        return found;
    }
}
