package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.client.internal.local.LocalClient;
import com.scaleoutsystems.edge.client.record.Delivery;
import com.scaleoutsystems.edge.client.task.AbortReason;
import com.scaleoutsystems.edge.client.task.TaskContext;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one callback does while it runs, and what happens to it at the calls that the test has named. From any thread. */
final class Observation {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LocalClient client;
    private final String correlationId;
    private final int abortAtCheck;
    private final int abortAtProgress;
    private final boolean offline;
    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicInteger progressCalls = new AtomicInteger();
    private final List<Double> progress = new CopyOnWriteArrayList<>();
    private final List<Delivery> receipts = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile @Nullable TaskContext context;
    private volatile @Nullable Throwable failure;
    private volatile long keptOffline;

    Observation(LocalClient client, String correlationId, int abortAtCheck, int abortAtProgress, boolean offline) {
        this.client = client;
        this.correlationId = correlationId;
        this.abortAtCheck = abortAtCheck;
        this.abortAtProgress = abortAtProgress;
        this.offline = offline;
    }

    /** Calls the callback. On its thread. */
    <T extends @Nullable Object> T call(TaskContext task, TaskRun.Body<T> callback) throws Exception {
        thread = Thread.currentThread();
        context = task;
        if (offline) {
            client.goAway();
        }
        try {
            return callback.call(ObservedContext.of(task, this));
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            if (offline) {
                keptOffline = receipts.stream().filter(Observation::isKept).count();
                client.comeBack();
            }
            thread = null;
        }
    }

    /** Whether the client holds the record and the server does not have it. */
    private static boolean isKept(Delivery receipt) {
        try {
            Delivery.Stored stored = receipt.stored().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return stored != Delivery.Stored.NOT_STORED
                    && !receipt.outcome().toCompletableFuture().isDone();
        } catch (InterruptedException aborted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException never) {
            throw new IllegalStateException("the client has not said whether it keeps " + receipt.id(), never);
        }
    }

    /** The callback asks whether its task was aborted. */
    void check(TaskContext task) {
        if (checks.incrementAndGet() == abortAtCheck) {
            abort(task);
        }
    }

    /** The callback has told its progress. */
    void progressed(TaskContext task, double fraction) {
        progress.add(fraction);
        if (progressCalls.incrementAndGet() == abortAtProgress) {
            abort(task);
        }
    }

    /** The callback has logged something. */
    Delivery logged(Delivery receipt) {
        receipts.add(receipt);
        return receipt;
    }

    private void abort(TaskContext task) {
        CountDownLatch aborted = new CountDownLatch(1);
        task.onAbort(aborted::countDown);
        client.give(TaskRequest.of(correlationId, task.request().type()).withStatus("INTERRUPTED"));
        try {
            if (!aborted.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the client has not aborted the task");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of the task. */
    LocalClient.End awaitEnd(Duration longest) {
        try {
            return client.end().toCompletableFuture().get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("the task has not ended within " + longest + "; " + whereabouts(), late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the callback runs", interrupted);
        } catch (ExecutionException impossible) {
            throw new AssertionError("the task has no end", impossible.getCause());
        } finally {
            client.comeBack();
        }
    }

    private String whereabouts() {
        Thread running = thread;
        if (running == null) {
            return "its callback does not run";
        }
        return Arrays.stream(running.getStackTrace())
                .map(frame -> "\n\tat " + frame)
                .collect(Collectors.joining("", "its callback is here:", ""));
    }

    /** Whether the callback runs now. */
    boolean isRunning() {
        return thread != null;
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    Optional<AbortReason> abortReason() {
        return Optional.ofNullable(context).flatMap(TaskContext::abortReason);
    }

    List<Double> progress() {
        return List.copyOf(progress);
    }

    List<Delivery> receipts() {
        return List.copyOf(receipts);
    }

    long keptOffline() {
        return keptOffline;
    }
}
