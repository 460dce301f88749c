package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.task.CallbackThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExecutorJobTest {

    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final List<Throwable> refusals = new ArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void end() {
        released.countDown();
        one.shutdownNow();
    }

    private Env.CallbackThread begun(Runnable body) {
        return new SystemEnv().callback(CallbackThreads.on(one), "unused", body, refusals::add);
    }

    private void occupied() {
        entered.countDown();
        boolean over = false;
        while (!over) {
            try {
                released.await();
                over = true;
            } catch (InterruptedException ignored) {
                // As a callback does that ignores its interrupt, and keeps the flag.
                over = released.getCount() == 0;
            }
        }
        Thread.currentThread().interrupt();
    }

    private CompletableFuture<Boolean> flagOfTheNextJob() {
        return CompletableFuture.supplyAsync(() -> Thread.currentThread().isInterrupted(), one);
    }

    @Test
    void interruptReachesTheCallbackThatRuns() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Env.CallbackThread thread = begun(() -> {
            entered.countDown();
            try {
                released.await();
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        entered.await();
        thread.interrupt();

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.takeBack()).isFalse();
    }

    @Test
    void interruptOfACallbackDoesNotReachTheNextJob() throws Exception {
        // The pool clears the flag between its jobs, too: the job itself looks right after the body.
        List<Boolean> after = new ArrayList<>();
        ExecutorJob job = new ExecutorJob(this::occupied, refusals::add);
        CompletableFuture<Void> done = CompletableFuture.runAsync(
                () -> {
                    job.run();
                    after.add(Thread.currentThread().isInterrupted());
                },
                one);
        entered.await();
        job.interrupt();
        released.countDown();
        done.get(30, TimeUnit.SECONDS);
        job.interrupt();

        assertThat(after).containsExactly(false);
        assertThat(flagOfTheNextJob().get(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void interruptOfACallbackThatWaitsReachesNobody() throws Exception {
        one.execute(() -> {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                refusals.add(e);
            }
        });
        entered.await();
        CountDownLatch ran = new CountDownLatch(1);
        Env.CallbackThread waiting = begun(ran::countDown);
        waiting.interrupt();

        assertThat(waiting.takeBack()).isTrue();
        released.countDown();
        assertThat(flagOfTheNextJob().get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(ran.getCount()).isEqualTo(1);
        assertThat(refusals).isEmpty();
    }
}
