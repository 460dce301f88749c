package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SystemEnvTest {

    private final Env env = new SystemEnv();

    @Test
    void stepsOfAStrandRunOneAtATimeAndInOrder() throws Exception {
        Strand strand = env.strand("test");
        List<Integer> order = new ArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        CompletableFuture<Void> done = new CompletableFuture<>();

        for (int i = 0; i < 10_000; i++) {
            int number = i;
            strand.execute(() -> {
                if (inside.incrementAndGet() != 1) {
                    done.completeExceptionally(new AssertionError("two steps at once"));
                }
                order.add(number);
                inside.decrementAndGet();
                if (number == 9_999) {
                    done.complete(null);
                }
            });
        }

        done.get(30, TimeUnit.SECONDS);
        assertThat(order).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }

    @Test
    void aStepThatThrowsHarmsNoOther() throws Exception {
        Strand strand = env.strand("test");
        CountDownLatch after = new CountDownLatch(1);

        strand.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        strand.execute(after::countDown);

        assertThat(after.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCancelledTimerDoesNotFire() throws Exception {
        Strand strand = env.strand("test");
        CompletableFuture<String> first = new CompletableFuture<>();

        strand.after(Duration.ofMillis(30), () -> first.complete("cancelled")).cancel();
        strand.after(Duration.ofMillis(60), () -> first.complete("kept"));

        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("kept");
    }

    @Test
    void aStepThatIsDueAndWaitsForItsStrandCanBeCancelled() throws Exception {
        Strand strand = env.strand("test");
        CountDownLatch released = new CountDownLatch(1);
        CompletableFuture<Void> due = new CompletableFuture<>();
        CompletableFuture<String> first = new CompletableFuture<>();
        try {
            strand.execute(() -> await(released));
            Cancellable cancelled = strand.after(Duration.ZERO, () -> first.complete("cancelled"));
            // The timer hands over in order: when the second step is due, the first one waits in the strand.
            env.after(Duration.ofMillis(1), () -> due.complete(null));
            due.get(30, TimeUnit.SECONDS);
            cancelled.cancel();
            strand.execute(() -> first.complete("kept"));
        } finally {
            released.countDown();
        }

        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("kept");
    }

    @Test
    void aStepApartFromTheStrandsThatBlocksHoldsUpNoOther() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CompletableFuture<String> apart = new CompletableFuture<>();
        CompletableFuture<String> ofAStrand = new CompletableFuture<>();
        try {
            env.after(Duration.ZERO, () -> {
                blocked.countDown();
                await(released);
            });
            assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

            env.after(Duration.ofMillis(1), () -> apart.complete("ran"));
            env.strand("test").after(Duration.ofMillis(1), () -> ofAStrand.complete("ran"));

            assertThat(apart.get(10, TimeUnit.SECONDS)).isEqualTo("ran");
            assertThat(ofAStrand.get(10, TimeUnit.SECONDS)).isEqualTo("ran");
        } finally {
            released.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
