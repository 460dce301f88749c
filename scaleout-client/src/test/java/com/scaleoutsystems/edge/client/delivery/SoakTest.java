package com.scaleoutsystems.edge.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.delivery.SoakRun.Figures;
import com.scaleoutsystems.edge.sandbox.fault.FaultKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty clients for a minute, or for as long as {@code -Dsoak.minutes} says, with the faults of {@code -Dsoak.seed}. */
class SoakTest {

    private static final long SEED = Long.getLong("soak.seed", 20_260_101);
    private static final Duration TIME = Duration.ofMinutes(Long.getLong("soak.minutes", 1));

    private static final Duration LONG = Duration.ofMinutes(10);

    private static final int MOST_LINES = 50;
    private static final int MORE_THREADS = 16;
    private static final int MORE_HANDLES = 20;

    /** Netty takes direct memory for each event loop in chunks of megabytes, and keeps it. */
    private static final long MORE_DIRECT_BYTES = 32 << 20;

    private static final long MORE_BYTES = 16 << 20;

    @TempDir
    Path folder;

    @Test
    @Tag("once")
    void nothingIsLostAndNothingGrows() throws InterruptedException {
        soak(TIME);
    }

    @Test
    @Tag("nightly")
    void nothingIsLostAndNothingGrowsForLong() throws InterruptedException {
        soak(LONG);
    }

    private void soak(Duration time) throws InterruptedException {
        System.out.println("soak: seed " + SEED + ", " + time);
        Duration warmUp = time.dividedBy(4);
        try (SoakRun run = new SoakRun(SEED, folder)) {
            long start = System.nanoTime();
            run.soak(warmUp);
            Figures before = run.measure();
            run.soak(time.minus(warmUp));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Figures after = run.measure();
            long lines = run.logLines();
            List<String> broken = run.finish();

            double linesEach = lines * 60.0 / took.toSeconds() / SoakRun.CLIENTS;
            System.out.printf(
                    "soak: took %d s%n%s%nbefore %s%nafter  %s%n%.1f log lines a minute and client%n",
                    took.toSeconds(), run.figures(), before, after, linesEach);
            assertThat(broken)
                    .as("seed %d; %s; log %s", SEED, run.story(), run.log())
                    .isEmpty();
            assertThat(run.struck().keySet()).hasSizeGreaterThan(FaultKind.values().length / 2);
            assertThat(linesEach).isLessThanOrEqualTo(MOST_LINES);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + MORE_THREADS);
            assertThat(after.handles()).isLessThanOrEqualTo(before.handles() + MORE_HANDLES);
            assertThat(after.directBytes()).isLessThanOrEqualTo(before.directBytes() + MORE_DIRECT_BYTES);
            assertThat(after.heapBytes()).isLessThanOrEqualTo(before.heapBytes() + MORE_BYTES);
        }
    }
}
