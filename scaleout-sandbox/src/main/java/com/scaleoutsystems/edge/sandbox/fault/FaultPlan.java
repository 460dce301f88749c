package com.scaleoutsystems.edge.sandbox.fault;

import com.scaleoutsystems.edge.Experimental;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes wrong in a sandbox from its start. The same plan makes the same faults: if a fault strikes with a probability, the
 * seed, the method, the client and the number of the call decide.
 *
 * <p>Immutable. Two plans are equal if they say the same.
 *
 * @param seed decides which calls are struck, and what garbage holds
 * @param rate the probability with which a call or a connection suffers from a fault that the seed chooses; 0 to 1
 * @param faults further faults, in the order in which they are tried
 * @since 0.1.0
 */
@Experimental
public record FaultPlan(long seed, double rate, List<Fault> faults) {

    /**
     * Checks and copies the values.
     *
     * @param seed decides which calls are struck, and what garbage holds
     * @param rate the probability with which a call or a connection suffers from a fault that the seed chooses; 0 to 1
     * @param faults further faults, in the order in which they are tried
     * @throws IllegalArgumentException if the rate is not from 0 to 1
     */
    public FaultPlan {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("The rate of faults must be from 0 to 1, not " + rate);
        }
        faults = List.copyOf(faults);
    }

    /**
     * A plan without faults, with seed 0. With it, faults can be added while the sandbox runs.
     *
     * @return the empty plan
     */
    public static FaultPlan none() {
        return new FaultPlan(0, 0, List.of());
    }

    /**
     * A plan of certain faults, with seed 0.
     *
     * @param faults the faults; if several fit a call, the first of them strikes
     * @return the plan
     */
    public static FaultPlan of(Fault... faults) {
        return new FaultPlan(0, 0, List.of(faults));
    }

    /**
     * A plan of random faults, all of which a client can survive: errors that pass, lost, late and missing answers, damaged
     * transfers and acknowledgements, doubled, late and meaningless tasks, expired access tokens, restarts of the combiner, and
     * broken and slow connections. The combiner keeps its port, and refresh tokens stay valid.
     *
     * @param seed decides what goes wrong, and when
     * @param rate the probability with which a call or a connection is struck, 0 to 1
     * @return the plan
     * @throws IllegalArgumentException if the rate is not from 0 to 1
     */
    public static FaultPlan random(long seed, double rate) {
        return new FaultPlan(seed, rate, List.of());
    }

    /**
     * Adds a fault.
     *
     * @param fault the fault, tried after those of this plan
     * @return a copy
     */
    public FaultPlan with(Fault fault) {
        List<Fault> all = new ArrayList<>(faults);
        all.add(fault);
        return new FaultPlan(seed, rate, all);
    }

    /**
     * Sets the seed.
     *
     * @param seed any number
     * @return a copy
     */
    public FaultPlan withSeed(long seed) {
        return new FaultPlan(seed, rate, faults);
    }
}
