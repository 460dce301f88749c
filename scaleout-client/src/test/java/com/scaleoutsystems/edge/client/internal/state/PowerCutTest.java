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
import org.junit.jupiter.api.Test;

/** The power fails at a seeded point of a long run of commits: every commit that was told done is there, whole, and no half of any other. */
class PowerCutTest {

    private static final int POINTS = 200;
    private static final int STEPS = 150;
    private static final Duration GATHERING = Duration.ofMillis(5);

    /** One run: rows come and go as records and tasks do, some commits are gathered into one. */
    private static final class Run {

        private final Random random;
        private final OneThreadEnv env;
        private final IdentityRows rows;

        /** What there may be: all that was told done, and from there on one of the commits after the other. */
        private final List<Map<String, String>> possible = new ArrayList<>();

        private final TreeMap<String, String> given = new TreeMap<>();
        private long next;
        private boolean failed;

        Run(long seed, MvStateStore store, OneThreadEnv env) {
            this.random = new Random(seed);
            this.env = env;
            this.rows = new IdentityRows(store, "client-1");
            possible.add(Map.of());
        }

        void step() {
            for (int commits = random.nextInt(4); commits >= 0 && !failed; commits--) {
                commit();
            }
            env.pass(GATHERING);
        }

        private void commit() {
            Batch batch = new Batch();
            for (int puts = random.nextInt(6); puts >= 0; puts--) {
                String key = "%016x".formatted(next++);
                put(batch, Table.OUTBOX, key, "record " + key + "x".repeat(random.nextInt(600)));
            }
            put(batch, Table.LEDGER, "task " + random.nextInt(20), "step " + next);
            while (given.size() > 120) {
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
                run = new Run(seed, MvStateStore.open(disk.files(), env), env);
                disk.cutPowerAfter(20 + random.nextInt(2 * STEPS));
                for (int step = 0; step < STEPS && !run.failed; step++) {
                    run.step();
                }
                disk.cutPowerAfter(0);
                try (FaultyDisk later = disk.afterPowerCut(random)) {
                    Map<String, String> found = rows(later);
                    assertThat(run.possible.contains(found))
                            .as(
                                    "seed %d: %d rows found, expected one of %d states",
                                    seed, found.size(), run.possible.size())
                            .isTrue();
                }
            }
            withOpenCommits += run.possible.size() > 1 ? 1 : 0;
        }
        assertThat(withOpenCommits).as("cuts in the middle of a commit").isGreaterThan(POINTS / 3);
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
