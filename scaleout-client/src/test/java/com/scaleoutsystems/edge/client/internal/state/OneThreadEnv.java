package com.scaleoutsystems.edge.client.internal.state;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.core.PendingLines;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Does everything on the calling thread; what is to happen later happens when the test says so. */
final class OneThreadEnv implements Env {

    private final List<Runnable> later = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean noThreads;
    private long now;

    /** Whether whoever needs a thread gets none. */
    void noThreads(boolean none) {
        noThreads = none;
    }

    /** Lets time go by, so that everything is due that was to happen later. */
    void pass(Duration time) {
        now += time.toNanos();
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    boolean hasSomethingToDoLater() {
        return !later.isEmpty();
    }

    @Override
    public Instant wall() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Strand strand(String name) {
        return new Strand() {
            @Override
            public void execute(Runnable step) {
                step.run();
            }

            @Override
            public Cancellable after(Duration delay, Runnable step) {
                return OneThreadEnv.this.after(delay, step);
            }
        };
    }

    @Override
    public Cancellable after(Duration delay, Runnable step) {
        later.add(step);
        return () -> later.remove(step);
    }

    @Override
    public Executor io() {
        return step -> {
            if (noThreads) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            step.run();
        };
    }

    @Override
    public Executor continuations() {
        return Runnable::run;
    }

    @Override
    public RandomGenerator random() {
        throw new UnsupportedOperationException();
    }

    @Override
    public NodeLoad load() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String newId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Cancellable onShutdown(String name, Supplier<? extends CompletionStage<?>> end) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PendingLines pendingLines() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CallbackThread callback(String name, Runnable body) {
        throw new UnsupportedOperationException();
    }
}
