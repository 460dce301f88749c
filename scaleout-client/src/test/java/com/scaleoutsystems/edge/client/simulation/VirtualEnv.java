package com.scaleoutsystems.edge.client.simulation;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import com.scaleoutsystems.edge.client.internal.core.Env;
import com.scaleoutsystems.edge.client.internal.core.NodeLoad;
import com.scaleoutsystems.edge.client.internal.core.PendingLines;
import com.scaleoutsystems.edge.client.internal.core.Strand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One thread, virtual time, chance from a seed: everything happens in an order that the seed alone decides. */
public final class VirtualEnv implements Env {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private record Step(long due, long number, Runnable action) {}

    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparingLong(Step::due).thenComparingLong(Step::number));
    private final SplittableRandom random;
    private final Duration callbackTime;
    private final PendingLines pendingLines = new PendingLines();
    private final List<Duration> interrupts = new ArrayList<>();
    private final List<Supplier<? extends CompletionStage<?>>> shutdown = new ArrayList<>();
    private int callbacks;
    private boolean strandsHang;
    private Runnable beforeStrandStep = () -> {};
    private Runnable afterStrandStep = () -> {};
    private boolean withoutThreads;
    private boolean cancelsTooLate;
    private boolean faulty;
    private int callsToFault;
    private long stepsTaken;
    private Duration clockError = Duration.ZERO;
    private long now;
    private long count;
    private long largestStep;

    /**
     * An environment at time zero.
     *
     * @param callbackTime how long each callback seems to take
     */
    public VirtualEnv(long seed, Duration callbackTime) {
        this.random = new SplittableRandom(seed);
        this.callbackTime = callbackTime;
    }

    /** Takes steps until the condition holds. Fails when there is nothing left to do or the limit of virtual time is reached. */
    public void runUntil(BooleanSupplier condition, Duration limit) {
        long end = now + limit.toNanos();
        while (!condition.getAsBoolean()) {
            Step step = steps.poll();
            if (step == null) {
                throw new AssertionError("nothing left to do after " + Duration.ofNanos(now));
            }
            if (step.due() > end) {
                throw new AssertionError("the condition does not hold after " + Duration.ofNanos(now));
            }
            now = Math.max(now, step.due());
            stepsTaken++;
            take(step.action());
        }
    }

    /** A real strand goes on after a step that throws. Here, this would hide faults in all tests that do not look for it. */
    private void take(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error fault) {
            if (!faulty) {
                throw fault;
            }
        }
    }

    /** How many steps were taken, on all threads. */
    long stepsTaken() {
        return stepsTaken;
    }

    /**
     * Lets a call fail that reads the wall clock, draws an id, needs a thread or goes to the combiner. From now on, a step that throws harms no other.
     *
     * @param number which call, counted from now; negative for all calls
     */
    void failCall(int number) {
        faulty = true;
        callsToFault = number;
    }

    /** Lets no call fail. */
    void failNoCall() {
        callsToFault = 0;
    }

    /** Whether the call that fails is still to come. */
    boolean failsLater() {
        return callsToFault > 0;
    }

    /** Fails if this is the call that is to fail. */
    void mayFail() {
        if (callsToFault < 0 || callsToFault > 0 && --callsToFault == 0) {
            throw new OutOfMemoryError("unable to create native thread (made up)");
        }
    }

    /** Everything that was still to happen does not: the process is gone, and what was under way with it. */
    void kill() {
        steps.clear();
    }

    /** No strand takes a step from now on. */
    void hangStrands() {
        strandsHang = true;
    }

    /** How many things one step of a strand has begun at the most, such as the completion of a receipt or another step. */
    long largestStep() {
        return largestStep;
    }

    private void measured(Runnable step) {
        long before = count;
        beforeStrandStep.run();
        step.run();
        afterStrandStep.run();
        largestStep = Math.max(largestStep, count - before);
    }

    /** The step that calls this takes so long. */
    void pass(Duration time) {
        now += time.toNanos();
    }

    /** Does this before and after each step of a strand. */
    void watchStrands(Runnable before, Runnable after) {
        beforeStrandStep = before;
        afterStrandStep = after;
    }

    /** From now on whatever is cancelled has begun already. */
    void cancelTooLate() {
        cancelsTooLate = true;
    }

    /** From now on there are no threads that may block, or there are again. */
    void withoutThreads(boolean now) {
        withoutThreads = now;
    }

    /** Somebody sets the wall clock; intervals are not touched. */
    void setClockBy(Duration change) {
        clockError = clockError.plus(change);
    }

    /** How many callbacks were begun. */
    int callbacks() {
        return callbacks;
    }

    /** When callbacks were interrupted. */
    List<Duration> interrupts() {
        return interrupts;
    }

    /** What is to be ended when the JVM shuts down. */
    List<Supplier<? extends CompletionStage<?>>> shutdown() {
        return shutdown;
    }

    public Cancellable schedule(Duration delay, Runnable action) {
        Step step = new Step(now + Math.max(0, delay.toNanos()), count++, action);
        steps.add(step);
        return () -> {
            if (!cancelsTooLate) {
                steps.remove(step);
            }
        };
    }

    @Override
    public Instant wall() {
        mayFail();
        return START.plusNanos(now).plus(clockError);
    }

    @Override
    public long nanos() {
        return now;
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
        mayFail();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    @Override
    public Strand strand(String name) {
        return new Strand() {
            @Override
            public void execute(Runnable step) {
                if (!strandsHang) {
                    schedule(Duration.ZERO, () -> measured(step));
                }
            }

            @Override
            public Cancellable after(Duration delay, Runnable step) {
                return schedule(delay, () -> measured(step));
            }
        };
    }

    @Override
    public Cancellable after(Duration delay, Runnable step) {
        return schedule(delay, step);
    }

    @Override
    public Executor io() {
        return this::onAThread;
    }

    @Override
    public Executor continuations() {
        // Never throws, as the real one.
        return task -> schedule(Duration.ZERO, task);
    }

    private void onAThread(Runnable task) {
        mayFail();
        if (withoutThreads) {
            throw new OutOfMemoryError("unable to create native thread (made up)");
        }
        schedule(Duration.ZERO, task);
    }

    @Override
    public Cancellable onShutdown(String name, Supplier<? extends CompletionStage<?>> end) {
        shutdown.add(end);
        return () -> shutdown.remove(end);
    }

    @Override
    public PendingLines pendingLines() {
        return pendingLines;
    }

    @Override
    public CallbackThread callback(String name, Runnable body) {
        mayFail();
        callbacks++;
        schedule(callbackTime, body);
        // A body runs in one step: there is no middle in which it could be interrupted, so the wish is only noted.
        return () -> interrupts.add(Duration.ofNanos(now));
    }
}
