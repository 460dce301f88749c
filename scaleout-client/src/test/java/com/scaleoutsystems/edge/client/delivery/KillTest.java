package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.delivery.KillRun.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process of a client is killed with SIGKILL, again and again: what was promised holds over all its lives. */
@Tag("once")
@Timeout(600)
class KillTest {

    private static final long SEED = 20_260_101;
    private static final int KILLS = 50;
    private static final int MOST_KILLS = 70;
    private static final int LEAST_OF_EACH = 10;

    @TempDir
    Path folder;

    @Test
    void whateverWasPromisedHoldsOverFiftyKills() throws InterruptedException {
        try (KillRun run = new KillRun(SEED, PlantedBug.NONE, folder)) {
            Moment[] moments = Moment.values();
            while (run.kills() < KILLS || run.kills() < MOST_KILLS && isRare(run, moments)) {
                run.live(moments[run.kills() % moments.length]);
            }
            List<String> broken = run.finish();

            assertThat(broken).as("seed %d", SEED).isEmpty();
            for (Moment moment : moments) {
                assertThat(run.met())
                        .hasEntrySatisfying(moment, times -> assertThat(times).isGreaterThanOrEqualTo(LEAST_OF_EACH));
            }
        }
    }

    private static boolean isRare(KillRun run, Moment[] moments) {
        return List.of(moments).stream().anyMatch(moment -> run.met().getOrDefault(moment, 0) < LEAST_OF_EACH);
    }

    /** If a client had one of these faults, the test above would fail. */
    @ParameterizedTest
    @CsvSource({
        "LEDGER_SKIPPED, TRAINING, was trained 2 times",
        "COMPLETED_EARLY, DURING_UPLOAD, was told COMPLETED before its update had arrived",
        "DELETED_BEFORE_ACK, LINK_CUT, were stored and never arrived"
    })
    void aPlantedBugIsFound(PlantedBug bug, Moment moment, String finding) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        for (int attempt = 0; attempt < 4 && found.stream().noneMatch(broken -> broken.contains(finding)); attempt++) {
            found.addAll(broken(bug, moment, attempt));
        }

        assertThat(found).anySatisfy(broken -> assertThat(broken).contains(finding));
    }

    /** What three lives of a client with a fault break. When exactly a process is killed depends on the machine, too. */
    private List<String> broken(PlantedBug bug, Moment moment, int attempt) throws IOException, InterruptedException {
        Path apart = Files.createDirectory(folder.resolve("attempt-" + attempt));
        try (KillRun run = new KillRun(SEED + attempt, bug, apart)) {
            for (int life = 0; life < 3; life++) {
                run.live(moment);
            }
            return run.finish();
        }
    }

    /** The client is asked to end while a lot waits and no server answers. */
    @Test
    void aClientThatIsTerminatedWithAFullQueueEndsInTimeAndLosesNothing() throws InterruptedException {
        try (KillRun run = new KillRun(SEED, PlantedBug.NONE, folder)) {
            run.terminateWithoutServer(Duration.ofSeconds(20));

            assertThat(run.finish()).isEmpty();
        }
    }
}
