package com.scaleoutsystems.edge.sandbox.internal.fault;

import com.scaleoutsystems.edge.sandbox.fault.Fault;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A fault of a running sandbox, and how often it has struck. Guarded by the monitor of {@link Faults}, except for its end. */
public final class ActiveFault {
    private final int number;
    private final Fault fault;
    private final @Nullable RandomFaults source;
    private final long added = System.nanoTime();
    private final CallCounts fitting = new CallCounts();
    private int skipped;
    private int strikes;
    private volatile boolean removed;

    ActiveFault(int number, Fault fault) {
        this(number, fault, null);
    }

    /** A fault that was drawn ends with its source. */
    ActiveFault(int number, Fault fault, @Nullable RandomFaults source) {
        this.number = number;
        this.fault = fault;
        this.source = source;
    }

    public int number() {
        return number;
    }

    public Fault fault() {
        return fault;
    }

    /** Whether its time runs; a fault that strikes over time, such as latency, asks again and again. */
    public boolean isActive() {
        Duration duration = fault.duration();
        return !removed
                && (source == null || !source.isEnded())
                && (duration == null || System.nanoTime() - added < duration.toNanos());
    }

    void remove() {
        removed = true;
    }

    int strikes() {
        return strikes;
    }

    /** Counts a call or a connection that the fault may strike, and decides whether it does. */
    boolean strikes(long seed, String call, String clientId) {
        if (strikes >= fault.times() || !isActive() || !fits(call, clientId)) {
            return false;
        }
        if (skipped < fault.skip()) {
            skipped++;
            return false;
        }
        if (fault.probability() < 1 && !isDrawn(seed, call + " " + clientId)) {
            return false;
        }
        strikes++;
        return true;
    }

    private boolean isDrawn(long seed, String origin) {
        return Draws.of(seed, number + " " + origin, fitting.next(origin)).nextDouble() < fault.probability();
    }

    private boolean fits(String call, String clientId) {
        boolean api = call.equals(Fault.API) || call.contains("/");
        if (!fault.clientId().isEmpty() && !fault.clientId().equals(clientId)) {
            return false;
        }
        if (!fault.code().isEmpty() && Character.isDigit(fault.code().charAt(0)) != api) {
            return false;
        }
        return switch (fault.call()) {
            case Fault.ANYWHERE -> true;
            case Fault.API -> api;
            case Fault.COMBINER -> !api;
            default -> fault.call().equals(call);
        };
    }

    /** What strikes now: the fault, and the seed of what it draws. */
    Strike strike(long seed, String call, String clientId) {
        return new Strike(fault, Draws.of(seed, "strike " + number + " " + call + " " + clientId, strikes));
    }
}
