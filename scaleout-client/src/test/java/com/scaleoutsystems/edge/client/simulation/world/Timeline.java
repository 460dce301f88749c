package com.scaleoutsystems.edge.client.simulation.world;

import com.scaleoutsystems.edge.client.internal.core.Cancellable;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Virtual time: everything that is still to happen in the world, in order. Steps of one moment happen in the order in which they came. */
final class Timeline {

    /** Whose step it is: a step of what has ended is not taken. */
    private static final class Step implements Comparable<Step>, Cancellable {

        private final long due;
        private final long number;
        private final BooleanSupplier lives;
        private Runnable action;

        Step(long due, long number, BooleanSupplier lives, Runnable action) {
            this.due = due;
            this.number = number;
            this.lives = lives;
            this.action = action;
        }

        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(due, other.due);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }

        @Override
        public void cancel() {
            action = null;
        }
    }

    private static final BooleanSupplier ALWAYS = () -> true;

    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private long now;
    private long count;
    private long taken;

    /** Nanoseconds since the world began. */
    long now() {
        return now;
    }

    /** The same for people. */
    String clock() {
        long millis = now / 1_000_000;
        return String.format(
                "%02d:%02d:%02d.%03d", millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
    }

    /** How many steps were taken. */
    long taken() {
        return taken;
    }

    /** How many steps are still to be taken, those included that were cancelled and are not due yet. */
    int waiting() {
        return steps.size();
    }

    /** Does this later, whatever happens meanwhile. */
    Cancellable after(Duration delay, Runnable action) {
        return after(delay.toNanos(), ALWAYS, action);
    }

    /** Does this later if its owner lives then. */
    Cancellable after(long nanos, BooleanSupplier lives, Runnable action) {
        Step step = new Step(now + Math.max(0, nanos), count++, lives, action);
        steps.add(step);
        return step;
    }

    /** Takes the next step. */
    void step() {
        Step step = steps.poll();
        if (step == null) {
            throw new IllegalStateException("nothing is left to do");
        }
        now = step.due;
        Runnable action = step.action;
        if (action != null && step.lives.getAsBoolean()) {
            taken++;
            action.run();
        }
    }
}
