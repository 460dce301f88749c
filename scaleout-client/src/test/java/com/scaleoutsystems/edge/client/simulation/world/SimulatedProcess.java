package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.core.PendingLines;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A process of the client's machine: when it is killed, none of its steps is taken any longer. */
final class SimulatedProcess implements Env {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** How the host's code behaves. */
    interface Callbacks {

        /** A callback begins on a thread with this name: how long it takes, and whether it ignores interrupts. */
        Pace begins(String thread);
    }

    /** How long a callback takes. */
    record Pace(Duration time, boolean ignoresInterrupts) {}

    private final SimulatedDay day;
    private final int number;
    private final Callbacks callbacks;
    private final SplittableRandom random;
    private final SplittableRandom threads;
    private final PendingLines pendingLines = new PendingLines();

    /** Each process counts its nanoseconds from somewhere else. */
    private final long origin;

    private boolean alive = true;

    SimulatedProcess(SimulatedDay day, int number, Callbacks callbacks) {
        this.day = day;
        this.number = number;
        this.callbacks = callbacks;
        this.random = new SplittableRandom(day.seed() * 31 + number);
        this.threads = random.split();
        this.origin = number % 2 == 0 ? Long.MAX_VALUE - Duration.ofHours(5).toNanos() * number : random.nextLong();
    }

    int number() {
        return number;
    }

    boolean isAlive() {
        return alive;
    }

    void kill() {
        alive = false;
    }

    Cancellable later(long nanos, Runnable action) {
        return day.time().after(nanos, this::isAlive, action);
    }

    @Override
    public Instant wall() {
        return START.plusNanos(day.time().now()).plus(day.clockError());
    }

    @Override
    public long nanos() {
        return origin + day.time().now();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public NodeLoad load() {
        return new NodeLoad(50, 25);
    }

    @Override
    public String newId() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    @Override
    public Strand strand(String name) {
        return new Strand() {
            @Override
            public void execute(Runnable step) {
                later(0, step);
            }

            @Override
            public Cancellable after(Duration delay, Runnable step) {
                return later(nanosOf(delay), step);
            }
        };
    }

    @Override
    public Cancellable after(Duration delay, Runnable step) {
        return later(nanosOf(delay), step);
    }

    private static long nanosOf(Duration delay) {
        return delay.compareTo(Duration.ofDays(1000)) < 0
                ? delay.toNanos()
                : Duration.ofDays(1000).toNanos();
    }

    /** Threads overtake each other. */
    @Override
    public Executor io() {
        return task -> later(threads.nextInt(4) == 0 ? threads.nextLong(20_000_000) : 0, task);
    }

    @Override
    public Executor continuations() {
        return task -> later(0, task);
    }

    @Override
    public Cancellable onShutdown(String name, Supplier<? extends CompletionStage<?>> end) {
        return () -> {};
    }

    @Override
    public PendingLines pendingLines() {
        return pendingLines;
    }

    @Override
    public CallbackThread callback(String name, Runnable body) {
        Pace pace = callbacks.begins(name);
        boolean[] begun = {false};
        Runnable once = () -> {
            if (!begun[0]) {
                begun[0] = true;
                body.run();
            }
        };
        later(pace.time().toNanos(), once);
        return () -> {
            if (!pace.ignoresInterrupts()) {
                later(1_000_000, once);
            }
        };
    }
}
