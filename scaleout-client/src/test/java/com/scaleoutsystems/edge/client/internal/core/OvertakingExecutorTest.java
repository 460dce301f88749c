package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the host appends to receipts may block, in virtual time: a call that blocks lets the time pass, and what happens in it. */
class OvertakingExecutorTest {

    private record Timer(Duration due, Runnable step) {}

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparing(Timer::due));
    private final List<String> ran = new ArrayList<>();
    private final OvertakingExecutor executor =
            new OvertakingExecutor(this::thread, this::timer, LoggerFactory.getLogger(getClass()));
    private Duration now = Duration.ZERO;
    private int begun;
    private boolean noThreads;

    private Cancellable timer(Duration delay, Runnable step) {
        Timer timer = new Timer(now.plus(delay), step);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    private void thread(Runnable body) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        begun++;
        threads.add(body);
    }

    /** Threads that were begun run to their end. */
    private void runThreads() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    /** The calling thread is blocked until then, while the others go on. */
    private void blockUntil(Duration time) {
        while (!timers.isEmpty() && timers.element().due().compareTo(time) <= 0) {
            Timer next = timers.remove();
            now = next.due();
            next.step().run();
            runThreads();
        }
        now = time;
    }

    @Test
    void quickCallsShareOneThreadAndKeepTheirOrder() {
        for (int i = 0; i < 1_000; i++) {
            String call = "call " + i;
            executor.execute(() -> ran.add(call));
        }

        runThreads();

        assertThat(ran)
                .isEqualTo(IntStream.range(0, 1_000).mapToObj(i -> "call " + i).toList());
        assertThat(begun).isEqualTo(1);
    }

    @Test
    void aCallThatWaitsForALaterOneIsOvertakenByIt() {
        List<String> seenWhileBlocked = new ArrayList<>();
        executor.execute(() -> {
            blockUntil(OvertakingExecutor.PATIENCE.multipliedBy(2));
            seenWhileBlocked.addAll(ran);
        });
        executor.execute(() -> ran.add("second"));
        executor.execute(() -> ran.add("third"));

        runThreads();

        assertThat(seenWhileBlocked).containsExactly("second", "third");
        assertThat(begun).isEqualTo(2);
    }

    @Test
    void afterABlockedCallHasReturnedAllIsAsBefore() {
        executor.execute(() -> blockUntil(Duration.ofSeconds(10)));
        executor.execute(() -> ran.add("overtakes"));
        runThreads();

        executor.execute(() -> {
            Duration patience = OvertakingExecutor.PATIENCE.multipliedBy(2);
            blockUntil(now.plus(patience));
            ran.add("seen: " + ran);
        });
        executor.execute(() -> ran.add("overtakes again"));
        runThreads();

        assertThat(ran).containsExactly("overtakes", "overtakes again", "seen: [overtakes, overtakes again]");
    }

    @Test
    void aLongPatienceEndsWithTheCallsThatCausedIt() {
        Duration end = Duration.ofHours(3);
        for (int i = 0; i < 13; i++) {
            executor.execute(() -> blockUntil(end));
        }
        runThreads();
        List<Duration> overtook = new ArrayList<>();
        executor.execute(() -> blockUntil(now.plus(Duration.ofMinutes(1))));
        executor.execute(() -> overtook.add(now.minus(end)));

        runThreads();

        assertThat(overtook)
                .singleElement()
                .satisfies(time -> assertThat(time).isLessThanOrEqualTo(OvertakingExecutor.PATIENCE.multipliedBy(2)));
    }

    @Test
    void callsThatNeverReturnCostFewThreadsAndStillStopNoOtherForLong() {
        Duration end = Duration.ofHours(2);
        List<Duration> begins = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            executor.execute(() -> {
                begins.add(now);
                blockUntil(end);
            });
        }

        runThreads();

        assertThat(begun).as("threads in two hours in which every call blocks").isBetween(60, 140);
        List<Duration> before =
                begins.stream().filter(time -> time.compareTo(end) < 0).sorted().toList();
        for (int i = 1; i < before.size(); i++) {
            assertThat(before.get(i).minus(before.get(i - 1)))
                    .as("the time that a call waits for the one before it")
                    .isLessThanOrEqualTo(Duration.ofMinutes(2));
        }
    }

    /** It is completed on strands and timers, and the log may be a full pipe. */
    @Test
    void aLogThatBlocksHoldsUpNoReceipt() throws Exception {
        BlockingLog log = new BlockingLog();
        OvertakingExecutor blocking = new OvertakingExecutor(this::thread, this::timer, log);
        noThreads = true;
        CompletableFuture<Void> first =
                CompletableFuture.runAsync(() -> blocking.execute(() -> ran.add("first")), BlockingLog.OWN_THREAD);
        log.awaitBlocked();
        try {
            noThreads = false;
            CompletableFuture<Void> second =
                    CompletableFuture.runAsync(() -> blocking.execute(() -> ran.add("second")), BlockingLog.OWN_THREAD);

            assertThat(second).succeedsWithin(Duration.ofSeconds(30));
            runThreads();
            assertThat(ran).containsExactly("first", "second");
        } finally {
            log.release();
        }
        assertThat(first).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void whereThereIsNoThreadTheCallsWaitForOne() {
        noThreads = true;
        assertThatCode(() -> executor.execute(() -> ran.add("call"))).doesNotThrowAnyException();
        noThreads = false;

        blockUntil(Duration.ofSeconds(5));

        assertThat(ran).containsExactly("call");
    }
}
