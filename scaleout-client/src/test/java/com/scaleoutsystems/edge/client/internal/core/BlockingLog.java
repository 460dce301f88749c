package com.scaleoutsystems.edge.client.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;

/** A log whose first shown line waits, as one to a full pipe does. It shows no line at DEBUG. */
final class BlockingLog extends TestLogger {

    /** The common pool has a single thread on a small machine. */
    static final Executor OWN_THREAD = task -> new Thread(task).start();

    private static final long serialVersionUID = 1L;

    private final AtomicBoolean isFirst = new AtomicBoolean(true);
    private final transient CountDownLatch blocked = new CountDownLatch(1);
    private final transient CountDownLatch released = new CountDownLatch(1);

    void awaitBlocked() throws InterruptedException {
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
    }

    void release() {
        released.countDown();
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String message,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable failure) {
        if (isFirst.getAndSet(false)) {
            blocked.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
