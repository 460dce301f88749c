package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Strands that have much to do share their threads with all others, in virtual time. */
class SerialExecutorTest {

    private static final Duration STEP = Duration.ofMillis(7);

    /** What waits for a thread; each thread that becomes free takes the first. */
    private final Queue<Runnable> pool = new ArrayDeque<>();

    private final Queue<Runnable> timers = new ArrayDeque<>();
    private boolean noThreads;
    private long now;

    private SerialExecutor strand() {
        return new SerialExecutor(this::thread, this::timer, () -> now, LoggerFactory.getLogger(getClass()));
    }

    private void thread(Runnable body) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        pool.add(body);
    }

    private Cancellable timer(Duration delay, Runnable step) {
        assertThat(delay).isEqualTo(SerialExecutor.RETRY);
        timers.add(step);
        return () -> timers.remove(step);
    }

    /** A strand that always has another step to take. */
    private void flood(Executor strand, Duration step) {
        for (int i = 0; i < 10; i++) {
            strand.execute(new Runnable() {
                @Override
                public void run() {
                    now += step.toNanos();
                    strand.execute(this);
                }
            });
        }
    }

    private boolean runs(Executor strand, int slices) {
        boolean[] ran = {false};
        strand.execute(() -> ran[0] = true);
        for (int i = 0; i < slices; i++) {
            pool.remove().run();
        }
        return ran[0];
    }

    @Test
    void whoeverComesNewToAThreadWaitsForOneSliceOfEachFloodedStrand() {
        for (int flooded = 1; flooded <= 8; flooded++) {
            pool.clear();
            for (int i = 0; i < flooded; i++) {
                flood(strand(), STEP);
            }
            long before = now;

            assertThat(runs(strand(), flooded + 1))
                    .as("%d flooded strands", flooded)
                    .isTrue();

            assertThat(Duration.ofNanos(now - before))
                    .isEqualTo(STEP.multipliedBy(2L * flooded))
                    .isLessThanOrEqualTo(SerialExecutor.SLICE.plus(STEP).multipliedBy(flooded));
        }
    }

    @Test
    void aStepThatFindsNoThreadRunsAsSoonAsThereIsOneThoughNobodyCallsAgain() {
        List<String> ran = new ArrayList<>();
        Executor strand = strand();
        noThreads = true;
        assertThatCode(() -> strand.execute(() -> ran.add("first"))).doesNotThrowAnyException();
        assertThatCode(() -> strand.execute(() -> ran.add("second"))).doesNotThrowAnyException();
        assertThat(timers).hasSize(1);
        timers.remove().run();
        noThreads = false;

        while (!timers.isEmpty()) {
            timers.remove().run();
        }

        assertThat(pool).hasSize(1);
        pool.remove().run();
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void aStepThatThrowsACheckedExceptionHarmsNoOther() {
        boolean[] ran = {false};
        SerialExecutor strand = strand();
        strand.execute(() -> sneak(new IOException("log collector is away")));
        strand.execute(() -> ran[0] = true);

        pool.remove().run();

        assertThat(ran[0]).isTrue();
    }

    /** As code in Kotlin or Groovy does. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void stepsThatTakeNoTimeEndTheSliceByTheirNumber() {
        int[] steps = {0};
        SerialExecutor strand = strand();
        for (int i = 0; i < 1_000; i++) {
            strand.execute(() -> steps[0]++);
        }

        pool.remove().run();

        assertThat(steps[0]).isEqualTo(SerialExecutor.MOST_TASKS);
        assertThat(pool).hasSize(1);
    }

    @Test
    void oneStrandTakesTurnsWithItselfAndLosesNoStep() {
        int[] steps = {0};
        SerialExecutor strand = strand();
        for (int i = 0; i < 1_000; i++) {
            strand.execute(() -> {
                now += Duration.ofMillis(1).toNanos();
                steps[0]++;
            });
        }

        int slices = 0;
        while (!pool.isEmpty()) {
            pool.remove().run();
            slices++;
        }

        assertThat(steps[0]).isEqualTo(1_000);
        assertThat(slices).isEqualTo(101);
    }
}
