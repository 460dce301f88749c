package com.scaleoutsystems.edge.sandbox.internal.wire;

import io.grpc.ServerCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What the server does with a call, some of it late, and all of it in its order and one at a time. */
final class DelayLine {
    private final ServerCall<?, ?> call;
    private final ScheduledExecutorService timer;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private long lastDue = Long.MIN_VALUE;

    DelayLine(ServerCall<?, ?> call, ScheduledExecutorService timer) {
        this.call = call;
        this.timer = timer;
    }

    /** Does a step after a delay, and after the steps before it; nothing if the client has cancelled the call by then. */
    void run(Duration delay, Runnable step) {
        run(delay, step, () -> {});
    }

    /** The same; if the client has cancelled the call by then, it does the other step. */
    synchronized void run(Duration delay, Runnable step, Runnable otherwise) {
        if (waiting.isEmpty() && delay.isZero()) {
            step.run();
            return;
        }
        long now = System.nanoTime();
        long due = waiting.isEmpty() ? now + delay.toNanos() : Math.max(lastDue, now + delay.toNanos());
        lastDue = due;
        waiting.add(() -> (call.isCancelled() ? otherwise : step).run());
        var unused = timer.schedule(this::next, due - now, TimeUnit.NANOSECONDS);
    }

    /** Does a step after a delay, whatever comes before it. */
    void later(Duration delay, Runnable step) {
        var unused = timer.schedule(() -> alone(step), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void alone(Runnable step) {
        if (!call.isCancelled()) {
            step.run();
        }
    }

    /** The timer may come too early by a hair, but what it does is always the next step. */
    private synchronized void next() {
        waiting.remove().run();
    }
}
